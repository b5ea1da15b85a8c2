//! What the program keeps on this computer, in bytes.

use std::path::Path;

use crate::dto::{StorageKind, StoragePart, StorageUse};
use crate::store::Store;

/// Deepest folder that is looked into.
const MAX_DEPTH: u32 = 8;
/// Folder of the embedded network.
const NETWORK: &str = "network";

/// Measures the data folder; `stores` are the open databases in it.
pub fn measure(data_dir: &Path, stores: &[&Store], on_disk: bool) -> StorageUse {
    let (mut ledger, mut records, mut files) = (0, 0, 0);
    for store in stores {
        // What SQLite cannot tell apart counts as *other*.
        let (pages, sealed) = store.parts().unwrap_or_default();
        // Pages lie in the file or, for a while, in the write-ahead log; what that holds twice counts as *other*.
        let size = store.size();
        let pages = pages.min(size);
        let sealed = sealed.min(size - pages);
        ledger += pages;
        records += sealed;
        files += pages + sealed;
    }
    let network = bytes_below(&data_dir.join(NETWORK), 0);
    let all = bytes_below(data_dir, 0);
    let other = all.saturating_sub(network).saturating_sub(files);
    let parts = [
        (StorageKind::Ledger, ledger),
        (StorageKind::Records, records),
        (StorageKind::Network, network),
        (StorageKind::Other, other),
    ]
    .map(|(kind, bytes)| StoragePart { kind, bytes })
    .to_vec();
    StorageUse {
        folder: data_dir.display().to_string(),
        total_bytes: parts.iter().map(|part| part.bytes).sum(),
        parts,
        on_disk,
    }
}

/// Bytes of all files below a folder. Links are not followed; what cannot be read counts nothing.
fn bytes_below(folder: &Path, depth: u32) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() && depth < MAX_DEPTH => bytes_below(&entry.path(), depth + 1),
            Ok(meta) if meta.is_file() => meta.len(),
            _ => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("client")).unwrap();
        store
            .put_sealed(&[1; 32], &[2; 32], &vec![7; 100_000])
            .unwrap();
        store
            .with(|connection| {
                connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
                Ok(())
            })
            .unwrap();
        std::fs::create_dir(folder.path().join("network")).unwrap();
        std::fs::write(folder.path().join("network").join("a"), vec![0; 5000]).unwrap();
        std::fs::write(folder.path().join("app.lock"), [0; 10]).unwrap();

        let used = measure(folder.path(), &[&store], true);
        let bytes = |kind| {
            used.parts
                .iter()
                .find(|part| part.kind == kind)
                .unwrap()
                .bytes
        };
        assert!(bytes(StorageKind::Records) >= 100_000, "{used:?}");
        assert!(bytes(StorageKind::Ledger) > 0, "{used:?}");
        assert_eq!(bytes(StorageKind::Network), 5000);
        assert!(bytes(StorageKind::Other) >= 10);
        assert_eq!(used.total_bytes, bytes_below(folder.path(), 0));
    }
}
