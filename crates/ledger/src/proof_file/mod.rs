//! The proof file: one `.asice` that proves its statements offline, for decades.
//!
//! Inside stands `proof.cbor`, the only thing that is ever verified, and `page.html`, which is remade from it and must match
//! byte for byte: what is shown is what is proven (review finding 3.5). The archive has one form (10.2), the document has one
//! encoding. This module judges everything that hashes decide; whether enough authorities signed the header, and whether the
//! file's network is the reader's, is decided by the client, who alone knows the time and the network file.
//!
//! Start with [`ProofFile::read`], then [`Statement::verify`]. The reader must never show the enclosed page.

mod archive;
mod codec;
mod document;
mod index;
mod items;
mod page;
mod page_labels;
mod page_texts;
mod page_values;
mod statement;

pub use archive::{ArchiveError, MAX_ARCHIVE, Members};
pub use document::{DocumentError, Language, Pinned, ProofDocument, Share, Signers, Version};
pub use index::{EpochStep, IndexError, IndexFacts, IndexProof, Rung};
pub use page::page;
pub use statement::{
    Context, Evidence, Facts, Profile, RowGroup, SealedBy, Shortfall, Standing, Statement,
    StatementError,
};

use thiserror::Error;

/// File name extension.
pub const EXTENSION: &str = "asice";
/// Media type, and content of the first member.
pub const MIMETYPE: &str = "application/vnd.etsi.asic-e+zip";

/// A file whose archive, document and page fit each other. Nothing in it is proven yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// What the file says.
    pub document: ProofDocument,
}

/// Why a file is refused. Whoever made or changed it is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofFileError {
    /// Not an archive of the one accepted form.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The document is malformed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The readable page is not the one that belongs to the document: somebody changed what people see.
    #[error("the page in the file is not the one that belongs to its proof")]
    PageDiffers,
}

impl ProofFile {
    /// Reads a file: archive, then document, then the page remade and compared.
    pub fn read(bytes: &[u8]) -> Result<Self, ProofFileError> {
        let members = archive::read(bytes)?;
        let document = ProofDocument::decode(members.document)?;
        if page(&document).as_bytes() != members.page {
            return Err(ProofFileError::PageDiffers);
        }
        Ok(Self { document })
    }

    /// Writes a file. The same document always gives the same bytes.
    pub fn write(document: &ProofDocument) -> Result<Vec<u8>, ProofFileError> {
        let encoded = document.encode()?;
        let page = page(document);
        Ok(archive::write(&Members {
            document: &encoded,
            page: page.as_bytes(),
        })?)
    }
}
