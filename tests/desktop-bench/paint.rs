//! From the start of the process to the first words on the screen. No driver: the app runs as it does for a person.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    figures::{Figures, median, worst},
    frame_buffer::{FrameBuffer, Part},
};

/// How often the screen is looked at.
const LOOK: Duration = Duration::from_millis(4);
/// A start that takes longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// The whole window, and the page inside its frame.
const WINDOW: Part = Part {
    left: 0,
    top: 0,
    right: 1280,
    bottom: 800,
};
const PAGE: Part = Part {
    left: 260,
    top: 130,
    right: 1020,
    bottom: 700,
};

struct Times {
    frame: f64,
    page: f64,
}

/// Starts the app again and again: in an empty home each time, then in a home that has been used.
pub fn measure(runs: usize, figures: &mut Figures) {
    println!("first words on the screen, {runs} starts each");
    let cold: Vec<Times> = (0..runs)
        .map(|_| one(tempfile::tempdir().expect("a temporary folder").path()))
        .collect();
    let used = tempfile::tempdir().expect("a temporary folder");
    one(used.path());
    let warm: Vec<Times> = (0..runs).map(|_| one(used.path())).collect();
    for (what, times) in [("first start", &cold), ("later start", &warm)] {
        let frame: Vec<f64> = times.iter().map(|times| times.frame).collect();
        let page: Vec<f64> = times.iter().map(|times| times.page).collect();
        figures.add(
            &format!("{what}: process start to first words, median"),
            median(&frame),
            "ms",
            Some(1000.0),
        );
        figures.add(
            &format!("{what}: process start to first words, worst"),
            worst(&frame),
            "ms",
            None,
        );
        figures.add(
            &format!("{what}: process start to the page itself, median"),
            median(&page),
            "ms",
            None,
        );
        figures.add(
            &format!("{what}: process start to the page itself, worst"),
            worst(&page),
            "ms",
            None,
        );
    }
}

fn one(home: &Path) -> Times {
    let mut screen = FrameBuffer::open();
    let begun = Instant::now();
    let mut app = App(start(home, screen.display()));
    let frame = wait(&mut screen, WINDOW, begun, &mut app);
    let page = wait(&mut screen, PAGE, begun, &mut app);
    Times { frame, page }
}

fn start(home: &Path, display: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_toend-desktop"))
        .env("DISPLAY", display)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("TOEND_DATA_DIR", home.join("toend"))
        .env("GDK_BACKEND", "x11")
        .env("LC_ALL", "C.UTF-8")
        .env("NO_AT_BRIDGE", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the app starts")
}

/// Milliseconds until there are words in this part.
fn wait(screen: &mut FrameBuffer, part: Part, begun: Instant, app: &mut App) -> f64 {
    while !screen.has_words(part) {
        assert!(begun.elapsed() < PATIENCE, "no words came onto the screen");
        let ended = app.0.try_wait().expect("the app can be asked for");
        assert!(ended.is_none(), "the app ended: {ended:?}");
        std::thread::sleep(LOOK);
    }
    begun.elapsed().as_secs_f64() * 1000.0
}

/// Killed when dropped; WebKit's processes end with it.
struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
