//! Snapshots on disk: made every so many blocks beside the work at hand, kept a few at a time, handed out by chunk.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use toend_ledger::hash::Hash;

use super::reader::AppReader;
use super::snapshot::{MAX_CHUNK, Manifest, SnapshotError, Writer};
use super::store::Base;
use crate::storage::StorageError;

/// Name of a snapshot's manifest in its folder.
const MANIFEST: &str = "manifest";

/// When snapshots are made, and how many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Blocks between two; 0 makes none.
    pub every: u64,
    /// How many are kept.
    pub keep: usize,
}

/// Why a snapshot was not made. The ledger goes on without it.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The state does not fit the form.
    #[error(transparent)]
    Form(#[from] SnapshotError),
}

/// The folder of snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    folder: PathBuf,
    net: Hash,
    schedule: Schedule,
}

impl Snapshots {
    /// The snapshots in `folder`, which need not exist.
    pub const fn new(folder: PathBuf, net: Hash, schedule: Schedule) -> Self {
        Self {
            folder,
            net,
            schedule,
        }
    }

    /// Where the chunks of a snapshot lie that is being received.
    pub fn incoming(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    /// Whether the state after block `height` is to be kept.
    pub const fn is_due(&self, height: u64) -> bool {
        self.schedule.every > 0 && height > 0 && height.is_multiple_of(self.schedule.every)
    }

    /// Makes the snapshot of what `held` holds on to, in a thread of its own.
    pub fn make_aside(&self, held: AppReader, base: Base) {
        let snapshots = self.clone();
        let made = std::thread::Builder::new()
            .name("snapshot".to_owned())
            .spawn(move || {
                if let Err(error) = snapshots.make(&held, base) {
                    tracing::warn!(%error, height = base.height, "no snapshot was made");
                }
            });
        if let Err(error) = made {
            tracing::warn!(%error, "no thread for a snapshot");
        }
    }

    fn make(&self, held: &AppReader, base: Base) -> Result<(), MakeError> {
        let done = self.folder.join(base.height.to_string());
        if done.exists() {
            return Ok(());
        }
        // Begun and never finished ones are nobody's any more.
        let under_way = self.folder.join(format!("{}.new", base.height));
        match std::fs::remove_dir_all(&under_way) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir_all(&under_way)?,
        }
        let mut writer = Writer::new(self.net, base.height, base.root);
        let mut count = 0;
        let mut keep = |chunk: Vec<u8>| -> Result<(), MakeError> {
            write(&under_way.join(chunk_name(count)), &chunk)?;
            count += 1;
            Ok(())
        };
        held.each_pair(|key, value| match writer.put(key, value)? {
            Some(chunk) => keep(chunk),
            None => Ok(()),
        })?;
        let (last, manifest) = writer.finish()?;
        keep(last)?;
        write(&under_way.join(MANIFEST), &manifest.encode())?;
        std::fs::rename(&under_way, &done)?;
        let mut heights = self.heights();
        while heights.len() > self.schedule.keep.max(1) {
            let oldest = heights.remove(0);
            std::fs::remove_dir_all(self.folder.join(oldest.to_string()))?;
        }
        Ok(())
    }

    /// The heights of the finished snapshots, oldest first.
    pub fn heights(&self) -> Vec<u64> {
        let mut heights: Vec<u64> = std::fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        heights.sort_unstable();
        heights
    }

    /// The manifests of the finished snapshots, oldest first. One that cannot be read is passed over.
    pub fn list(&self) -> Vec<Manifest> {
        self.heights()
            .into_iter()
            .filter_map(|height| self.manifest(height))
            .collect()
    }

    fn manifest(&self, height: u64) -> Option<Manifest> {
        let bytes = std::fs::read(self.folder.join(height.to_string()).join(MANIFEST)).ok()?;
        Manifest::decode(&bytes)
            .ok()
            .filter(|manifest| manifest.net == self.net && manifest.height == height)
    }

    /// The bytes of a chunk; none when there is no such chunk.
    pub fn chunk(&self, height: u64, index: u32) -> Option<Vec<u8>> {
        let path = self.folder.join(height.to_string()).join(chunk_name(index));
        std::fs::read(path)
            .ok()
            .filter(|bytes| bytes.len() <= MAX_CHUNK)
    }
}

fn chunk_name(index: u32) -> String {
    format!("chunk-{index:05}")
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
