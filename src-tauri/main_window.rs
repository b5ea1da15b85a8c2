//! The main window: where it stands, and what another start makes it do.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tauri::{
    App, AppHandle, Emitter as _, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};
use toend_client::dto::{OpenTarget, Settings};

use crate::{
    first_frame,
    placement::{self, Area, FIRST, LEAST, Placement, Track},
    state::Shell,
};

const LABEL: &str = "main";
/// How long after a change it is written.
const SETTLE: Duration = Duration::from_millis(500);

/// Opens it where it was.
pub fn open(app: &App, settings: &Settings, data_dir: PathBuf) -> tauri::Result<()> {
    let kept = placement::read(&data_dir);
    let place = kept.and_then(|kept| placement::fit(kept.area, &screens(app)));
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Tõend")
        .min_inner_size(LEAST.0, LEAST.1)
        .maximized(kept.is_some_and(|kept| kept.maximised))
        .initialization_script(first_frame::script(settings));
    window = match place {
        Some(place) => window
            .inner_size(place.width, place.height)
            .position(place.x, place.y),
        None => window.inner_size(FIRST.0, FIRST.1),
    };
    if let Some(canvas) = first_frame::canvas(settings) {
        window = window.background_color(canvas);
    }
    let window = window.build()?;
    let memory = Arc::new(Memory {
        track: Mutex::new(Track::new(place.map(|area| Placement {
            area,
            maximised: kept.is_some_and(|kept| kept.maximised),
        }))),
        changed: AtomicBool::new(false),
        data_dir,
    });
    let (handle, watched) = (app.handle().clone(), window.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => {
            if let Ok((area, maximised)) = stands(&watched) {
                memory.note(area, maximised);
            }
        }
        // Closing the main window ends the app, even while the PIN window is open.
        WindowEvent::Destroyed => {
            memory.write();
            handle.exit(0);
        }
        _ => {}
    });
    Ok(())
}

/// Remembers where the window stands, on disk a moment after it has changed.
struct Memory {
    track: Mutex<Track>,
    changed: AtomicBool,
    data_dir: PathBuf,
}

impl Memory {
    fn track(&self) -> MutexGuard<'_, Track> {
        // A plain value: a panic elsewhere cannot leave it half-written.
        self.track.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(self: &Arc<Self>, area: Area, maximised: bool) {
        let before = self.track().placement();
        self.track().note(area, maximised, Instant::now());
        if self.track().placement() == before || self.changed.swap(true, Ordering::Relaxed) {
            return;
        }
        // A window that is drawn larger changes many times a second.
        let memory = Arc::clone(self);
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(SETTLE).await;
            memory.changed.store(false, Ordering::Relaxed);
            memory.write();
        });
    }

    fn write(&self) {
        let placement = self.track().placement();
        if let Some(placement) = placement {
            placement::write(&self.data_dir, &placement);
        }
    }
}

/// Where it stands now, in logical pixels, and whether it fills the screen.
fn stands(window: &WebviewWindow) -> tauri::Result<(Area, bool)> {
    let scale = window.scale_factor()?;
    let place = window.outer_position()?.to_logical::<f64>(scale);
    let size = window.inner_size()?.to_logical::<f64>(scale);
    let area = Area {
        x: place.x,
        y: place.y,
        width: size.width,
        height: size.height,
    };
    Ok((area, window.is_maximized()? || window.is_fullscreen()?))
}

fn screens(app: &App) -> Vec<Area> {
    // Without screens to be had the system chooses the place.
    let monitors = app.available_monitors().unwrap_or_default();
    monitors
        .iter()
        .map(|monitor| {
            let scale = monitor.scale_factor();
            let place = monitor.position().to_logical::<f64>(scale);
            let size = monitor.size().to_logical::<f64>(scale);
            Area {
                x: place.x,
                y: place.y,
                width: size.width,
                height: size.height,
            }
        })
        .collect()
}

/// Another start: its targets wait for the window, which comes to the front.
pub fn on_second_start(app: AppHandle) -> impl Fn(Vec<OpenTarget>) + Send + 'static {
    move |targets| {
        let shell = app.state::<Shell>();
        for target in targets {
            shell.waiting.put(target);
        }
        if let Some(window) = app.get_webview_window(LABEL) {
            // A window that cannot be raised stays where it is; nothing is lost.
            let _ = window.unminimize();
            let _ = window.set_focus();
        }
        // The page takes what waits when it hears this, or when it has loaded.
        let _ = app.emit_to(LABEL, "open", ());
    }
}
