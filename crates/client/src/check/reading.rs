//! Files that cannot be read as proof files: each way has its own reason.

use toend_ledger::proof_file::{ArchiveError, DocumentError, ProofFileError};

use super::foreign::{Foreign, recognise};
use super::report::Judgement;

/// Says why a file was refused before anything in it was judged. *Not ours*, *cut short*, *too large* and *newer* are not the
/// same as *altered*.
pub fn refused(judgement: &mut Judgement, error: &ProofFileError, bytes: &[u8]) {
    match error {
        ProofFileError::Archive(archive) => refused_archive(judgement, *archive, bytes),
        ProofFileError::Document(DocumentError::UnknownVersion(_)) => {
            judgement.cannot_tell("NEWER_VERSION", "newerVersion");
            judgement.error("E43");
        }
        ProofFileError::Document(DocumentError::NotADocument) => not_ours(judgement, bytes),
        ProofFileError::Document(_) => {
            judgement.failed("DOCUMENT_MALFORMED", "documentMalformed", "E37")
        }
        ProofFileError::PageDiffers => judgement.failed("PAGE_DIFFERS", "pageDiffers", "E37"),
    }
}

fn not_ours(judgement: &mut Judgement, bytes: &[u8]) {
    let reason = recognise(bytes)
        .filter(|kind| *kind != Foreign::Repacked)
        .map_or("notAProofFile", Foreign::reason);
    judgement.cannot_tell("NOT_A_PROOF_FILE", reason);
    judgement.error("E38");
}

fn refused_archive(judgement: &mut Judgement, error: ArchiveError, bytes: &[u8]) {
    let kind = recognise(bytes);
    // Somebody else's file is not "altered", "cut short" or "too large": it is somebody else's.
    if kind.is_some_and(|kind| kind != Foreign::Repacked) {
        return not_ours(judgement, bytes);
    }
    match error {
        ArchiveError::TooLong(_) => {
            judgement.cannot_tell("TOO_LARGE", "tooLarge");
            judgement.error("E38");
        }
        ArchiveError::Short(_) => {
            judgement.cannot_tell("INCOMPLETE", "incomplete");
            judgement.error("E38");
        }
        ArchiveError::Damaged(member) => {
            judgement.failed("DAMAGED", "damaged", "E37");
            judgement.param("member", member);
        }
        // The contents may be as they were; but what another program packed anew proves nothing any more.
        ArchiveError::Header(_) | ArchiveError::Member(_) if kind.is_some() => {
            judgement.failed("ARCHIVE_ALTERED", "repacked", "E37");
        }
        ArchiveError::NotAnArchive
        | ArchiveError::Member("mimetype")
        | ArchiveError::Header("mimetype")
        | ArchiveError::Content("mimetype") => not_ours(judgement, bytes),
        ArchiveError::Member(_)
        | ArchiveError::Header(_)
        | ArchiveError::Content(_)
        | ArchiveError::Directory => {
            judgement.failed("ARCHIVE_ALTERED", "archiveAltered", "E37");
        }
    }
}
