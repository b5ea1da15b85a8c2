//! Files that cannot be read as proof files: each way has its own reason.

use toend_ledger::proof_file::{ArchiveError, DocumentError, ProofFileError};

use super::report::Judgement;

/// Says why a file was refused before anything in it was judged. *Not ours*, *cut short*, *too large* and *newer* are not the
/// same as *altered*.
pub fn refused(judgement: &mut Judgement, error: &ProofFileError) {
    match error {
        ProofFileError::Archive(archive) => refused_archive(judgement, *archive),
        ProofFileError::Document(DocumentError::UnknownVersion(_)) => {
            judgement.cannot_tell("NEWER_VERSION", "newerVersion");
            judgement.error("E43");
        }
        ProofFileError::Document(DocumentError::NotADocument) => {
            judgement.cannot_tell("NOT_A_PROOF_FILE", "notAProofFile");
            judgement.error("E38");
        }
        ProofFileError::Document(_) => {
            judgement.failed("DOCUMENT_MALFORMED", "documentMalformed", "E37")
        }
        ProofFileError::PageDiffers => judgement.failed("PAGE_DIFFERS", "pageDiffers", "E37"),
    }
}

fn refused_archive(judgement: &mut Judgement, error: ArchiveError) {
    let (code, reason) = match error {
        ArchiveError::TooLong(_) => ("TOO_LARGE", "tooLarge"),
        ArchiveError::NotAnArchive
        | ArchiveError::Member("mimetype")
        | ArchiveError::Header("mimetype")
        | ArchiveError::Content("mimetype") => ("NOT_A_PROOF_FILE", "notAProofFile"),
        ArchiveError::Short(_) => ("INCOMPLETE", "incomplete"),
        ArchiveError::Damaged(member) => {
            judgement.failed("DAMAGED", "damaged", "E37");
            judgement.param("member", member);
            return;
        }
        ArchiveError::Member(_)
        | ArchiveError::Header(_)
        | ArchiveError::Content(_)
        | ArchiveError::Directory => {
            judgement.failed("ARCHIVE_ALTERED", "archiveAltered", "E37");
            return;
        }
    };
    judgement.cannot_tell(code, reason);
    judgement.error("E38");
}
