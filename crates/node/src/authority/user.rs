//! Who runs a command on an authority's folder.

use std::path::{Path, PathBuf};

/// Root at work on a folder of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} belongs to user number {owner}, and what root writes there that user cannot open: run this as that user (sudo -u '#{owner}' …)", .folder.display()
)]
pub struct OtherUser {
    /// The folder.
    pub folder: PathBuf,
    /// Number of the user that it belongs to.
    pub owner: u32,
}

/// Keeps root from leaving files that the authority's own user cannot open. Anybody else is kept from it by the system. A
/// folder that is still to be made belongs to the owner of the one that it comes into.
///
/// # Errors
/// [`OtherUser`].
pub fn check_user(folder: &Path) -> Result<(), OtherUser> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let there = folder.ancestors().find_map(|one| one.metadata().ok());
        let owner = there.map_or(0, |metadata| metadata.uid());
        if rustix::process::geteuid().is_root() && owner != 0 {
            let folder = folder.to_path_buf();
            return Err(OtherUser { folder, owner });
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
