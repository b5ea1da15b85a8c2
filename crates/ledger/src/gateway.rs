//! The JSON that a client and a gateway exchange (`/v1`), as plain data.
//!
//! Nothing here is trusted because it decodes: a list answer becomes a verdict only in the client, against a root that a
//! verified header carries. Byte strings are standard base64, 64-bit integers are decimal strings (JavaScript-safe).
//!
//! | request | answer |
//! |---|---|
//! | `GET /v1/tip`, `GET /v1/light-block/{height}` | CometBFT light block `{signed_header, validator_set}` |
//! | `GET /v1/headers/{bundle}` | header bundle file, bytes |
//! | `GET /v1/blocks/{height}/txs?count=N` (N ≤ 256) | [`BlockTxs`] list |
//! | `GET /v1/network` | network file, for display only |
//! | `GET /v1/genesis` | genesis file, whose hash the network file names |
//! | `POST /v1/login/challenge` | [`Challenge`] |
//! | `POST /v1/login` [`Login`] | [`SessionAnswer`] |
//! | `POST /v1/logout` | empty; bearer |
//! | `POST /v1/filings` [`FilingRequest`] | [`FilingAnswer`] |
//! | `GET /v1/registers/{reg}/list?class=C&nonce=X` | [`Signed`] over [`ListAnswer`]; bearer |
//! | `GET /v1/registers/{reg}/public/{kind}/{country}/{code}?nonce=X` | [`Signed`] over [`PublicListAnswer`] |
//! | `GET /v1/registers/{reg}/heads?prefix=HEX&bits=N` | [`SubtreeAnswer`], anyone |
//! | `GET /v1/state/{key hex}?height=H` | [`Proven`]; keys `01` to `0a` and `20` only |
//! | `GET /v1/health` | [`Health`] |

mod evidence;
mod filing;

use serde::{Deserialize, Serialize};

pub use evidence::{EvidenceAnswer, EvidenceOutcome, MAX_EVIDENCE_REQUEST};
pub use filing::{Contradiction, FilingAnswer, FilingOutcome, FilingRequest, filing_commitment};

/// Largest answer body a client reads, in bytes.
pub const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// Largest request body a gateway reads, in bytes.
pub const MAX_REQUEST: usize = 64 * 1024;

/// Base64 (standard alphabet, padded) byte string.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct B64(pub Vec<u8>);

impl Serialize for B64 {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        s.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for B64 {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(d)?;
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .map(B64)
            .map_err(serde::de::Error::custom)
    }
}

/// A `u64` as a decimal JSON string.
pub mod dec {
    use serde::{Deserialize as _, Deserializer, Serializer};
    /// Writes the number as a string.
    pub fn serialize<S: Serializer>(v: &u64, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(v)
    }
    /// Reads a decimal string.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u64, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Challenge for a Web eID token; `nonce` is base64 text of 44 characters, hashed as text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Challenge {
    /// Nonce text, 44 to 128 characters.
    pub nonce: String,
    /// Origin the token must be signed for, `scheme://host[:port]`.
    pub origin: String,
}

/// Web eID token (version 1.0) with the nonce it answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    /// Nonce handed out before; used once.
    pub nonce: String,
    /// The token as JSON, exactly the Web eID form.
    pub token: serde_json::Value,
}

/// A session at one gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionAnswer {
    /// Opaque bearer value.
    pub session: String,
    /// End of the session, milliseconds since the Unix epoch.
    #[serde(with = "dec")]
    pub expires_ms: u64,
}

/// An answer signed with the register's answer key: [`signing_bytes`] says over what.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signed {
    /// Exact bytes of the answer (JSON text).
    pub answer: B64,
    /// Register number.
    pub reg: u16,
    /// Height of the gateway's tip.
    #[serde(with = "dec")]
    pub tip_height: u64,
    /// Header hash of the tip, 32 bytes.
    pub tip_hash: B64,
    /// Ed25519 signature, 64 bytes.
    pub signature: B64,
}

/// What the answer key signs: the tag `toend/answer/v1`, then net, reg, `H`(request), `H`(answer), tip height and hash.
///
/// `request` is the ASCII request target, for example `GET /v1/registers/1/list?class=0&nonce=…`, followed for a private
/// list by a line feed and the encoded subject.
pub fn signing_bytes(
    net: &[u8; 32],
    reg: u16,
    request: &[u8],
    answer: &[u8],
    tip_height: u64,
    tip_hash: &[u8; 32],
) -> Vec<u8> {
    let mut out = b"toend/answer/v1\0".to_vec();
    out.extend_from_slice(net);
    out.extend_from_slice(&reg.to_be_bytes());
    out.extend_from_slice(&crate::hash::sha256(&[request]));
    out.extend_from_slice(&crate::hash::sha256(&[answer]));
    out.extend_from_slice(&tip_height.to_be_bytes());
    out.extend_from_slice(tip_hash);
    out
}

/// A state value with its presence proof, or an absence proof when `value` is `None`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proven {
    /// State value, absent for an absence proof.
    pub value: Option<B64>,
    /// Encoded `StateProof`.
    pub proof: B64,
}

/// One VRF epoch of the register, newest last; all epochs up to the current one are listed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EpochAnswer {
    /// Epoch number, from 1.
    pub epoch: u16,
    /// State value at key `03‖reg‖epoch`.
    pub key: Proven,
    /// VRF proof of `O` under this epoch's key, 80 bytes.
    pub vrf_proof: B64,
    /// State at `10‖reg‖epoch‖O`: present in exactly one epoch, absent in the older ones.
    pub opening: Proven,
}

/// State of one label of a private list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LabelAnswer {
    /// Index, from 1.
    #[serde(with = "dec")]
    pub n: u64,
    /// Present (value `C ‖ at`) or absent.
    pub state: Proven,
}

/// Contents of one entry as the register delivers them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryContents {
    /// Index in the list, from 1.
    #[serde(with = "dec")]
    pub n: u64,
    /// Record id, 32 bytes.
    pub record: B64,
    /// Version of the record, from 1.
    pub v: u32,
    /// Schema number.
    pub schema: u32,
    /// Seed of the salts, 32 bytes.
    pub seed: B64,
    /// Blind of the place commitment, 32 bytes.
    pub blind: B64,
    /// Deterministic CBOR of each position 0..N−1 (absent positions included).
    pub fields: Vec<B64>,
    /// Rows of each repeated group.
    #[serde(default)]
    pub rows: Vec<RowGroup>,
}

/// Rows of one repeated group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowGroup {
    /// Position of the group in the schema.
    pub field: u16,
    /// Deterministic CBOR of each row.
    pub rows: Vec<B64>,
}

/// Contents received by the register but not yet in a block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingEntry {
    /// When the register took it, milliseconds since the Unix epoch.
    #[serde(with = "dec")]
    pub received_ms: u64,
    /// The contents; `n` is the index it will get.
    pub contents: EntryContents,
}

/// Head of one record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeadAnswer {
    /// Record id, 32 bytes.
    pub record: B64,
    /// State at `12‖reg‖R`.
    pub state: Proven,
}

/// A person's list in one register, proven at the state after `height` (committed by header `height + 1`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListAnswer {
    /// State height all proofs refer to.
    #[serde(with = "dec")]
    pub height: u64,
    /// List class: 0 records, 1 access log.
    pub class: u8,
    /// State value at key `02‖reg`.
    pub register: Proven,
    /// VRF epochs.
    pub epochs: Vec<EpochAnswer>,
    /// The list's VRF secret key, 32 bytes: the person's own to hold.
    pub list_key: B64,
    /// Every label 1..n and the absent rungs of the ladder.
    pub labels: Vec<LabelAnswer>,
    /// Delivered contents.
    pub entries: Vec<EntryContents>,
    /// Heads of the headed records among the entries.
    pub heads: Vec<HeadAnswer>,
    /// Received, not yet sealed.
    pub pending: Vec<PendingEntry>,
}

/// A public list (a company's, an immovable's), proven at the state after `height`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicListAnswer {
    /// State height all proofs refer to.
    #[serde(with = "dec")]
    pub height: u64,
    /// State value at key `02‖reg`.
    pub register: Proven,
    /// State at `13‖reg‖H(subject)`; its absence is never an answer.
    pub list: Proven,
    /// All entries in order; every `C` is recomputed and replayed to the frontier.
    pub entries: Vec<EntryContents>,
    /// `C` of entries whose contents were not delivered, as `(n, C)`; shown as withheld.
    #[serde(default)]
    pub bare: Vec<BareEntry>,
    /// Heads of the headed records.
    pub heads: Vec<HeadAnswer>,
    /// Received, not yet sealed.
    pub pending: Vec<PendingEntry>,
}

/// An entry's commitment without contents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BareEntry {
    /// Index, from 1.
    #[serde(with = "dec")]
    pub n: u64,
    /// Entry commitment `C`, 32 bytes.
    pub c: B64,
}

/// Raw transactions of one block; checked against the `data_hash` of its verified header.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BlockTxs {
    /// Height.
    #[serde(with = "dec")]
    pub height: u64,
    /// Transactions in block order.
    pub txs: Vec<B64>,
}

/// A whole subtree of state leaves, so that a refresh does not tell which record is meant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SubtreeAnswer {
    /// State height.
    #[serde(with = "dec")]
    pub height: u64,
    /// Encoded `SubtreeProof`.
    pub subtree: B64,
    /// Full head values inside the subtree, so that a reader can open its own: `(H(key), value)`.
    pub values: Vec<(B64, B64)>,
}

/// State of a gateway, for the status line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Health {
    /// Authority id.
    pub authority: String,
    /// Register numbers this gateway answers for.
    pub registers: Vec<u16>,
    /// Gateway's clock, milliseconds since the Unix epoch.
    #[serde(with = "dec")]
    pub now_ms: u64,
    /// Tip height.
    #[serde(with = "dec")]
    pub height: u64,
}

/// Error body of every non-2xx answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorAnswer {
    /// Stable code: `bad_request`, `unauthorized`, `not_available`, `too_large`, `busy`, `no_ledger`. `busy` also answers
    /// whoever asks too often.
    pub code: String,
}
