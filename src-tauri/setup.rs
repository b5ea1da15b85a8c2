//! Puts the app together: window first, client beside it, events between them.

use std::path::PathBuf;

use tauri::{Manager as _, RunEvent};
use toend_client::{CardSource, Config};

use crate::{arguments::Arguments, commands, instance::Instance, main_window, state::Shell};

/// Variable by which a test driver takes over the web view. It is for end-to-end builds only: whoever could set it in a user's
/// session could otherwise read every record on the screen.
#[cfg(not(feature = "e2e"))]
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Starts over without the automation variable, unless this is an end-to-end build.
pub fn harden_environment() {
    #[cfg(all(unix, not(feature = "e2e")))]
    if std::env::var_os(AUTOMATION).is_some()
        && let Ok(program) = std::env::current_exe()
    {
        use std::os::unix::process::CommandExt as _;
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env_remove(AUTOMATION)
            .exec();
        eprintln!("Tõend cannot start without {AUTOMATION}: {error}");
        std::process::exit(1);
    }
    #[cfg(all(not(unix), not(feature = "e2e")))]
    if std::env::var_os(AUTOMATION).is_some() {
        eprintln!("Tõend does not start while {AUTOMATION} is set.");
        std::process::exit(1);
    }
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When no window can be opened, for example without a display.
pub fn run(
    arguments: Arguments,
    data_dir: PathBuf,
    instance: Instance,
) -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(target_os = "linux")]
    if std::env::var_os("DISPLAY").is_none() && std::env::var_os("WAYLAND_DISPLAY").is_none() {
        return Err("there is no display; `toend records` does the same job in a terminal".into());
    }
    let config = Config {
        keeps_pause: true,
        ..Config::new(data_dir, arguments.network, CardSource::readers_and_demo())
    };
    let app = tauri::Builder::default()
        .manage(Shell::new(config.clone(), arguments.open))
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let settings = toend_client::settings_at_start(&config);
            main_window::open(app, &settings, config.data_dir)?;
            instance.on_second_start(main_window::on_second_start(app.handle().clone()));
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                handle.state::<Shell>().start(&handle).await;
            });
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event
            && let Some(client) = app.state::<Shell>().running()
        {
            tauri::async_runtime::block_on(client.shutdown());
        }
    });
    Ok(())
}
