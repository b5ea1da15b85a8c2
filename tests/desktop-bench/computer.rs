//! What the app takes of this computer: found by the data folder in the environment of the app and of WebKit's own processes.

use std::path::Path;

/// Memory of one run of the app, megabytes.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// The app's own process, as the system counts it.
    pub app: f64,
    /// App and WebKit's processes together; pages that several share are counted once.
    pub all: f64,
}

/// Memory of the app that runs on this data folder.
pub fn memory(data_dir: &Path) -> Memory {
    let wanted = format!("TOEND_DATA_DIR={}", data_dir.display());
    let mut memory = Memory::default();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let process = entry.path();
        let ours = std::fs::read(process.join("environ")).is_ok_and(|environment| {
            environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == wanted.as_bytes())
        });
        let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        // The driver that takes the app by the hand has the same environment.
        if !ours || name.starts_with("WebKitWebDriver") {
            continue;
        }
        memory.all += kilobytes(&process.join("smaps_rollup"), "Pss:") / 1024.0;
        if name.starts_with("toend-desktop") {
            memory.app = kilobytes(&process.join("status"), "VmRSS:") / 1024.0;
        }
    }
    memory
}

fn kilobytes(file: &Path, field: &str) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0.0)
}
