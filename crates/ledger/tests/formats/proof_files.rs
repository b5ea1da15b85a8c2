//! Proof files: what they show, what they hide, and 20 ways to break an archive.

use std::io::Write as _;

use proptest::prelude::*;
use toend_ledger::cbor::Value;
use toend_ledger::hash::Hash;
use toend_ledger::interval::Timeliness;
use toend_ledger::proof_file::{
    ArchiveError, Context, DocumentError, Language, Pinned, ProofDocument, ProofFile,
    ProofFileError, RowGroup, Share, Signers, Standing, StatementError, Version, page,
};
use toend_ledger::record::{Flag, record_key};
use toend_ledger::rights::{RightAt, RightProof};
use toend_ledger::schema::{self, FieldKind, Schema};
use toend_ledger::state::{HeadValue, Key, RightValue};

use crate::sample_ledger::{FIRST, REG, SampleLedger, time, validators};

fn headed() -> &'static Schema {
    schema::by_name("visit").unwrap()
}

/// A file with everything: two statements, rows, an index proof, an enclosed set, a pin and a share.
fn full() -> (SampleLedger, ProofDocument) {
    let ledger = SampleLedger::new(headed(), 6, 2);
    let mut first = ledger.statement(2, &[0, 1, 2]);
    first.index = Some(ledger.index(2));
    let mut second = ledger.statement(4, &[0]);
    let rows = ledger.entries[3].rows.as_ref().unwrap();
    second
        .fields
        .push(ledger.entries[3].tree.open(rows.position()).unwrap());
    second.fields.sort_by_key(|field| field.position);
    second.rows.push(RowGroup {
        position: rows.position(),
        rows: vec![rows.open(0).unwrap(), rows.open(2).unwrap()],
    });
    let mut document = ledger.document(vec![first, second]);
    document.signers = Signers::Enclosed(validators());
    document.pinned = Some(Pinned {
        header: ledger.tip().clone(),
        history: ledger.history(3),
    });
    document.share = Some(Share {
        audience: "Näidispank <AS>".to_owned(),
        purpose: "laen".to_owned(),
        until_ms: time(1000),
        nonce: [4; 32],
        certificate: vec![0x30; 600],
        signature: [5; 96],
    });
    (ledger, document)
}

fn simple() -> (SampleLedger, ProofDocument) {
    let ledger = SampleLedger::new(headed(), 4, 1);
    let document = ledger.document(vec![ledger.statement(3, &[0, 2])]);
    (ledger, document)
}

fn verify_all(ledger: &SampleLedger, document: &ProofDocument) {
    let root = document.state_root().unwrap();
    for statement in &document.statements {
        let schema = schema::by_id(statement.schema).unwrap();
        let context = Context {
            net: &ledger.net,
            root: &root,
            first_height: FIRST,
            positions: schema.size(),
            headed: schema.headed,
        };
        statement.verify(&context).unwrap();
    }
}

#[test]
fn fr_10_4_a_file_holds_all_that_is_needed_and_reads_back() {
    for (ledger, document) in [simple(), full()] {
        let bytes = ProofFile::write(&document).unwrap();
        let file = ProofFile::read(&bytes).unwrap();
        assert_eq!(file.document, document);
        verify_all(&ledger, &file.document);
        assert_eq!(
            ProofFile::write(&file.document).unwrap(),
            bytes,
            "one document, one file"
        );
    }
}

#[test]
fn fr_2_5_a_file_says_as_of_when_and_between_which_times() {
    let (ledger, document) = simple();
    let root = document.state_root().unwrap();
    let context = Context {
        net: &ledger.net,
        root: &root,
        first_height: FIRST,
        positions: headed().size(),
        headed: true,
    };
    let facts = document.statements[0].verify(&context).unwrap();
    assert_eq!(facts.standing, Standing::Current);
    assert_eq!(facts.sealed_height, FIRST + 3);
    let sealed = facts.sealed.unwrap();
    assert_eq!(
        (sealed.not_before_ms(), sealed.not_after_ms()),
        (time(FIRST + 3), time(FIRST + 4))
    );
    assert_eq!(sealed.against(time(FIRST + 3)), Timeliness::Perhaps);
    assert_eq!(document.state_height(), ledger.tip().height - 1);
}

#[test]
fn fr_2_5_an_ended_record_says_so() {
    let mut ledger = SampleLedger::new(headed(), 4, 1);
    let key = Key::Head {
        reg: REG,
        r: record_key(REG, &ledger.entries[2].record),
    }
    .encode();
    let mut head = HeadValue::decode(&ledger.state[&key]).unwrap();
    head.flag = Flag::Ended;
    ledger.state.insert(key, head.encode());
    let tip = ledger.tip().height;
    ledger.make_headers(tip);
    let root = ledger.root();
    let context = Context {
        net: &ledger.net,
        root: &root,
        first_height: FIRST,
        positions: headed().size(),
        headed: true,
    };
    let statement = ledger.statement(3, &[0]);
    assert_eq!(
        statement.verify(&context).unwrap().standing,
        Standing::Ended
    );
    let shown = page(&ledger.document(vec![statement]));
    assert!(shown.contains("Ended as of this state.") && !shown.contains("In force"));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[test]
fn fr_3_7_a_holder_presented_file_shows_neither_number_nor_list() {
    let (ledger, document) = simple();
    let bytes = ProofFile::write(&document).unwrap();
    let entry = &ledger.entries[2];
    for secret in [&ledger.o, &entry.prev, &entry.blind, &entry.p, &entry.c] {
        assert!(!contains(&bytes, secret));
    }
    // And an entry proven without a head shows P as 32 opaque bytes, and none of what is in it.
    let unheaded = schema::all().find(|schema| schema.reg == REG.0 && !schema.headed);
    if let Some(schema) = unheaded {
        let ledger = SampleLedger::new(schema, 4, 1);
        let bytes = ProofFile::write(&ledger.document(vec![ledger.statement(3, &[0])])).unwrap();
        let entry = &ledger.entries[2];
        assert!(contains(&bytes, &entry.p));
        for secret in [&ledger.o, &entry.prev, &entry.blind] {
            assert!(!contains(&bytes, secret));
        }
    }
}

#[test]
fn fr_3_6_no_file_holds_a_seed_or_a_hidden_value() {
    let (ledger, document) = full();
    let bytes = ProofFile::write(&document).unwrap();
    for entry in &ledger.entries {
        assert!(!contains(&bytes, entry.seed.as_bytes()));
        for position in 3..entry.tree.positions() {
            let opening = entry.tree.open(position).unwrap();
            let shown = document.statements.iter().any(|s| {
                s.record == entry.record && s.fields.iter().any(|field| field.position == position)
            });
            assert_eq!(
                contains(&bytes, &opening.salt),
                shown,
                "position {position}"
            );
        }
    }
}

#[test]
fn fr_4_4_the_code_is_in_a_file_only_with_an_index_proof() {
    let (ledger, document) = simple();
    let code = ledger.subject.code().as_bytes();
    let bytes = ProofFile::write(&document).unwrap();
    for secret in [code, &ledger.subject.encode(), &ledger.subject.hash()] {
        assert!(!contains(&bytes, secret));
    }
    let mut indexed = document;
    indexed.statements[0].index = Some(ledger.index(3));
    assert!(
        contains(&ProofFile::write(&indexed).unwrap(), code),
        "the court profile shows it, and the page says so"
    );
    assert!(page(&indexed).contains(ledger.subject.code()));
}

#[test]
fn fr_3_5_a_changed_page_is_refused() {
    let (_, document) = simple();
    let bytes = ProofFile::write(&document).unwrap();
    let members = Archive::take_apart(&bytes);
    let page_text = &members[2].1;
    for at in (0..page_text.len()).step_by(37) {
        let mut changed = members.clone();
        changed[2].1[at] ^= 1;
        let forged = Archive::default().build(&changed);
        assert_eq!(ProofFile::read(&forged), Err(ProofFileError::PageDiffers));
    }
    // The amount on the page, written more prettily: still not the page that belongs to the document.
    let mut changed = members;
    changed[2].1.extend_from_slice(b"<!-- -->");
    assert_eq!(
        ProofFile::read(&Archive::default().build(&changed)),
        Err(ProofFileError::PageDiffers)
    );
}

#[test]
fn fr_3_5_every_byte_of_the_document_counts() {
    let (ledger, document) = simple();
    let bytes = document.encode().unwrap();
    let root = document.state_root().unwrap();
    let context = Context {
        net: &ledger.net,
        root: &root,
        first_height: FIRST,
        positions: headed().size(),
        headed: true,
    };
    let mut read = 0;
    for at in (0..bytes.len()).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let Ok(other) = ProofDocument::decode(&changed) else {
            continue;
        };
        read += 1;
        assert_ne!(other, document);
        // Whatever still reads either names another header or commit, or its statement fails under the true root.
        let same_frame = other.net == document.net
            && other.header == document.header
            && other.commit == document.commit;
        if same_frame && other.language == document.language {
            assert!(other.statements[0].verify(&context).is_err(), "byte {at}");
        }
    }
    assert!(read > 50);
}

#[test]
fn pages_come_in_three_languages_and_escape_what_records_say() {
    let (_, mut document) = full();
    for (language, word) in [
        (Language::Et, "Näidissüsteem"),
        (Language::En, "Demonstration"),
        (Language::Ru, "Демонстрация"),
    ] {
        document.language = language;
        let shown = page(&document);
        assert!(shown.contains(word), "{word}");
        assert!(!shown.contains("<AS>") && shown.contains("&lt;AS&gt;"));
        assert!(
            shown.contains("&lt;2&gt;"),
            "text of a record is text, not HTML"
        );
    }
}

#[test]
fn fr_10_4_every_kind_of_field_has_a_line_on_the_page() {
    for schema in schema::all().filter(|schema| schema.reg == REG.0) {
        let ledger = SampleLedger::new(schema, 1, 1);
        let all: Vec<u16> = (0..schema.size()).collect();
        let newest = ledger.document(vec![ledger.statement(1, &all)]);
        let shown = page(&ProofDocument {
            version: Version::One,
            ..newest.clone()
        });
        for field in schema.fields {
            assert!(
                shown.contains(&field.name.replace('_', " ")),
                "{}",
                field.name
            );
        }
        for language in [Language::Et, Language::En, Language::Ru] {
            let named = page(&ProofDocument {
                language,
                ..newest.clone()
            });
            assert_eq!(
                named.matches("<tr><td>").count(),
                shown.matches("<tr><td>").count()
            );
            for field in schema.fields.iter().filter(|f| f.name.contains('_')) {
                let bare = format!("<td>{}</td>", field.name.replace('_', " "));
                assert!(!named.contains(&bare), "{bare}");
            }
        }
        assert_eq!(
            shown.contains("3 rows"),
            schema
                .fields
                .iter()
                .enumerate()
                .any(|(i, field)| { i % 5 != 4 && matches!(field.kind, FieldKind::Rows(_)) })
        );
    }
}

#[test]
fn fr_3_9_rows_are_shown_under_their_field_only() {
    let (ledger, document) = full();
    let schema = headed();
    let root = document.state_root().unwrap();
    let context = Context {
        net: &ledger.net,
        root: &root,
        first_height: FIRST,
        positions: schema.size(),
        headed: true,
    };
    let honest = &document.statements[1];
    let facts = honest.verify(&context).unwrap();
    assert_eq!(
        facts
            .rows
            .iter()
            .map(|(_, row, _)| *row)
            .collect::<Vec<_>>(),
        [0, 2]
    );
    let mut value = honest.clone();
    value.rows[0].rows[0].value = Value::Int(0);
    assert!(value.verify(&context).is_err());
    let mut twice = honest.clone();
    let row = twice.rows[0].rows[0].clone();
    twice.rows[0].rows.push(row);
    assert!(twice.verify(&context).is_err());
    let mut without = honest.clone();
    let position = without.rows[0].position;
    without.fields.retain(|field| field.position != position);
    assert!(without.verify(&context).is_err());
}

#[test]
fn fr_10_3_the_share_covers_statements_audience_purpose_end_and_nonce() {
    let (_, document) = full();
    let share = document.share.clone().unwrap();
    let signed = share.signing_bytes(&document.net, &document.statements_hash().unwrap());
    let changes: [&dyn Fn(&mut ProofDocument, &mut Share); 6] = [
        &|_, s| s.audience = "Teine pank".to_owned(),
        &|_, s| s.purpose.push('x'),
        &|_, s| s.until_ms += 1,
        &|_, s| s.nonce[0] ^= 1,
        &|d, _| d.statements[0].v += 1,
        // A letter moved from one text to the next.
        &|_, s| {
            s.audience.push('l');
            s.purpose.remove(0);
        },
    ];
    for change in changes {
        let (mut document, mut share) = (document.clone(), share.clone());
        change(&mut document, &mut share);
        assert_ne!(
            share.signing_bytes(&document.net, &document.statements_hash().unwrap()),
            signed
        );
    }
    // Renewing the header does not touch the holder's signature.
    let mut renewed = document;
    renewed.header.height += 1;
    assert_eq!(
        share.signing_bytes(&renewed.net, &renewed.statements_hash().unwrap()),
        signed
    );
}

#[test]
fn fr_10_5_a_newer_version_is_named_as_such() {
    let (_, document) = simple();
    let mut bytes = document.encode().unwrap();
    // Array of 10, text "toend-proof", then the version.
    let at = 1 + 1 + "toend-proof".len();
    assert_eq!(bytes[at], Version::NEWEST as u8);
    bytes[at] = 4;
    assert_eq!(
        ProofDocument::decode(&bytes),
        Err(DocumentError::UnknownVersion(4))
    );
    bytes[5] ^= 1;
    assert_eq!(
        ProofDocument::decode(&bytes),
        Err(DocumentError::NotADocument)
    );
}

#[test]
fn fr_10_5_a_file_of_an_older_version_reads_for_ever_with_its_own_page() {
    let (ledger, newest) = simple();
    let old = ProofDocument {
        version: Version::One,
        ..newest.clone()
    };
    for document in [&old, &newest] {
        let file = ProofFile::read(&ProofFile::write(document).unwrap()).unwrap();
        assert_eq!(&file.document, document);
        verify_all(&ledger, &file.document);
    }
    assert_ne!(page(&old), page(&newest));
    // The page of one version under the document of the other is a changed page.
    let mut members = Archive::take_apart(&ProofFile::write(&old).unwrap());
    members[2].1 = page(&newest).into_bytes();
    assert_eq!(
        ProofFile::read(&Archive::default().build(&members)),
        Err(ProofFileError::PageDiffers)
    );
}

#[test]
fn a_right_that_ended_cannot_be_shown_as_lasting() {
    let mut ledger = SampleLedger::new(headed(), 4, 1);
    let schema = headed().id;
    ledger.set_periods(schema, &[(0, 1, 3), (2, 4, RightValue::OPEN)]);
    ledger.make_headers(ledger.tip().height);
    let right = ledger.right(schema);
    let shown = |right: &RightProof| {
        let mut statement = ledger.statement(2, &[0]);
        statement.right = Some(right.clone());
        let document = ledger.document(vec![statement]);
        let read = ProofDocument::decode(&document.encode().unwrap()).unwrap();
        assert_eq!(read, document);
        let root = ledger.root();
        read.statements[0].verify(&Context {
            net: &ledger.net,
            root: &root,
            first_height: FIRST,
            positions: headed().size(),
            headed: true,
        })
    };
    let facts = shown(&right).unwrap();
    assert_eq!(facts.sealed_height, 3);
    let periods = facts.right.unwrap();
    assert_eq!(periods.at(2), RightAt::Held(0));
    assert_eq!(periods.at(3), RightAt::Nobody);
    assert_eq!(periods.at(4), RightAt::Held(2));

    // The end moved, a period left out, all left out, another kind's absence.
    let mut longer = right.clone();
    longer.periods[0].0.until = 4;
    let mut shorter = right.clone();
    shorter.periods.pop();
    let mut none = right.clone();
    none.periods.clear();
    let other = ledger.right(schema + 1);
    for forged in [longer, shorter, none, other] {
        assert!(matches!(shown(&forged), Err(StatementError::Proof(_))));
    }

    // Older versions have no place for it.
    let mut statement = ledger.statement(2, &[0]);
    statement.right = Some(right);
    let old = ProofDocument {
        version: Version::Two,
        ..ledger.document(vec![statement])
    };
    assert_eq!(old.encode(), Err(DocumentError::Shape("right")));
}

#[test]
fn fr_10_6_a_file_of_four_fields_stays_small() {
    let ledger = SampleLedger::new(headed(), 4, 1);
    let mut statement = ledger.statement(3, &[0, 1, 2, 3]);
    statement.sealed_by = None;
    let size = ledger.document(vec![statement]).encode().unwrap().len();
    assert!(
        size < 2953,
        "{size} bytes: more than the largest QR code holds, in a tree of 50 leaves"
    );
}

type Member = (String, Vec<u8>);

/// A ZIP writer that can do all that the strict reader must refuse.
#[derive(Clone, Default)]
struct Archive {
    method: u16,
    flags: u16,
    local_extra: Vec<u8>,
    central_extra: Vec<u8>,
    comment: Vec<u8>,
    member_comment: Vec<u8>,
    prefix: Vec<u8>,
    between: Vec<u8>,
    suffix: Vec<u8>,
    descriptor: bool,
    date: Option<u16>,
    crc_bend: u32,
    central_name: Option<&'static str>,
    central_order: Option<Vec<usize>>,
    entries: Option<u16>,
    offset_bend: u32,
    size_bend: u32,
    attributes: u32,
}

impl Archive {
    fn take_apart(bytes: &[u8]) -> Vec<Member> {
        let mut members = Vec::new();
        let mut at = 0;
        while bytes[at..].starts_with(b"PK\x03\x04") {
            let u32_at =
                |i: usize| u32::from_le_bytes(bytes[i..i + 4].try_into().unwrap()) as usize;
            let name_len = usize::from(u16::from_le_bytes([bytes[at + 26], bytes[at + 27]]));
            let (size, name_at) = (u32_at(at + 18), at + 30);
            let start = name_at + name_len;
            members.push((
                String::from_utf8(bytes[name_at..start].to_vec()).unwrap(),
                bytes[start..start + size].to_vec(),
            ));
            at = start + size;
        }
        members
    }

    fn build(&self, members: &[Member]) -> Vec<u8> {
        let mut out = self.prefix.clone();
        let mut directory = Vec::new();
        let mut entries = Vec::new();
        for (name, content) in members {
            let offset = out.len() as u32;
            let crc = crc32(content) ^ self.crc_bend;
            let size = (content.len() as u32).wrapping_add(self.size_bend);
            let mut shared = Vec::new();
            for field in [10, self.flags, self.method, 0, self.date.unwrap_or(0x21)] {
                shared.extend_from_slice(&u16::to_le_bytes(field));
            }
            for field in [crc, size, size] {
                shared.extend_from_slice(&field.to_le_bytes());
            }
            let name_len = (name.len() as u16).to_le_bytes();
            out.extend_from_slice(b"PK\x03\x04");
            out.extend_from_slice(&shared);
            out.extend_from_slice(&name_len);
            out.extend_from_slice(&(self.local_extra.len() as u16).to_le_bytes());
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&self.local_extra);
            out.extend_from_slice(content);
            if self.descriptor {
                out.extend_from_slice(b"PK\x07\x08");
                for field in [crc, size, size] {
                    out.extend_from_slice(&field.to_le_bytes());
                }
            }
            let name = if name == "page.html" {
                self.central_name.unwrap_or(name)
            } else {
                name
            };
            let mut entry = b"PK\x01\x02".to_vec();
            entry.extend_from_slice(&10u16.to_le_bytes());
            entry.extend_from_slice(&shared);
            entry.extend_from_slice(&(name.len() as u16).to_le_bytes());
            entry.extend_from_slice(&(self.central_extra.len() as u16).to_le_bytes());
            entry.extend_from_slice(&(self.member_comment.len() as u16).to_le_bytes());
            entry.extend_from_slice(&[0; 4]);
            entry.extend_from_slice(&self.attributes.to_le_bytes());
            entry.extend_from_slice(&offset.wrapping_add(self.offset_bend).to_le_bytes());
            entry.extend_from_slice(name.as_bytes());
            entry.extend_from_slice(&self.central_extra);
            entry.extend_from_slice(&self.member_comment);
            entries.push(entry);
        }
        let order = self
            .central_order
            .clone()
            .unwrap_or_else(|| (0..entries.len()).collect());
        for i in order {
            directory.extend_from_slice(&entries[i]);
        }
        out.extend_from_slice(&self.between);
        let start = out.len() as u32;
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        let count = self.entries.unwrap_or(members.len() as u16);
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
        out.extend_from_slice(&start.to_le_bytes());
        out.extend_from_slice(&(self.comment.len() as u16).to_le_bytes());
        out.extend_from_slice(&self.comment);
        out.extend_from_slice(&self.suffix);
        out
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn the_sample_archive_writer_agrees_with_ours() {
    let bytes = ProofFile::write(&simple().1).unwrap();
    assert_eq!(
        Archive::default().build(&Archive::take_apart(&bytes)),
        bytes
    );
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}

#[test]
fn fr_10_2_malformed_archives_are_refused() {
    let members = Archive::take_apart(&ProofFile::write(&simple().1).unwrap());
    let plain = Archive::default();
    let with = |change: &dyn Fn(&mut Archive)| {
        let mut archive = plain.clone();
        change(&mut archive);
        archive.build(&members)
    };
    let changed = |change: &dyn Fn(&mut Vec<Member>)| {
        let mut members = members.clone();
        change(&mut members);
        plain.build(&members)
    };
    let extra = b"\x01\x00\x04\x00abcd".to_vec();
    let corpus: Vec<(&str, Vec<u8>)> = vec![
        (
            "a second page of the same name",
            changed(&|m| m.push(m[2].clone())),
        ),
        (
            "a second document before the first",
            changed(&|m| m.insert(1, m[1].clone())),
        ),
        (
            "a fifth member",
            changed(&|m| m.push(("page2.html".into(), b"x".to_vec()))),
        ),
        ("a member missing", changed(&|m| drop(m.remove(3)))),
        ("members in another order", changed(&|m| m.swap(1, 2))),
        ("mimetype not first", changed(&|m| m.swap(0, 1))),
        (
            "another mimetype",
            changed(&|m| m[0].1 = b"application/zip".to_vec()),
        ),
        (
            "a line feed after the mimetype",
            changed(&|m| m[0].1.push(b'\n')),
        ),
        ("another manifest", changed(&|m| m[3].1.push(b' '))),
        (
            "a path that climbs",
            changed(&|m| m[2].0 = "../page.html".into()),
        ),
        (
            "a name in capitals",
            changed(&|m| m[2].0 = "PAGE.HTML".into()),
        ),
        ("compressed", with(&|a| a.method = 8)),
        ("encrypted", with(&|a| a.flags = 1)),
        (
            "a data descriptor",
            with(&|a| {
                a.flags = 8;
                a.descriptor = true;
            }),
        ),
        ("a UTF-8 flag", with(&|a| a.flags = 0x800)),
        (
            "an extra field in the local headers",
            with(&|a| a.local_extra.clone_from(&extra)),
        ),
        (
            "an extra field in the directory",
            with(&|a| a.central_extra.clone_from(&extra)),
        ),
        ("a comment", with(&|a| a.comment = b"hello".to_vec())),
        (
            "a comment of a member",
            with(&|a| a.member_comment = b"hello".to_vec()),
        ),
        (
            "data before the archive",
            with(&|a| a.prefix = b"MZ program".to_vec()),
        ),
        (
            "another archive before the archive",
            with(&|a| a.prefix = Archive::default().build(&[])),
        ),
        (
            "data between members and directory",
            with(&|a| a.between = b"gap".to_vec()),
        ),
        (
            "data after the archive",
            with(&|a| a.suffix = b"tail".to_vec()),
        ),
        ("a wrong check sum", with(&|a| a.crc_bend = 1)),
        ("a size too large", with(&|a| a.size_bend = 1)),
        ("a size of almost 4 GiB", with(&|a| a.size_bend = u32::MAX)),
        (
            "another name in the directory",
            with(&|a| a.central_name = Some("page.htm1")),
        ),
        (
            "the directory in another order",
            with(&|a| a.central_order = Some(vec![0, 2, 1, 3])),
        ),
        (
            "the directory hides a member",
            with(&|a| {
                a.central_order = Some(vec![0, 1, 3]);
                a.entries = Some(3);
            }),
        ),
        (
            "the directory counts wrongly",
            with(&|a| a.entries = Some(5)),
        ),
        ("offsets that point elsewhere", with(&|a| a.offset_bend = 1)),
        ("a symbolic link", with(&|a| a.attributes = 0xa1ff_0000)),
        ("a date", with(&|a| a.date = Some(0x5b76))),
    ];
    assert!(corpus.len() >= 20);
    for (name, bytes) in &corpus {
        let error = ProofFile::read(bytes).expect_err(name);
        assert!(
            matches!(error, ProofFileError::Archive(_)),
            "{name}: {error}"
        );
    }
    // The commonest damages have names of their own.
    let named = |name: &str| {
        let bytes = &corpus.iter().find(|(n, _)| *n == name).unwrap().1;
        ProofFile::read(bytes).unwrap_err()
    };
    for (name, error) in [
        ("another mimetype", ArchiveError::Content("mimetype")),
        (
            "another manifest",
            ArchiveError::Content("META-INF/manifest.xml"),
        ),
        ("a wrong check sum", ArchiveError::Damaged("mimetype")),
        ("compressed", ArchiveError::Header("mimetype")),
        ("data after the archive", ArchiveError::Directory),
        ("data before the archive", ArchiveError::NotAnArchive),
    ] {
        assert_eq!(named(name), ProofFileError::Archive(error), "{name}");
    }
    let good = plain.build(&members);
    assert!(ProofFile::read(&good).is_ok());
    for cut in (0..good.len()).step_by(101) {
        assert!(ProofFile::read(&good[..cut]).is_err());
    }
    let large = vec![0x50; 1024 * 1024 + 1];
    assert_eq!(
        ProofFile::read(&large),
        Err(ProofFileError::Archive(ArchiveError::TooLong(large.len())))
    );
    assert_eq!(
        ProofFile::read(b"%PDF-1.7"),
        Err(ProofFileError::Archive(ArchiveError::NotAnArchive))
    );
}

#[test]
fn fr_10_2_unzip_and_we_agree() {
    if std::process::Command::new("unzip")
        .arg("-v")
        .output()
        .is_err()
    {
        println!("SKIPPED: unzip is not installed");
        return;
    }
    let document = full().1;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proof.asice");
    std::fs::File::create(&path)
        .unwrap()
        .write_all(&ProofFile::write(&document).unwrap())
        .unwrap();
    let tested = std::process::Command::new("unzip")
        .arg("-t")
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        tested.status.success(),
        "{}",
        String::from_utf8_lossy(&tested.stdout)
    );
    let one = |member: &str| {
        std::process::Command::new("unzip")
            .arg("-p")
            .arg(&path)
            .arg(member)
            .output()
            .unwrap()
            .stdout
    };
    assert_eq!(one("proof.cbor"), document.encode().unwrap());
    assert_eq!(one("page.html"), page(&document).into_bytes());
    assert_eq!(one("mimetype"), b"application/vnd.etsi.asic-e+zip");
}

#[test]
fn fr_3_8_no_32_bytes_stand_twice_in_state() {
    // Entry and head of one record share no 32-byte string on the ledger, so nobody can link them.
    let ledger = SampleLedger::new(headed(), 30, 1);
    let mut seen: std::collections::BTreeMap<Hash, Vec<u8>> = std::collections::BTreeMap::new();
    for (key, value) in &ledger.state {
        if matches!(key[0], 0x01..=0x03) {
            continue;
        }
        let mut inside = std::collections::BTreeSet::new();
        for bytes in [key, value] {
            inside.extend(
                bytes
                    .windows(32)
                    .map(|window| Hash::try_from(window).unwrap()),
            );
        }
        for string in inside {
            if let Some(other) = seen.insert(string, key.clone()) {
                panic!(
                    "{} stands in two rows, {} and {}",
                    hex::encode(string),
                    hex::encode(other),
                    hex::encode(key)
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn readers_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(ProofFile::read(&bytes).is_err());
        prop_assert!(ProofDocument::decode(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_of_a_file_is_refused_or_changes_the_document(i in any::<proptest::sample::Index>(), flip in 1u8..) {
        let document = simple().1;
        let mut bytes = ProofFile::write(&document).unwrap();
        let at = i.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(ProofFile::read(&bytes).is_err());
    }
}
