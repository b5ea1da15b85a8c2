use super::wire::{put_bytes, put_length, put_message, put_sfixed64, put_tag, put_varint};
use super::wire_types::Encode;
use super::{BlockId, Time};

/// Which vote is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteKind {
    /// CometBFT's "unknown", which no validator signs; it exists for the published vectors.
    Unknown = 0,
    /// A vote that a proposal is acceptable.
    Prevote = 1,
    /// A vote that decides; the only kind found in commits.
    Precommit = 2,
}

/// The bytes a validator signs for a vote: a length-delimited `CanonicalVote`. A vote for no block has no `block_id`.
pub fn sign_bytes(
    kind: VoteKind,
    chain_id: &str,
    height: u64,
    round: u32,
    block_id: Option<&BlockId>,
    time: Time,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(128 + chain_id.len());
    write_sign_bytes(&mut out, kind, chain_id, height, round, block_id, time);
    out
}

/// As [`sign_bytes`], appended to a buffer that many votes share.
pub fn write_sign_bytes(
    out: &mut Vec<u8>,
    kind: VoteKind,
    chain_id: &str,
    height: u64,
    round: u32,
    block_id: Option<&BlockId>,
    time: Time,
) {
    let start = out.len();
    // Nearly every vote is 1 to 127 bytes long and has a one-byte length, so that byte is kept free and set at the end.
    out.push(0);
    if kind != VoteKind::Unknown {
        put_tag(out, 1, 0);
        put_varint(out, kind as u64);
    }
    put_sfixed64(out, 2, height);
    put_sfixed64(out, 3, u64::from(round));
    if let Some(id) = block_id {
        put_message(out, 4, |out| {
            put_bytes(out, 1, &id.hash);
            put_message(out, 2, |out| id.parts.encode_into(out));
        });
    }
    put_message(out, 5, |out| time.encode_into(out));
    put_bytes(out, 6, chain_id.as_bytes());
    put_length(out, start);
}
