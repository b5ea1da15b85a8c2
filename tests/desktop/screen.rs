//! A private X display, and what a desktop has on it: a window manager, a session bus.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// A program of the desktop; killed when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Already gone is as good as killed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running Xvfb with what was asked for.
pub struct Screen {
    // Dropped in this order: the display goes last.
    manager: Option<Program>,
    bus: Option<(Program, String)>,
    _server: Program,
    display: String,
}

impl Screen {
    /// Starts a server on a free display.
    pub fn open() -> Self {
        let (server, number) = start_and_read(
            Command::new("Xvfb").args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ]),
            "xvfb",
        );
        Self {
            manager: None,
            bus: None,
            _server: server,
            display: format!(":{number}"),
        }
    }

    /// Starts a window manager: dialogs get a frame and the keyboard.
    pub fn with_manager(mut self) -> Self {
        let manager = Command::new("openbox")
            .args(["--sm-disable", "--config-file", "/etc/xdg/openbox/rc.xml"])
            .env("DISPLAY", &self.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox starts (package openbox)");
        self.manager = Some(Program(manager));
        self
    }

    /// Starts a session bus of its own: notifications, accessibility.
    pub fn with_bus(mut self) -> Self {
        let (bus, address) = start_and_read(
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .env("DISPLAY", &self.display)
                // The accessibility bus has its own place below the runtime folder; this one is nobody else's.
                .env_remove("AT_SPI_BUS_ADDRESS"),
            "dbus",
        );
        self.bus = Some((bus, address));
        self
    }

    /// Value for `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Value for `DBUS_SESSION_BUS_ADDRESS`.
    pub fn bus(&self) -> Option<&str> {
        self.bus.as_ref().map(|(_, address)| address.as_str())
    }
}

/// Starts a program that tells its address in one line.
fn start_and_read(command: &mut Command, package: &str) -> (Program, String) {
    let mut program = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error} (package {package})"));
    let out = program.stdout.take().expect("stdout is piped");
    let mut line = String::new();
    BufReader::new(out)
        .read_line(&mut line)
        .expect("the program tells its address");
    let line = line.trim().to_owned();
    assert!(
        !line.is_empty(),
        "{command:?} ended before it told its address"
    );
    (Program(program), line)
}
