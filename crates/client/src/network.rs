//! The network file: where it comes from, where the chosen one is kept, and what it says about a height.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use toend_ledger::cometbft::{Validator, ValidatorSet};
use toend_ledger::hash::Hash;
use toend_ledger::network::{Checkpoint, MAX_NETWORK_FILE, NetworkFile, demo};
use toend_ledger::state::Reg;

use crate::dto::{CheckpointView, Names, NetworkAuthority, NetworkView, RegisterId};
use crate::error::ClientError;
use crate::providers::{AddressError, check_address};
use crate::records::rows::signed;

/// Which ledger is followed.
#[derive(Clone, Debug)]
pub enum NetworkSource {
    /// The demonstration network, started inside this process or found running in the data folder.
    Embedded,
    /// A network file on disk.
    File(PathBuf),
    /// A network file's bytes.
    Bytes(Vec<u8>),
    /// The network file that was chosen in the window; the demonstration network as long as none was.
    Chosen,
}

/// Folder of what belongs to networks that were handed over as a file, in the data folder.
const FOLDER: &str = "networks";
/// The chosen network file.
const CHOSEN: &str = "in-use.json";

/// Reads a network file within its size limit. `None` is the demonstration network of this computer.
pub fn read(source: &NetworkSource) -> Result<Option<NetworkFile>, ClientError> {
    match source {
        NetworkSource::Embedded | NetworkSource::Chosen => Ok(None),
        NetworkSource::Bytes(bytes) => decode(bytes).map(Some),
        NetworkSource::File(path) => decode(&bounded(path)?).map(Some),
    }
}

/// Reads at most as many bytes as a network file may have. Only a file: a pipe or a device could keep us waiting for ever.
fn bounded(path: &Path) -> Result<Vec<u8>, ClientError> {
    let failed = |error: std::io::Error| ClientError::File(error.kind());
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(ClientError::Network("not a file".to_owned()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .map_err(failed)?
        .take(MAX_NETWORK_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    // One byte too many is refused when decoding.
    Ok(bytes)
}

/// The network file that was chosen in the window, checked again; `None` when none was.
///
/// # Errors
/// [`ClientError::Network`] or [`ClientError::File`] when it cannot be used.
pub fn chosen(data_dir: &Path) -> Result<Option<NetworkFile>, ClientError> {
    let path = chosen_path(data_dir);
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => decode(&bounded(&path)?).map(Some),
        Err(error) => Err(ClientError::File(error.kind())),
    }
}

/// Chooses a network file for this and the next starts; `None` goes back to the demonstration network. Whole or not at all.
///
/// # Errors
/// [`ClientError::File`].
pub fn choose(data_dir: &Path, network: Option<&NetworkFile>) -> Result<(), ClientError> {
    let path = chosen_path(data_dir);
    let written = match network {
        None => match std::fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other,
        },
        Some(network) => write_whole(&path, &network.encode()),
    };
    written.map_err(|error| ClientError::File(error.kind()))
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let staged = path.with_extension("part");
    let mut file = std::fs::File::create(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(staged, path)
}

fn chosen_path(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER).join(CHOSEN)
}

/// Where the client keeps what belongs to a network that was handed over as a file. A demonstration network bears the same
/// genesis on every computer, so there the whole file tells one from another; elsewhere a renewed file goes on with what
/// was kept.
pub fn folder(data_dir: &Path, network: &NetworkFile) -> PathBuf {
    let name = if network.demonstration {
        network.digest()
    } else {
        network.net
    };
    let name: String = hex::encode(name).chars().take(32).collect();
    data_dir.join(FOLDER).join(name)
}

/// The folders of all networks that were ever followed from a file.
pub fn folders(data_dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(data_dir.join(FOLDER)) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// Removes what was kept of every network but this one.
///
/// # Errors
/// As the file system says.
pub fn forget_others(data_dir: &Path, network: &NetworkFile) -> std::io::Result<()> {
    let own = folder(data_dir, network);
    for other in folders(data_dir) {
        if other != own {
            std::fs::remove_dir_all(other)?;
        }
    }
    Ok(())
}

/// A network file that was handed over, as two people compare it.
pub fn view(network: &NetworkFile, in_use: bool) -> NetworkView {
    let authorities = network
        .authorities
        .iter()
        .map(|authority| NetworkAuthority {
            names: names(&authority.names),
            registers: RegisterId::ALL
                .into_iter()
                .filter(|register| keeper(network, register.number()) == Some(&authority.id))
                .collect(),
        });
    let endpoints = network
        .authorities
        .iter()
        .map(|authority| authority.gateway.clone());
    NetworkView {
        chain_id: network.chain_id.clone(),
        demonstration: network.demonstration,
        words: network.fingerprint().to_vec(),
        qr: format!(
            "toend:network?v=1&chain={}&digest={}",
            escaped(&network.chain_id),
            hex::encode(network.digest())
        ),
        authorities: authorities.collect(),
        checkpoint_height: network.checkpoint.height,
        checkpoint_ms: signed(network.checkpoint.time_ms),
        endpoints: endpoints.filter(|gateway| !gateway.is_empty()).collect(),
        in_use,
        from_file: true,
    }
}

/// A name in an address: what is neither letter, digit nor one of `-._~` as `%XX`.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Decodes a network file.
pub fn decode(bytes: &[u8]) -> Result<NetworkFile, ClientError> {
    let network =
        NetworkFile::decode(bytes).map_err(|error| ClientError::Network(error.to_string()))?;
    for authority in &network.authorities {
        let gateway = &authority.gateway;
        match check_address(gateway) {
            _ if gateway.is_empty() => {}
            Ok(_) => {}
            Err(AddressError::Plain) => {
                let line = line_of(bytes, gateway);
                return Err(ClientError::PlainAddress { line });
            }
            Err(AddressError::Malformed) => {
                let line = line_of(bytes, gateway);
                let what = format!("line {line}: not an address of a gateway");
                return Err(ClientError::Network(what));
            }
        }
    }
    Ok(network)
}

/// The line in which a text stands, from 1.
fn line_of(file: &[u8], text: &str) -> usize {
    let file = String::from_utf8_lossy(file);
    let before = file.find(&format!("\"{text}\"")).unwrap_or_default();
    file.bytes()
        .take(before)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

/// What is compiled in about the demonstration network: enough to judge its proof files offline, on any machine. It names no
/// checkpoint that could be followed.
pub fn demonstration() -> NetworkFile {
    let checkpoint = Checkpoint {
        height: 1,
        time_ms: 0,
        header_hash: [0; 32],
        validators_hash: [0; 32],
    };
    demo::network_file(&[], checkpoint)
}

/// The validator set that the file lists for a height.
pub fn listed_set(network: &NetworkFile, height: u64) -> Option<ValidatorSet> {
    let entry = network.validators_at(height)?;
    ValidatorSet::in_given_order(
        entry
            .validators
            .iter()
            .map(|v| Validator::new(v.pub_key, v.power))
            .collect(),
    )
    .ok()
}

/// Hash of the validator set that the file lists for a height.
pub fn listed_validators_hash(network: &NetworkFile, height: u64) -> Option<Hash> {
    listed_set(network, height).map(|set| set.hash())
}

/// Id of the authority whose validator has this address.
pub fn authority_of(network: &NetworkFile, address: &[u8; 20]) -> Option<String> {
    network
        .authorities
        .iter()
        .find(|authority| {
            toend_ledger::cometbft::address_of(&authority.validator_pub_key) == *address
        })
        .map(|authority| authority.id.clone())
}

/// Id of the authority that keeps a register.
pub fn keeper(network: &NetworkFile, reg: u16) -> Option<&str> {
    network
        .register(Reg(reg))
        .map(|register| register.authority.as_str())
}

/// Names for a screen.
pub fn names(names: &toend_ledger::network::Names) -> Names {
    Names {
        et: names.et.clone(),
        en: names.en.clone(),
        ru: names.ru.clone(),
    }
}

/// The checkpoint for a screen.
pub fn checkpoint_view(network: &NetworkFile) -> CheckpointView {
    CheckpointView {
        height: network.checkpoint.height,
        time_ms: signed(network.checkpoint.time_ms),
        hash: hex::encode(network.checkpoint.header_hash),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_network_is_the_same_everywhere() {
        let network = demonstration();
        assert!(network.demonstration);
        let set = listed_set(&network, 5).unwrap();
        assert_eq!(set.len(), 4);
        for validator in set.validators() {
            assert!(authority_of(&network, &validator.address).is_some());
        }
        assert_eq!(keeper(&network, 1), Some("health-house"));
        assert_eq!(keeper(&network, 9), None);
    }

    #[test]
    fn garbage_is_no_network_file() {
        let error = read(&NetworkSource::Bytes(b"{}".to_vec())).unwrap_err();
        assert_eq!(error.info().code, "E68");
        let error = read(&NetworkSource::File("no such file".into())).unwrap_err();
        assert_eq!(error.info().code, "E71");
    }
    #[test]
    fn a_chosen_file_is_kept_whole_and_checked_again() {
        let folder = tempfile::tempdir().unwrap();
        assert!(chosen(folder.path()).unwrap().is_none());
        let network = demonstration();
        choose(folder.path(), Some(&network)).unwrap();
        assert_eq!(chosen(folder.path()).unwrap(), Some(network));
        let path = chosen_path(folder.path());
        for damage in [b"{".to_vec(), vec![b' '; MAX_NETWORK_FILE + 1]] {
            std::fs::write(&path, damage).unwrap();
            assert_eq!(chosen(folder.path()).unwrap_err().info().code, "E68");
        }
        choose(folder.path(), None).unwrap();
        choose(folder.path(), None).unwrap();
        assert!(chosen(folder.path()).unwrap().is_none());
    }

    #[test]
    fn plain_http_is_for_this_computer_only_and_the_line_is_said() {
        let mut network = demonstration();
        network.authorities[0].gateway = "http://127.0.0.1:1".to_owned();
        network.authorities[2].gateway = "https://house.example".to_owned();
        assert!(decode(&network.encode()).is_ok());
        network.authorities[2].gateway = "http://house.example".to_owned();
        let file = network.encode();
        let error = decode(&file).unwrap_err().info();
        let line: usize = error.params["line"].parse().unwrap();
        let text = String::from_utf8(file).unwrap();
        assert_eq!(error.code, "E76");
        assert!(text.lines().nth(line - 1).unwrap().contains("http://house"));
        network.authorities[2].gateway = "http://127.0.0.1@house.example".to_owned();
        assert_eq!(decode(&network.encode()).unwrap_err().info().code, "E68");
    }

    #[test]
    fn networks_never_share_a_folder() {
        let data = Path::new("data");
        let first = demonstration();
        let mut second = first.clone();
        second.checkpoint.header_hash = [7; 32];
        assert_ne!(folder(data, &first), folder(data, &second));
        let (mut real, mut renewed) = (first.clone(), second.clone());
        (real.demonstration, renewed.demonstration) = (false, false);
        assert_eq!(folder(data, &real), folder(data, &renewed));
        let mut other = real.clone();
        other.net = [9; 32];
        assert_ne!(folder(data, &real), folder(data, &other));
    }

    #[test]
    fn what_people_compare_holds_the_digest_and_no_address() {
        let mut network = demonstration();
        let before = view(&network, false);
        network.authorities[0].gateway = "https://elsewhere.example".to_owned();
        let after = view(&network, true);
        assert_eq!((&before.words, &before.qr), (&after.words, &after.qr));
        assert_eq!(before.words.len(), 10);
        assert!(after.qr.ends_with(&hex::encode(network.digest())));
        assert!(after.qr.len() < 200);
        assert_eq!(after.endpoints, ["https://elsewhere.example"]);
        let registers: Vec<usize> = after
            .authorities
            .iter()
            .map(|authority| authority.registers.len())
            .collect();
        assert_eq!(registers, [1, 1, 1, 0]);
        assert_eq!(escaped("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }
}
