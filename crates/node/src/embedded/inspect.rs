//! A look at the stored ledger without starting it.

use std::path::Path;

use toend_ledger::genesis::demo;

use super::{StartError, data_dir};
use crate::storage::{FILE, Reader};

/// What is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// CometBFT chain id.
    pub chain_id: String,
    /// Hash of the genesis file, hexadecimal.
    pub net: String,
    /// Newest height, 0 before the first block.
    pub height: u64,
    /// Hash of the newest header, hexadecimal.
    pub hash: String,
    /// Its time, RFC 3339.
    pub time: String,
    /// State root after the newest block, hexadecimal.
    pub app_hash: String,
    /// Number of keys in the state.
    pub keys: u64,
}

/// Reads the newest block of a data directory, whether or not a process runs it.
pub fn inspect(data_dir: &Path) -> Result<Shown, StartError> {
    let folder = data_dir::network_folder(data_dir);
    let named = |error| StartError::from_storage(error, folder.clone());
    if !folder.join(FILE).is_file() {
        return Err(StartError::NoData(folder));
    }
    let reader = Reader::open(&folder.join(FILE)).map_err(named)?;
    let height = reader.height().map_err(named)?;
    let row = reader.block(height).map_err(named)?;
    Ok(Shown {
        chain_id: demo::CHAIN_ID.to_owned(),
        net: hex::encode(demo::net()),
        height,
        hash: row
            .as_ref()
            .map(|row| hex::encode_upper(row.id.hash))
            .unwrap_or_default(),
        time: row
            .as_ref()
            .map(|row| row.header.time.to_rfc3339())
            .unwrap_or_default(),
        app_hash: row
            .as_ref()
            .map(|row| hex::encode_upper(row.app_hash))
            .unwrap_or_default(),
        keys: reader.state_size().map_err(named)?,
    })
}
