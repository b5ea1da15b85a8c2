//! The network file: where it comes from and what it says about a height.

use std::path::PathBuf;

use toend_ledger::cometbft::{Validator, ValidatorSet};
use toend_ledger::hash::Hash;
use toend_ledger::network::{Checkpoint, MAX_NETWORK_FILE, NetworkFile, demo};
use toend_ledger::state::Reg;

use crate::dto::{CheckpointView, Names};
use crate::error::ClientError;
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
}

/// Reads a network file within its size limit.
pub fn read(source: &NetworkSource) -> Result<Option<NetworkFile>, ClientError> {
    let bytes = match source {
        NetworkSource::Embedded => return Ok(None),
        NetworkSource::Bytes(bytes) => bytes.clone(),
        NetworkSource::File(path) => {
            let size = std::fs::metadata(path)
                .map_err(|error| ClientError::File(error.kind()))?
                .len();
            if size > MAX_NETWORK_FILE as u64 {
                return Err(ClientError::Network("too large".to_owned()));
            }
            std::fs::read(path).map_err(|error| ClientError::File(error.kind()))?
        }
    };
    decode(&bytes).map(Some)
}

/// Decodes a network file.
pub fn decode(bytes: &[u8]) -> Result<NetworkFile, ClientError> {
    NetworkFile::decode(bytes).map_err(|error| ClientError::Network(error.to_string()))
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
}
