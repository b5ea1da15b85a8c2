//! What a proof file says, and with what it proves it.

use thiserror::Error;

use super::{Statement, codec};
use crate::cbor::{self, CborError, Limits};
use crate::cometbft::{Commit, FormatError, Header, ValidatorSet};
use crate::commitment::FieldError;
use crate::hash::{Hash, h};
use crate::history::{HistoryError, HistoryProof};
use crate::proof::ProofError;
use crate::state::ValueError;
use crate::subject::SubjectError;
use crate::vrf::VrfError;

/// Language of the readable page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Language {
    /// Estonian.
    Et = 0,
    /// English.
    En = 1,
    /// Russian.
    Ru = 2,
}

/// Version of the format. Versions differ in the page that belongs to the document, and in what a statement may enclose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Version {
    /// The page shows stable names of fields, in no language.
    One = 1,
    /// The page names kinds and fields in its language, and writes dates and sums as people do.
    Two = 2,
    /// The page is that of version 2; a statement may enclose the right of its register.
    Three = 3,
}

impl Version {
    /// The one that new files have.
    pub const NEWEST: Self = Self::Three;
}

/// Who signed the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signers {
    /// The set that the reader's network file has for this height.
    Listed,
    /// A set enclosed in the file; its hash must be the header's.
    Enclosed(ValidatorSet),
}

/// The way from a header that the network file pins down to the file's header: hashes only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The pinned header; its hash stands in the network file.
    pub header: Header,
    /// The file's header in the pinned header's history.
    pub history: HistoryProof,
}

/// For whom, for what and until when the holder hands the file over. It counts only if the holder signed it (review
/// finding 10.3); checking that signature needs certificates and is the client's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// For whom, at most 200 bytes.
    pub audience: String,
    /// For what, at most 200 bytes.
    pub purpose: String,
    /// Until when, Unix milliseconds.
    pub until_ms: u64,
    /// Random.
    pub nonce: Hash,
    /// The holder's signing certificate, DER.
    pub certificate: Vec<u8>,
    /// ECDSA P-384 with SHA-384 over [`Share::signing_bytes`], r ‖ s.
    pub signature: [u8; 96],
}

/// The document in `proof.cbor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofDocument {
    /// Version of the format.
    pub version: Version,
    /// Hash of the genesis file.
    pub net: Hash,
    /// Language of the page.
    pub language: Language,
    /// Header H+1, whose state root all statements are proven under.
    pub header: Header,
    /// The commit that decided it.
    pub commit: Commit,
    /// Who signed.
    pub signers: Signers,
    /// If the file has been tied to a pin.
    pub pinned: Option<Pinned>,
    /// If the holder said for whom the file is.
    pub share: Option<Share>,
    /// What is proven, 1 to 64.
    pub statements: Vec<Statement>,
}

/// Why a document is refused, or cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It does not begin as a proof document.
    #[error("this is no proof document")]
    NotADocument,
    /// A newer program made it.
    #[error("proof documents of version {0} are not known here")]
    UnknownVersion(i64),
    /// A part has another shape, or is larger, than the format says.
    #[error("the document's {0} is malformed")]
    Shape(&'static str),
    /// The document has a second encoding, and this is it.
    #[error("the document is not in its one encoding")]
    NotCanonical,
    /// Malformed CBOR.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A malformed header, commit or validator set.
    #[error(transparent)]
    CometBft(#[from] FormatError),
    /// A malformed state proof.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A malformed history proof.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A malformed state value.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A field that no record can have.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A malformed VRF key or proof.
    #[error(transparent)]
    Vrf(#[from] VrfError),
    /// A subject that is none.
    #[error(transparent)]
    Subject(#[from] SubjectError),
}

impl ProofDocument {
    /// The bytes of `proof.cbor`.
    pub fn encode(&self) -> Result<Vec<u8>, DocumentError> {
        let bytes = cbor::encode_within(&codec::document(self)?, Limits::DOCUMENT)?;
        // A document that could not be read again must not be written either.
        if Self::read(&bytes)? == *self {
            Ok(bytes)
        } else {
            Err(DocumentError::NotCanonical)
        }
    }

    /// Reads exactly what [`encode`](Self::encode) wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, DocumentError> {
        let document = Self::read(bytes)?;
        if cbor::encode_within(&codec::document(&document)?, Limits::DOCUMENT)? == bytes {
            Ok(document)
        } else {
            Err(DocumentError::NotCanonical)
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        codec::read_document(&cbor::decode_within(bytes, Limits::DOCUMENT)?)
    }

    /// Root of the state that the statements are about: the state after block [`state_height`](Self::state_height).
    ///
    /// The client must have verified the header before it uses this.
    pub fn state_root(&self) -> Option<Hash> {
        self.header.state_root()
    }

    /// Height of the block whose state the statements are about: one below the header's.
    pub const fn state_height(&self) -> u64 {
        self.header.height.saturating_sub(1)
    }

    /// What the holder's signature covers of the file: every statement, no header, so that the file may be renewed.
    pub fn statements_hash(&self) -> Result<Hash, DocumentError> {
        let bytes = cbor::encode_within(
            &codec::statements(self.version, &self.statements)?,
            Limits::DOCUMENT,
        )?;
        Ok(h("statements", &[&self.net, &bytes]))
    }
}

impl Share {
    /// `T("share") ‖ net ‖ H(statements) ‖ length u16 ‖ audience ‖ length u16 ‖ purpose ‖ until u64 ‖ nonce`.
    pub fn signing_bytes(&self, net: &Hash, statements_hash: &Hash) -> Vec<u8> {
        let mut out = crate::hash::tag("share");
        out.extend_from_slice(net);
        out.extend_from_slice(statements_hash);
        for text in [&self.audience, &self.purpose] {
            out.extend_from_slice(&(text.len() as u16).to_be_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&self.until_ms.to_be_bytes());
        out.extend_from_slice(&self.nonce);
        out
    }
}

impl Pinned {
    /// Checks that `header` is an ancestor of the pinned header. The caller compares the pinned header's hash with its
    /// network file: `pin_hash` comes from there.
    pub fn verify(
        &self,
        first_height: u64,
        header: &Header,
        pin_hash: &Hash,
    ) -> Result<(), HistoryError> {
        let root = self
            .header
            .state_root()
            .filter(|_| self.header.hash() == *pin_hash);
        let root = root.ok_or(HistoryError::State(ProofError::RootMismatch))?;
        self.history
            .verify(&root, first_height, header.height, &header.hash())
    }
}
