//! The file that tells a second process where the running network listens.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Name of the file inside the network's folder.
const FILE: &str = "endpoints.json";
/// Largest file that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;
/// Version of the format.
const VERSION: u32 = 1;

/// Where one authority listens, both `http://127.0.0.1:port`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// CometBFT RPC.
    pub rpc: String,
    /// Gateway; its paths begin with `/v1`.
    pub gateway: String,
}

/// What the running process tells others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The authorities in order.
    pub endpoints: Vec<Endpoint>,
    /// The network file with these endpoints.
    pub network_file: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    endpoints: Vec<Endpoint>,
    /// Base64.
    network: String,
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// Writes the file in one step, so that nobody reads half of it.
pub fn publish(folder: &Path, published: &Published) -> std::io::Result<()> {
    let file = File {
        version: VERSION,
        endpoints: published.endpoints.clone(),
        network: STANDARD.encode(&published.network_file),
    };
    let staged = folder.join(format!("{FILE}.new"));
    let mut out = std::fs::File::create(&staged)?;
    out.write_all(&serde_json::to_vec(&file)?)?;
    out.sync_all()?;
    std::fs::rename(staged, path(folder))
}

/// Takes the file away, at a graceful end.
pub fn withdraw(folder: &Path) {
    // A file left behind points at closed ports, which readers find out.
    let _ = std::fs::remove_file(path(folder));
}

/// Reads the file; none when it is not there or not one of ours.
pub fn read(folder: &Path) -> Option<Published> {
    let path = path(folder);
    if std::fs::metadata(&path).ok()?.len() > MAX_SIZE {
        return None;
    }
    let file: File = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    if file.version != VERSION {
        return None;
    }
    Some(Published {
        endpoints: file.endpoints,
        network_file: STANDARD.decode(file.network).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_read_and_damage_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        let endpoint = Endpoint {
            rpc: "http://127.0.0.1:1".to_owned(),
            gateway: "http://127.0.0.1:1".to_owned(),
        };
        let published = Published {
            endpoints: vec![endpoint],
            network_file: b"{}".to_vec(),
        };
        publish(folder.path(), &published).unwrap();
        assert_eq!(read(folder.path()), Some(published));
        std::fs::write(path(folder.path()), b"{\"version\":1").unwrap();
        assert_eq!(read(folder.path()), None);
        withdraw(folder.path());
        assert_eq!(read(folder.path()), None);
    }
}
