//! Puts the app together: window first, client beside it, events between them.

use std::path::PathBuf;

use tauri::{App, AppHandle, Manager as _, RunEvent, WebviewUrl, WebviewWindowBuilder};
use toend_client::{CardSource, Client, Config, dto::Settings};
use tokio::sync::watch;

use crate::{
    arguments::Arguments,
    commands, events, first_frame,
    instance::Instance,
    state::{Shell, Started},
};

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
    let (started, receiver) = watch::channel(None);
    let app = tauri::Builder::default()
        .manage(Shell::new(receiver))
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let config = Config::new(data_dir, arguments.network, CardSource::readers_and_demo());
            open_main_window(app, &toend_client::settings_at_start(&config))?;
            instance.on_second_start(show_main_window(app.handle().clone()));
            tauri::async_runtime::spawn(start_client(app.handle().clone(), config, started));
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

fn open_main_window(app: &App, settings: &Settings) -> tauri::Result<()> {
    let mut window = WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
        .title("Tõend")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .initialization_script(first_frame::script(settings));
    if let Some(canvas) = first_frame::canvas(settings) {
        window = window.background_color(canvas);
    }
    let window = window.build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| {
        // Closing the main window ends the app, even while the PIN window is open.
        if let tauri::WindowEvent::Destroyed = event {
            handle.exit(0);
        }
    });
    Ok(())
}

fn show_main_window(app: AppHandle) -> impl Fn() + Send + 'static {
    move || {
        if let Some(window) = app.get_webview_window("main") {
            // A window that cannot be raised stays where it is; nothing is lost.
            let _ = window.unminimize();
            let _ = window.set_focus();
        }
    }
}

async fn start_client(app: AppHandle, config: Config, started: watch::Sender<Started>) {
    let outcome = Client::start(config).await.map_err(|error| error.info());
    if let Ok(client) = &outcome {
        events::forward(app, client);
    }
    started.send_replace(Some(outcome));
    // Keeps the sender alive: commands that come later still find the outcome.
    started.closed().await;
}
