//! A folder that goes away with its owner, for a rehearsal where there is no register yet.

use std::path::{Path, PathBuf};

use super::ImportError;

/// A new folder in the system's place for such.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Result<Self, ImportError> {
        let base = std::env::temp_dir();
        let failed = |error: std::io::Error| ImportError::io(&base, &error);
        let mut name = [0u8; 16];
        getrandom::fill(&mut name).map_err(|_| ImportError::Task)?;
        let path = base.join(format!("toend-rehearsal-{}", hex::encode(name)));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(failed)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Holds no contents; what cannot be removed is the system's to clear.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
