//! A block as CometBFT encodes, splits and names it.

use toend_ledger::cometbft::{BlockId, Commit, Encode, Hash, Header, PartSetHeader, data_hash};
use toend_ledger::merkle;

/// Size of the parts a block is gossiped in, in bytes (CometBFT `BlockPartSizeBytes`).
pub const PART_SIZE: usize = 65_536;

/// Root over no evidence: the embedded network has no one to accuse.
pub const NO_EVIDENCE: Hash = merkle::EMPTY_ROOT;

/// A proposed or decided block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its header.
    pub header: Header,
    /// The transactions in their order.
    pub txs: Vec<Vec<u8>>,
    /// The commit for the block before; the first block has none.
    pub last_commit: Option<Commit>,
}

impl Block {
    /// `tendermint.types.Block` in protobuf: what is split into parts.
    pub fn encode(&self) -> Vec<u8> {
        let size: usize = self.txs.iter().map(|tx| tx.len() + 6).sum();
        let mut data = Vec::with_capacity(size);
        for tx in &self.txs {
            put_field(&mut data, 1, tx);
        }
        let mut out = Vec::with_capacity(size + 2048);
        put_field(&mut out, 1, &self.header.encode());
        put_field(&mut out, 2, &data);
        put_field(&mut out, 3, &[]);
        match &self.last_commit {
            Some(commit) => put_field(&mut out, 4, &commit.encode()),
            // CometBFT's first block carries an empty commit, not none: only its zero block id is written.
            None => put_field(&mut out, 4, &[0x1a, 0x02, 0x12, 0x00]),
        }
        out
    }

    /// The name of the block: header hash and part set.
    pub fn id(&self) -> BlockId {
        self.id_of(&self.encode())
    }

    /// As [`Block::id`], with the encoding at hand.
    pub fn id_of(&self, encoded: &[u8]) -> BlockId {
        BlockId {
            hash: self.header.hash(),
            parts: part_set(encoded),
        }
    }

    /// The root over the hashes of the transactions.
    pub fn data_hash(&self) -> Hash {
        data_hash(&self.txs)
    }
}

/// Splits an encoded block into parts of [`PART_SIZE`] and names them by their Merkle root.
pub fn part_set(encoded: &[u8]) -> PartSetHeader {
    let parts: Vec<&[u8]> = encoded.chunks(PART_SIZE).collect();
    PartSetHeader {
        total: parts.len() as u32,
        hash: merkle::root(&parts),
    }
}

/// The transactions of an encoded block; none when it is not one.
pub fn txs_of(encoded: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut rest = encoded;
    let (1, _header) = take_field(&mut rest)? else {
        return None;
    };
    let (2, mut data) = take_field(&mut rest)? else {
        return None;
    };
    let mut txs = Vec::new();
    while !data.is_empty() {
        let (1, tx) = take_field(&mut data)? else {
            return None;
        };
        txs.push(tx.to_vec());
    }
    Some(txs)
}

/// Reads one length-delimited field with a number below 16.
fn take_field<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (tag, mut at) = rest.split_first()?;
    let mut length = 0usize;
    for shift in (0..35).step_by(7) {
        let (byte, tail) = at.split_first()?;
        at = tail;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let (value, tail) = at.split_at_checked(length)?;
            *rest = tail;
            return (tag & 7 == 2).then_some((tag >> 3, value));
        }
    }
    None
}

/// A length-delimited field, written even when empty.
fn put_field(out: &mut Vec<u8>, field: u8, value: &[u8]) {
    out.push(field << 3 | 2);
    let mut length = value.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(value);
}
