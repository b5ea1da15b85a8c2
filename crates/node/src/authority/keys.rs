//! Secret keys in files: 32 bytes in hexadecimal, for the owner's eyes only.

use std::io::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::disk;

/// A secret of 32 bytes, wiped when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// A fresh secret from the operating system.
pub fn fresh() -> std::io::Result<Secret> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(secret.as_mut_slice()).map_err(|e| std::io::Error::other(e.to_string()))?;
    Ok(secret)
}

/// Reads a key file; the error says what is wrong with it, never what it holds.
pub fn read(path: &Path) -> Result<Secret, String> {
    check_private(path)?;
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| error.to_string())?);
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), secret.as_mut_slice())
        .map_err(|_| "it does not hold 64 hexadecimal digits".to_owned())?;
    Ok(secret)
}

/// Refuses a secret's file that others than its owner may read.
pub fn check_private(path: &Path) -> Result<(), String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err("others than its owner may read it; chmod 600 it".to_owned());
        }
    }
    #[cfg(not(unix))]
    let _ = metadata;
    Ok(())
}

/// Writes a new key file that only its owner reads; an existing one is never overwritten.
pub fn write(path: &Path, secret: &Secret) -> std::io::Result<()> {
    let text = Zeroizing::new(format!("{}\n", hex::encode(secret.as_slice())));
    write_private(path, text.as_bytes())
}

/// Writes a new file that only its owner reads.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(|error| disk::about(path, &error))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    disk::sync_name(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        let secret = fresh().unwrap();
        write(&path, &secret).unwrap();
        assert_eq!(read(&path).unwrap(), secret);
        assert!(write(&path, &secret).is_err());
        std::fs::write(&path, "12").unwrap();
        assert!(read(&path).unwrap_err().contains("64"));
        assert!(read(&folder.path().join("none")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        write(&path, &fresh().unwrap()).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&path).unwrap_err().contains("chmod 600"));
    }
}
