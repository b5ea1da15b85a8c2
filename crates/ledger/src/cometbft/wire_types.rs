//! The Protocol Buffers messages of `tendermint.types`, field by field.

use super::error::FormatError;
use super::wire::{Reader, put_bytes, put_int, put_message, put_uint};
use super::{
    Address, BlockId, BlockIdFlag, Commit, CommitSig, Hash, Header, LightBlock, MAX_APP_HASH,
    MAX_CHAIN_ID, MAX_HEIGHT, MAX_ROUND, MAX_VALIDATORS, PartSetHeader, SignedHeader, Time,
    Validator, ValidatorSet, Version,
};

/// Values with one Protocol Buffers encoding.
pub trait Encode {
    /// Appends the encoding, without a length in front.
    fn encode_into(&self, out: &mut Vec<u8>);

    /// The encoding, without a length in front.
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }
}

/// Values read from their one encoding; everything else is refused.
pub trait Decode: Sized {
    /// Reads the whole input.
    fn decode(bytes: &[u8]) -> Result<Self, FormatError>;
}

/// `google.protobuf.StringValue`, empty for the empty string.
pub fn put_string_value(out: &mut Vec<u8>, value: &str) {
    put_bytes(out, 1, value.as_bytes());
}

/// `google.protobuf.Int64Value`, empty for zero.
pub fn put_int64_value(out: &mut Vec<u8>, value: u64) {
    put_uint(out, 1, value);
}

/// `google.protobuf.BytesValue`, empty for empty bytes.
pub fn put_bytes_value(out: &mut Vec<u8>, value: &[u8]) {
    put_bytes(out, 1, value);
}

/// A `BlockID`; the missing one still contains an empty part set header.
pub fn block_id_or_zero(out: &mut Vec<u8>, id: Option<&BlockId>) {
    if let Some(id) = id {
        id.encode_into(out);
    } else {
        put_message(out, 2, |_| ());
    }
}

fn fixed<const N: usize>(what: &'static str, bytes: &[u8]) -> Result<[u8; N], FormatError> {
    bytes.try_into().map_err(|_| FormatError::Length {
        what,
        got: bytes.len(),
    })
}

fn hash(bytes: &[u8]) -> Result<Hash, FormatError> {
    fixed("a hash", bytes)
}

fn optional_hash(bytes: &[u8]) -> Result<Option<Hash>, FormatError> {
    if bytes.is_empty() {
        Ok(None)
    } else {
        hash(bytes).map(Some)
    }
}

fn height(value: i64) -> Result<u64, FormatError> {
    u64::try_from(value)
        .ok()
        .filter(|h| (1..=MAX_HEIGHT).contains(h))
        .ok_or(FormatError::Height)
}

impl Encode for Version {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_uint(out, 1, self.block);
        put_uint(out, 2, self.app);
    }
}

impl Decode for Version {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let version = Self {
            block: r.uint(1)?,
            app: r.uint(2)?,
        };
        r.end().map(|()| version)
    }
}

impl Encode for Time {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_int(out, 1, self.secs());
        put_uint(out, 2, u64::from(self.nanos()));
    }
}

impl Decode for Time {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let time = Self::new(r.int(1)?, r.u32(2)?)?;
        r.end().map(|()| time)
    }
}

impl Encode for PartSetHeader {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_uint(out, 1, u64::from(self.total));
        put_bytes(out, 2, &self.hash);
    }
}

impl Encode for BlockId {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_bytes(out, 1, &self.hash);
        put_message(out, 2, |out| self.parts.encode_into(out));
    }
}

/// A block id that may be CometBFT's zero one, but nothing half-filled.
fn block_id(bytes: &[u8]) -> Result<Option<BlockId>, FormatError> {
    let mut r = Reader::new(bytes);
    let id_hash = optional_hash(r.bytes(1)?)?;
    let mut parts = Reader::new(r.required(2)?);
    r.end()?;
    let total = parts.u32(1)?;
    let parts_hash = optional_hash(parts.bytes(2)?)?;
    parts.end()?;
    match (id_hash, parts_hash, total) {
        (None, None, 0) => Ok(None),
        (Some(hash), Some(parts), total) => Ok(Some(BlockId {
            hash,
            parts: PartSetHeader { total, hash: parts },
        })),
        _ => Err(FormatError::IncompleteBlockId),
    }
}

impl Encode for Header {
    fn encode_into(&self, out: &mut Vec<u8>) {
        let put_hash = |out: &mut Vec<u8>, field, hash: Option<&Hash>| {
            put_bytes(out, field, hash.map_or(&[], |h| h));
        };
        put_message(out, 1, |out| self.version.encode_into(out));
        put_bytes(out, 2, self.chain_id.as_bytes());
        put_uint(out, 3, self.height);
        put_message(out, 4, |out| self.time.encode_into(out));
        put_message(out, 5, |out| {
            block_id_or_zero(out, self.last_block_id.as_ref());
        });
        put_hash(out, 6, self.last_commit_hash.as_ref());
        put_hash(out, 7, self.data_hash.as_ref());
        put_bytes(out, 8, &self.validators_hash);
        put_bytes(out, 9, &self.next_validators_hash);
        put_bytes(out, 10, &self.consensus_hash);
        put_bytes(out, 11, &self.app_hash);
        put_hash(out, 12, self.last_results_hash.as_ref());
        put_hash(out, 13, self.evidence_hash.as_ref());
        put_bytes(out, 14, &self.proposer_address);
    }
}

impl Decode for Header {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let version = Version::decode(r.required(1)?)?;
        let chain_id = r.bytes(2)?;
        if chain_id.len() > MAX_CHAIN_ID {
            return Err(FormatError::ChainId);
        }
        let header = Self {
            version,
            chain_id: std::str::from_utf8(chain_id)
                .map_err(|_| FormatError::ChainId)?
                .to_owned(),
            height: height(r.int(3)?)?,
            time: Time::decode(r.required(4)?)?,
            last_block_id: block_id(r.required(5)?)?,
            last_commit_hash: optional_hash(r.bytes(6)?)?,
            data_hash: optional_hash(r.bytes(7)?)?,
            validators_hash: hash(r.bytes(8)?)?,
            next_validators_hash: hash(r.bytes(9)?)?,
            consensus_hash: hash(r.bytes(10)?)?,
            app_hash: app_hash(r.bytes(11)?)?.to_vec(),
            last_results_hash: optional_hash(r.bytes(12)?)?,
            evidence_hash: optional_hash(r.bytes(13)?)?,
            proposer_address: fixed("an address", r.bytes(14)?)?,
        };
        r.end().map(|()| header)
    }
}

/// Bounds the one field whose length CometBFT leaves open.
pub fn app_hash(bytes: &[u8]) -> Result<&[u8], FormatError> {
    if bytes.len() > MAX_APP_HASH {
        return Err(FormatError::Length {
            what: "an application hash",
            got: bytes.len(),
        });
    }
    Ok(bytes)
}

impl Encode for CommitSig {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_uint(out, 1, self.flag as u64);
        let voted = self.flag != BlockIdFlag::Absent;
        if voted {
            put_bytes(out, 2, &self.address);
        }
        put_message(out, 3, |out| {
            if voted { self.time } else { Time::ZERO }.encode_into(out);
        });
        if voted {
            put_bytes(out, 4, &self.signature);
        }
    }
}

impl Decode for CommitSig {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let flag = r.uint(1)?;
        let address = r.bytes(2)?;
        let time = Time::decode(r.required(3)?)?;
        let signature = r.bytes(4)?;
        r.end()?;
        Self::from_parts(flag.cast_signed(), address, time, signature)
    }
}

impl CommitSig {
    /// From the loose parts that JSON and Protocol Buffers have in common, with CometBFT's basic validation.
    pub(super) fn from_parts(
        flag: i64,
        address: &[u8],
        time: Time,
        signature: &[u8],
    ) -> Result<Self, FormatError> {
        let flag = match flag {
            1 if address.is_empty() && signature.is_empty() && time == Time::ZERO => {
                return Ok(Self::ABSENT);
            }
            1 => return Err(FormatError::AbsentVoteNotEmpty),
            2 => BlockIdFlag::Commit,
            3 => BlockIdFlag::Nil,
            other => return Err(FormatError::Flag(other)),
        };
        let address: Address = fixed("an address", address)?;
        Ok(Self {
            flag,
            address,
            time,
            signature: fixed("a signature", signature)?,
        })
    }
}

impl Encode for Commit {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_uint(out, 1, self.height);
        put_uint(out, 2, u64::from(self.round));
        put_message(out, 3, |out| block_id_or_zero(out, self.block_id.as_ref()));
        for sig in &self.signatures {
            put_message(out, 4, |out| sig.encode_into(out));
        }
    }
}

impl Decode for Commit {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let height = height(r.int(1)?)?;
        let round = r.u32(2)?;
        if round > MAX_ROUND {
            return Err(FormatError::Round);
        }
        let block_id = block_id(r.required(3)?)?;
        let mut signatures = Vec::new();
        while let Some(sig) = r.message(4)? {
            check_count("signatures", signatures.len() + 1)?;
            signatures.push(CommitSig::decode(sig)?);
        }
        r.end()?;
        Ok(Self {
            height,
            round,
            block_id,
            signatures,
        })
    }
}

/// Both lists of one entry per validator have the same limit.
pub fn check_count(what: &'static str, got: usize) -> Result<(), FormatError> {
    if got > MAX_VALIDATORS {
        Err(FormatError::TooMany {
            what,
            got,
            limit: MAX_VALIDATORS,
        })
    } else {
        Ok(())
    }
}

impl Encode for Validator {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_bytes(out, 1, &self.address);
        put_message(out, 2, |out| put_bytes(out, 1, &self.pub_key));
        put_uint(out, 3, self.power);
        put_int(out, 4, self.proposer_priority);
    }
}

impl Decode for Validator {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let address = fixed("an address", r.bytes(1)?)?;
        let mut key = Reader::new(r.required(2)?);
        let pub_key = fixed("a public key", key.bytes(1)?)?;
        key.end()?;
        let validator = Self {
            address,
            pub_key,
            power: r.uint(3)?,
            proposer_priority: r.int(4)?,
        };
        r.end().map(|()| validator)
    }
}

impl Encode for ValidatorSet {
    fn encode_into(&self, out: &mut Vec<u8>) {
        for validator in self.validators() {
            put_message(out, 1, |out| validator.encode_into(out));
        }
    }
}

impl Decode for ValidatorSet {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let mut validators = Vec::new();
        while let Some(validator) = r.message(1)? {
            check_count("validators", validators.len() + 1)?;
            validators.push(Validator::decode(validator)?);
        }
        r.end()?;
        Self::in_given_order(validators)
    }
}

impl Encode for SignedHeader {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_message(out, 1, |out| self.header.encode_into(out));
        put_message(out, 2, |out| self.commit.encode_into(out));
    }
}

impl Decode for SignedHeader {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let signed = Self {
            header: Header::decode(r.required(1)?)?,
            commit: Commit::decode(r.required(2)?)?,
        };
        r.end().map(|()| signed)
    }
}

impl Encode for LightBlock {
    fn encode_into(&self, out: &mut Vec<u8>) {
        put_message(out, 1, |out| self.signed_header.encode_into(out));
        put_message(out, 2, |out| self.validator_set.encode_into(out));
        if let Some(next) = &self.next_validator_set {
            put_message(out, 3, |out| next.encode_into(out));
        }
    }
}

impl Decode for LightBlock {
    fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut r = Reader::new(bytes);
        let block = Self {
            signed_header: SignedHeader::decode(r.required(1)?)?,
            validator_set: ValidatorSet::decode(r.required(2)?)?,
            next_validator_set: r.message(3)?.map(ValidatorSet::decode).transpose()?,
        };
        r.end().map(|()| block)
    }
}
