//! Files as people hand them over, byte for byte.

use base64::Engine as _;
use toend_ledger::proof_file::{Language, ProofDocument, ProofFile, Version, page};

use super::check;
use crate::dto::{AnswerKind, FileReport, Outcome};
use crate::vectors;

fn good(name: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD
        .decode(
            vectors::ledger("proof-file.json")[name]["asice"]
                .as_str()
                .unwrap(),
        )
        .unwrap()
}

fn judged(bytes: &[u8]) -> FileReport {
    check(bytes, &vectors::network(), 1_795_000_000_000)
}

/// Outcome, machine reason, reason of "unaltered?", help code.
fn said(bytes: &[u8]) -> (Outcome, String, String, String) {
    let report = judged(bytes);
    let code = report.error.map(|error| error.code).unwrap_or_default();
    (report.outcome, report.reason, report.unaltered.reason, code)
}

fn stored(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in members {
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version 2.0, a real date: as common programs write it.
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0\x6a\x5b\x76\x5b\0\0\0\0");
        out.extend([size, size].concat());
        out.extend(length);
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(*content);
    }
    out.extend(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    out
}

const ASIC: &[u8] = b"application/vnd.etsi.asic-e+zip";

#[test]
fn files_of_both_versions_are_signed_and_pass() {
    for name in [
        "holder",
        "court",
        "holder_2_en",
        "holder_2_ru",
        "court_2_et",
    ] {
        let report = judged(&good(name));
        assert_eq!(
            (report.outcome, report.reason.as_str()),
            (Outcome::TotalPassed, "OK"),
            "{name}"
        );
        assert_eq!(report.unaltered.reason, "signed");
        assert_eq!(report.issuer.answer, AnswerKind::Yes);
        assert_eq!(report.current.answer, AnswerKind::Yes);
        assert_eq!(report.audience.answer, AnswerKind::CannotTell);
        assert_eq!(report.path, None, "a report says nothing of the computer");
    }
}

#[test]
fn a_right_is_judged_as_of_the_page_that_sealed_the_record() {
    let issuer = |name: &str| {
        let report = judged(&good(name));
        let code = report.error.map(|error| error.code).unwrap_or_default();
        let authority = report.issuer.params.get("authority").cloned();
        let answer = (report.issuer.answer, report.issuer.reason);
        (report.outcome, answer, authority.unwrap_or_default(), code)
    };
    // Nothing enclosed: the reader's network file says it. Shown that no decision was taken: so does the ledger.
    for (name, reason) in [("holder_2_en", "entitled"), ("holder_3_et", "entitledThen")] {
        let (outcome, answer, authority, _) = issuer(name);
        assert_eq!(outcome, Outcome::TotalPassed, "{name}");
        assert_eq!(answer, (AnswerKind::Yes, reason.to_owned()), "{name}");
        assert_eq!(authority, "health-house", "{name}");
    }
    // Another authority had been given the right; between the two nobody had it, whatever the network file lists.
    let (outcome, answer, authority, _) = issuer("holder_3_en_had");
    assert_eq!(outcome, Outcome::TotalPassed);
    assert_eq!(answer, (AnswerKind::Yes, "entitledThen".to_owned()));
    assert_eq!(authority, "business-house");
    let (outcome, answer, _, code) = issuer("holder_3_en_nobody");
    assert_eq!(outcome, Outcome::TotalFailed);
    assert_eq!(answer, (AnswerKind::No, "notEntitledThen".to_owned()));
    assert_eq!(code, "E41");
}

#[test]
fn what_is_not_ours_is_named_and_never_called_false() {
    let office = stored(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", b"<w/>"),
    ]);
    let epub = stored(&[
        ("mimetype", b"application/epub+zip"),
        ("OEBPS/a.xhtml", b"<p/>"),
    ]);
    let signed = stored(&[
        ("mimetype", ASIC),
        ("leping.pdf", &[b'x'; 400]),
        ("META-INF/manifest.xml", b"<m/>"),
        ("META-INF/signatures0.xml", b"<s/>"),
    ]);
    let unsigned = stored(&[("mimetype", ASIC), ("leping.pdf", &[b'x'; 400])]);
    let cases: [(&str, Vec<u8>, &str); 14] = [
        ("nothing", Vec::new(), "empty"),
        ("a PDF", b"%PDF-1.7\n1 0 obj".to_vec(), "foreignPdf"),
        (
            "a PDF after a byte order mark",
            b"\xef\xbb\xbf%PDF-1.4".to_vec(),
            "foreignPdf",
        ),
        (
            "a photograph",
            b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(),
            "foreignImage",
        ),
        (
            "a screenshot",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            "foreignImage",
        ),
        (
            "a telephone's photograph",
            b"\0\0\0\x18ftypheic".to_vec(),
            "foreignImage",
        ),
        ("an office document", office, "foreignArchive"),
        ("a book", epub, "foreignArchive"),
        ("a signed contract", signed, "foreignSigned"),
        ("a container without a signature", unsigned, "foreignSigned"),
        (
            "an old signed document",
            b"<?xml version=\"1.0\"?>\n<SignedDoc format=\"DIGIDOC-XML\">".to_vec(),
            "foreignSigned",
        ),
        ("a network file", vectors::network().encode(), "networkFile"),
        (
            "a letter",
            b"Tere! Siin on minu t\xc3\xb5end.".to_vec(),
            "notAProofFile",
        ),
        ("noise", vec![0; 5000], "notAProofFile"),
    ];
    for (what, bytes, reason) in cases {
        assert_eq!(
            said(&bytes),
            (
                Outcome::Indeterminate,
                "NOT_A_PROOF_FILE".to_owned(),
                reason.to_owned(),
                "E38".to_owned()
            ),
            "{what}"
        );
        let report = judged(&bytes);
        assert!(report.statements.is_empty() && report.as_of.is_none());
        for answer in [report.issuer, report.current, report.audience] {
            assert_eq!(answer.answer, AnswerKind::CannotTell, "{what}");
        }
    }
}

#[test]
fn a_large_file_of_somebody_else_is_theirs_and_only_then_too_large() {
    const MORE: usize = 1024 * 1024 + 1;
    let large = |start: &[u8]| {
        let mut bytes = start.to_vec();
        bytes.resize(MORE, b' ');
        said(&bytes).2
    };
    assert_eq!(large(b"%PDF-1.7"), "foreignPdf");
    assert_eq!(
        large(&stored(&[("mimetype", ASIC), ("a.bin", b"1")])),
        "foreignSigned"
    );
    assert_eq!(large(b"some words"), "tooLarge");
    assert_eq!(large(&good("holder_2_en")), "tooLarge");
}

#[test]
fn a_part_taken_out_of_a_proof_file_is_named() {
    let document = ProofFile::read(&good("holder")).unwrap().document;
    for version in [Version::One, Version::Two, Version::Three] {
        for language in [Language::Et, Language::En, Language::Ru] {
            let page = page(&ProofDocument {
                version,
                language,
                ..document.clone()
            });
            assert_eq!(said(page.as_bytes()).2, "pageOnly");
        }
    }
    assert_eq!(said(&document.encode().unwrap()).2, "proofOnly");
}

#[test]
fn a_file_cut_short_anywhere_is_incomplete_and_not_false() {
    let whole = good("holder_2_en");
    let cuts = (4..whole.len()).step_by(whole.len() / 90);
    for at in cuts.chain([1, 3, 30, 40, 69, 100, whole.len() - 1]) {
        let (outcome, _, reason, _) = said(&whole[..at]);
        // The last bytes are the directory: without them the contents are whole, the archive is not.
        let directory = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        if at <= 3 {
            assert_eq!(reason, "notAProofFile", "{at}: too little to tell");
        } else if at < directory {
            assert_eq!(
                (outcome, reason.as_str()),
                (Outcome::Indeterminate, "incomplete"),
                "{at}"
            );
        } else {
            assert_eq!(reason, "archiveAltered", "{at}");
        }
    }
}

#[test]
fn a_proof_file_packed_anew_says_so() {
    let document = ProofFile::read(&good("holder_2_en")).unwrap().document;
    let (proof, page) = (document.encode().unwrap(), page(&document));
    let repacked = stored(&[
        ("mimetype", ASIC),
        ("proof.cbor", &proof),
        ("page.html", page.as_bytes()),
        ("META-INF/manifest.xml", b"<m/>"),
    ]);
    assert_eq!(
        said(&repacked),
        (
            Outcome::TotalFailed,
            "ARCHIVE_ALTERED".to_owned(),
            "repacked".to_owned(),
            "E37".to_owned()
        )
    );
}

#[test]
fn a_file_of_another_network_or_a_newer_program_is_not_false() {
    let mut document = ProofFile::read(&good("holder_2_en")).unwrap().document;
    document.net = [9; 32];
    let other = ProofFile::write(&document).unwrap();
    let (outcome, code, reason, _) = said(&other);
    assert_eq!(
        (outcome, code.as_str(), reason.as_str()),
        (Outcome::Indeterminate, "OTHER_NETWORK", "otherNetwork")
    );
}
