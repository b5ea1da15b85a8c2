//! One app at a time: the second start brings the first one's window to the front and ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// What a start found.
pub enum Claim {
    /// This is the only instance.
    First(Instance),
    /// Another instance runs and was told to show itself.
    Second,
}

/// The claim of the first instance; held until the process ends.
pub struct Instance {
    _lock: Option<File>,
    #[cfg(unix)]
    listener: Option<std::os::unix::net::UnixListener>,
}

/// Claims the data directory for this process. A directory that cannot be written is no reason to refuse here: the client
/// says so in the window, with what to do.
pub fn claim(data_dir: &Path) -> Claim {
    let _ = std::fs::create_dir_all(data_dir);
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(data_dir.join("app.lock"))
        .ok();
    if let Some(file) = &lock
        && let Err(TryLockError::WouldBlock) = file.try_lock()
    {
        knock(data_dir);
        return Claim::Second;
    }
    Claim::First(Instance {
        _lock: lock,
        #[cfg(unix)]
        listener: listen(data_dir),
    })
}

#[cfg(unix)]
fn listen(data_dir: &Path) -> Option<std::os::unix::net::UnixListener> {
    let path = data_dir.join("app.sock");
    // Left behind by an instance that was killed; the lock says that none runs now.
    let _ = std::fs::remove_file(&path);
    std::os::unix::net::UnixListener::bind(path).ok()
}

#[cfg(unix)]
fn knock(data_dir: &Path) {
    let _ = std::os::unix::net::UnixStream::connect(data_dir.join("app.sock"));
}

#[cfg(not(unix))]
fn knock(_data_dir: &Path) {}

impl Instance {
    /// Calls `show` whenever another start knocks.
    pub fn on_second_start(self, show: impl Fn() + Send + 'static) {
        std::thread::spawn(move || {
            // The whole claim moves in: a closure would otherwise take the listener alone and let go of the lock.
            let instance = self;
            #[cfg(unix)]
            if let Some(listener) = &instance.listener {
                for _knock in listener.incoming() {
                    show();
                }
            }
            #[cfg(not(unix))]
            drop(show);
            // The lock lives as long as the process.
            loop {
                std::thread::park();
                let _held = &instance;
            }
        });
    }
}
