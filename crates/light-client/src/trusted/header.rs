use thiserror::Error;
use toend_ledger::cometbft::{Hash, Header, Time};
use toend_ledger::interval::SealedBetween;

use crate::verify::backward::{Above, verify_backward};
use crate::verify::{SequenceError, Threads};

/// A header that verification has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedHeader {
    header: Header,
    hash: Hash,
}

/// Two headers that do not belong together, or a header of another application. The caller asked wrongly, or a peer
/// answered for another height.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NeighbourError {
    /// The state after a block stands in the *next* header.
    #[error("the state after block {wanted} stands in header {}, not in {got}", .wanted.saturating_add(1))]
    WrongHeight {
        /// The block whose state is wanted.
        wanted: u64,
        /// Height of the header given.
        got: u64,
    },
    /// The headers belong to different chains or do not link.
    #[error("the headers are not neighbours on one chain")]
    NotNeighbours,
    /// The application hash is not a 32-byte state root.
    #[error("the application hash has {0} bytes and is no state root")]
    NoStateRoot(usize),
    /// A kept header no longer has the hash it was kept under.
    #[error("the kept header is damaged")]
    Damaged,
    /// The times of neighbouring headers do not increase.
    #[error("the times of the headers do not increase")]
    Times,
}

impl VerifiedHeader {
    pub(super) const fn minted(header: Header, hash: Hash) -> Self {
        Self { header, hash }
    }

    /// A header that this computer verified before and kept beside its hash. That it was verified is taken from the store;
    /// that it was not damaged since is checked.
    pub fn from_own_store(header: Header, hash: &Hash) -> Result<Self, NeighbourError> {
        if header.hash() == *hash {
            Ok(Self {
                header,
                hash: *hash,
            })
        } else {
            Err(NeighbourError::Damaged)
        }
    }

    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash, which names the block.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Its height.
    pub const fn height(&self) -> u64 {
        self.header.height
    }

    /// Its time: the median vote time of the block before.
    pub const fn time(&self) -> Time {
        self.header.time
    }

    /// Verifies older headers that end directly below this one, by hash links. They come in ascending height.
    pub fn older(
        &self,
        headers: Vec<Header>,
        block_protocol: u64,
        threads: Threads,
    ) -> Result<Vec<Self>, SequenceError> {
        let hashes = verify_backward(&Above::of(&self.header), &headers, block_protocol, threads)?;
        Ok(headers
            .into_iter()
            .zip(hashes)
            .map(|(header, hash)| Self { header, hash })
            .collect())
    }

    /// The newest state this header commits: the one after the block before it.
    pub fn state_root(&self) -> Result<StateRoot, NeighbourError> {
        state_root_for(self.header.height - 1, self)
    }
}

/// The state after block `height`. It stands in the header of height + 1: a header is decided together with its block, and
/// the block's effects are known only afterwards. This is the only place that knows.
pub fn state_root_for(height: u64, next: &VerifiedHeader) -> Result<StateRoot, NeighbourError> {
    if height.checked_add(1) != Some(next.header.height) {
        return Err(NeighbourError::WrongHeight {
            wanted: height,
            got: next.header.height,
        });
    }
    let root = next
        .header
        .state_root()
        .ok_or(NeighbourError::NoStateRoot(next.header.app_hash.len()))?;
    Ok(StateRoot {
        root,
        height,
        header_hash: next.hash,
    })
}

/// When what block H sealed was sealed, from the headers of H and H + 1.
pub fn sealed_between(
    at: &VerifiedHeader,
    next: &VerifiedHeader,
) -> Result<SealedBetween, NeighbourError> {
    if next
        .header
        .last_block_id
        .is_none_or(|id| id.hash != at.hash)
        || next.header.chain_id != at.header.chain_id
    {
        return Err(NeighbourError::NotNeighbours);
    }
    SealedBetween::from_header_times(at.header.time.millis(), next.header.time.millis())
        .map_err(|_| NeighbourError::Times)
}

/// The root of the state after a block, known from a verified header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateRoot {
    root: Hash,
    height: u64,
    header_hash: Hash,
}

impl StateRoot {
    /// The root.
    pub const fn hash(&self) -> Hash {
        self.root
    }

    /// The state is the one after this block.
    pub const fn height(&self) -> u64 {
        self.height
    }

    /// The header of height + 1, which carries the root.
    pub const fn header_hash(&self) -> Hash {
        self.header_hash
    }
}
