//! Files that must still stand under their names after a power cut: a disk keeps a name only once its folder was synced.

use std::fs::File;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::Path;

/// Puts a file in the place of whatever stands there: whole or not at all, and on the disk when this returns. `mode` says who
/// may read it, where the system knows such.
pub(crate) fn replace(path: &Path, mode: u32, bytes: &[u8]) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let staged = path.with_file_name(format!("{name}.new"));
    // Not one that an interrupted attempt left, with whatever rights.
    let _ = std::fs::remove_file(&staged);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&staged, path)
}

/// What the system says about a file or folder, with its name, and what helps where that is plain.
pub(crate) fn about(path: &Path, error: &Error) -> Error {
    let path = path.display();
    let kind = error.kind();
    let text = match kind {
        ErrorKind::AlreadyExists => {
            format!("{path} is there already and is never overwritten: name another one")
        }
        ErrorKind::PermissionDenied => {
            format!("{path}: this user may not write there, or not read it ({error})")
        }
        _ => format!("{path}: {error}"),
    };
    Error::new(kind, text)
}

/// Renames a file or folder whose contents are on the disk; the name is too, when this returns.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to)?;
    sync_name(to)
}

/// Brings the name of a file or folder onto the disk.
pub(crate) fn sync_name(path: &Path) -> Result<()> {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or(Path::new(".")))
}

/// Bytes that are left on the disk of a folder, or of the nearest one above that is there; none where the system does not say.
pub(crate) fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let there = folder.ancestors().find(|folder| folder.exists())?;
        let disk = rustix::fs::statvfs(there).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Brings the names in a folder onto the disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    // Elsewhere a folder cannot be opened as a file, and the system syncs names itself.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_place_of_another_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        // What an interrupted attempt left.
        std::fs::write(
            folder.path().join("state.json.new"),
            "longer than what follows",
        )
        .unwrap();
        for contents in ["first", "2nd"] {
            replace(&path, 0o600, contents.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), contents);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(replace(&folder.path().join("none/file"), 0o600, b"x").is_err());
    }

    /// This very test, under strace: the system is told to keep the contents, then the name.
    #[cfg(target_os = "linux")]
    #[test]
    fn contents_and_name_are_on_the_disk_in_this_order() {
        const INNER: &str = "TOEND_DISK_TEST";
        if let Some(folder) = std::env::var_os(INNER) {
            replace(&Path::new(&folder).join("kept"), 0o600, b"x").unwrap();
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("calls");
        let traced = std::process::Command::new("strace")
            .args([
                "-f",
                "-y",
                "-e",
                "trace=fsync,rename,renameat,renameat2",
                "-o",
            ])
            .arg(&report)
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "disk::tests::contents_and_name_are_on_the_disk_in_this_order",
            ])
            .env(INNER, folder.path())
            .output();
        let Ok(traced) = traced else {
            return println!("left out: strace is not here");
        };
        assert!(traced.status.success(), "{traced:?}");
        let calls = std::fs::read_to_string(&report).unwrap();
        let place = folder.path().canonicalize().unwrap();
        let place = place.display();
        let wanted = [
            format!("<{place}/kept.new>"),
            format!("{place}/kept\""),
            format!("<{place}>"),
        ];
        let mut calls = calls.lines();
        for part in &wanted {
            assert!(
                calls.any(|call| call.contains(part)),
                "{part} is not there, or too early"
            );
        }
    }
}
