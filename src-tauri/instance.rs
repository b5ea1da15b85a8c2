//! One app at a time: the second start hands over what it was asked to open, brings the first one's window to the front, and
//! ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use toend_client::dto::OpenTarget;

#[cfg(unix)]
mod knock;

/// What a start found.
pub enum Claim {
    /// This is the only instance.
    First(Instance),
    /// Another instance runs, was told to show itself and has what there is to open.
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
pub fn claim(data_dir: &Path, open: &[OpenTarget]) -> Claim {
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
        #[cfg(unix)]
        knock::knock(data_dir, open);
        return Claim::Second;
    }
    #[cfg(not(unix))]
    let _ = open;
    Claim::First(Instance {
        _lock: lock,
        #[cfg(unix)]
        listener: knock::listen(data_dir),
    })
}

impl Instance {
    /// Calls `show` whenever another start knocks, with what it was asked to open.
    pub fn on_second_start(self, show: impl Fn(Vec<OpenTarget>) + Send + 'static) {
        std::thread::spawn(move || {
            // The whole claim moves in: a closure would otherwise take the listener alone and let go of the lock.
            let instance = self;
            #[cfg(unix)]
            if let Some(listener) = &instance.listener {
                for visitor in listener.incoming().flatten() {
                    show(knock::hear(&visitor));
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
