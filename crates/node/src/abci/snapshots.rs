//! Snapshots on disk: made every so many blocks beside the work at hand, kept a few at a time, handed out by chunk.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, TryLockError};

use toend_ledger::hash::Hash;

use super::incoming::clear;
use super::reader::AppReader;
use super::snapshot::{MAX_CHUNK, Manifest, SnapshotError, Writer};
use super::store::Base;
use crate::disk;
use crate::storage::StorageError;

/// Name of a snapshot's manifest in its folder.
const MANIFEST: &str = "manifest";
/// How the name of a snapshot ends that is being made.
const UNDER_WAY: &str = ".new";

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
    /// The disk would be full, and the ledger would stand still.
    #[error(
        "{free} bytes are free, and the last one took {needed}: make space, or keep fewer with [snapshots] keep"
    )]
    Room {
        /// What is free.
        free: u64,
        /// What the last one took.
        needed: u64,
    },
}

/// The folder of snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    folder: PathBuf,
    net: Hash,
    schedule: Schedule,
    /// Held while one is made.
    making: Arc<Mutex<()>>,
}

impl Snapshots {
    /// The snapshots in `folder`, which need not exist.
    pub fn new(folder: PathBuf, net: Hash, schedule: Schedule) -> Self {
        Self {
            folder,
            net,
            schedule,
            making: Arc::default(),
        }
    }

    /// Removes what a process that ended left half made or half received. To be called before anything is made or received.
    pub fn clear_half_made(&self) {
        let removed = self
            .clear_under_way()
            .and_then(|()| clear(&self.incoming()));
        if let Err(error) = removed {
            tracing::warn!(%error, "half a snapshot stays behind");
        }
    }

    fn clear_under_way(&self) -> std::io::Result<()> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Ok(());
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let height = name.to_str().and_then(|name| name.strip_suffix(UNDER_WAY));
            if height.is_some_and(|height| height.parse::<u64>().is_ok()) {
                clear(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Bytes of the newest finished snapshot; 0 where there is none.
    fn last_size(&self) -> u64 {
        let newest = self.heights().pop();
        let folder = newest.map(|height| self.folder.join(height.to_string()));
        let files = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        (files.into_iter().flatten())
            .filter_map(|file| Some(file.ok()?.metadata().ok()?.len()))
            .sum()
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
                let free = disk::free(&snapshots.folder);
                if let Err(error) = snapshots.make(&held, base, free) {
                    tracing::warn!(%error, height = base.height, "no snapshot was made");
                }
            });
        if let Err(error) = made {
            tracing::warn!(%error, "no thread for a snapshot");
        }
    }

    /// `free` is what is left on the disk, where the system says so.
    fn make(&self, held: &AppReader, base: Base, free: Option<u64>) -> Result<(), MakeError> {
        let _making = match self.making.try_lock() {
            Ok(making) => making,
            Err(TryLockError::Poisoned(making)) => making.into_inner(),
            Err(TryLockError::WouldBlock) => {
                tracing::warn!(
                    height = base.height,
                    "no snapshot was made: the one before is not finished; let [snapshots] every be greater"
                );
                return Ok(());
            }
        };
        let done = self.folder.join(base.height.to_string());
        if done.exists() {
            return Ok(());
        }
        // Begun and never finished ones are nobody's any more.
        self.clear_under_way()?;
        let needed = self.last_size();
        if let Some(free) = free
            && free < needed
        {
            return Err(MakeError::Room { free, needed });
        }
        let under_way = self.folder.join(format!("{}{UNDER_WAY}", base.height));
        let made = self.fill(held, base, &under_way);
        if made.is_err() {
            // On a full disk it would only be in the way.
            clear(&under_way)?;
        }
        made?;
        disk::rename(&under_way, &done)?;
        let mut heights = self.heights();
        while heights.len() > self.schedule.keep.max(1) {
            let oldest = heights.remove(0);
            std::fs::remove_dir_all(self.folder.join(oldest.to_string()))?;
        }
        Ok(())
    }

    fn fill(&self, held: &AppReader, base: Base, folder: &Path) -> Result<(), MakeError> {
        std::fs::create_dir_all(folder)?;
        let mut writer = Writer::new(self.net, base.height, base.root);
        let mut count = 0;
        let mut keep = |chunk: Vec<u8>| -> Result<(), MakeError> {
            write(&folder.join(chunk_name(count)), &chunk)?;
            count += 1;
            Ok(())
        };
        held.each_pair(|key, value| match writer.put(key, value)? {
            Some(chunk) => keep(chunk),
            None => Ok(()),
        })?;
        let (last, manifest) = writer.finish()?;
        keep(last)?;
        write(&folder.join(MANIFEST), &manifest.encode())?;
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

#[cfg(test)]
mod tests {
    use super::super::snapshot::MAX_VALUE;
    use super::super::store::AppStore;
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = (std::fs::read_dir(folder).into_iter().flatten())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Makes the snapshot of a state of one value of this length.
    fn make(
        snapshots: &Snapshots,
        height: u64,
        length: usize,
        free: Option<u64>,
    ) -> Result<(), MakeError> {
        let folder = tempfile::tempdir().unwrap();
        let mut store = AppStore::open(folder.path(), &snapshots.net).unwrap();
        let base = Base {
            height,
            root: [2; 32],
        };
        let state = [Ok((b"key".to_vec(), vec![7; length]))];
        store.begin(state.into_iter(), base).unwrap();
        let reader = store.reader().unwrap();
        assert_eq!(reader.hold().unwrap(), Some(base));
        snapshots.make(&reader, base, free)
    }

    fn half(folder: &Path, name: &str) {
        let place = folder.join(name);
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join("chunk-00000"), [0; 9]).unwrap();
    }

    fn snapshots(folder: &Path) -> Snapshots {
        let schedule = Schedule { every: 1, keep: 2 };
        Snapshots::new(folder.to_path_buf(), [3; 32], schedule)
    }

    #[test]
    fn half_a_snapshot_is_never_kept() {
        let folder = tempfile::tempdir().unwrap();
        let snapshots = snapshots(folder.path());
        // At a start: what is somebody else's stays.
        for name in ["5.new", "18.new", "incoming", "other.new", "4"] {
            half(folder.path(), name);
        }
        snapshots.clear_half_made();
        assert_eq!(names(folder.path()), ["4", "other.new"]);
        std::fs::remove_dir_all(folder.path().join("other.new")).unwrap();
        // Before a new one.
        half(folder.path(), "6.new");
        make(&snapshots, 7, 100, None).unwrap();
        assert_eq!(names(folder.path()), ["4", "7"]);
        // After one that failed.
        let failed = make(&snapshots, 8, MAX_VALUE + 1, None);
        assert!(matches!(failed, Err(MakeError::Form(_))), "{failed:?}");
        assert_eq!(names(folder.path()), ["4", "7"]);
        assert_eq!(snapshots.list().len(), 1);
    }

    #[test]
    fn none_is_begun_where_the_last_would_not_fit() {
        let folder = tempfile::tempdir().unwrap();
        let snapshots = snapshots(folder.path());
        make(&snapshots, 1, 1000, Some(0)).unwrap();
        let needed = snapshots.last_size();
        assert!(needed > 1000);
        let refused = make(&snapshots, 2, 1000, Some(needed - 1));
        assert!(
            matches!(refused, Err(MakeError::Room { .. })),
            "{refused:?}"
        );
        assert_eq!(names(folder.path()), ["1"]);
        make(&snapshots, 3, 1000, Some(needed)).unwrap();
        assert_eq!(names(folder.path()), ["1", "3"]);
    }
}
