//! The commands, each a few lines: they find the client, call it and pass its answer on.

mod files;
mod network;
mod pin;
mod records;
mod session;

/// Every command of both windows; which window may call which is said in `permissions/` and `capabilities/`.
pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        session::status,
        session::session,
        session::settings,
        session::set_settings,
        session::demo_cards,
        session::insert_demo_card,
        session::sign_in,
        session::sign_out,
        session::sync_pause,
        session::diagnostics,
        session::forget_everything,
        session::storage,
        session::about,
        network::network,
        network::offices,
        network::open_network_file,
        network::use_network,
        network::save_network_file,
        records::list,
        records::refresh,
        records::record,
        records::proof,
        files::save_proof,
        files::check_file,
        files::evidence,
        files::save_evidence,
        files::save_gateway_evidence,
        files::hand_in_evidence,
        files::take_open,
        pin::pin_context,
        pin::pin_submit,
        pin::pin_cancel,
    ]
}
