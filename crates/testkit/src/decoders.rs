//! Every decoder of the project as one function over bytes, for fuzzing and for the damage tests that run everywhere.
//!
//! A decoder must refuse what it does not understand, never panic, and have one encoding: what it accepts it writes again as the
//! same bytes. [`DECODERS`] is the list; `tests/fuzz` has a libFuzzer program for each name.

mod samples;
mod seeds;

pub use self::{samples::samples, seeds::seeds};

use std::path::Path;

use toend_client::receipt::Receipt;
use toend_id_card::{Certificate, apdu::Response, replay::Script, web_eid::Token};
use toend_ledger::{
    cbor,
    cometbft::{Commit, Decode, Encode, Header, LightBlock, ValidatorSet, bundle, read_json},
    evidence::EvidenceFile,
    gateway::{ListAnswer, PublicListAnswer, Signed},
    genesis::{Genesis, demo},
    hash::sha256,
    history::HistoryProof,
    merkle::Frontier,
    network::NetworkFile,
    proof::{StateProof, SubtreeProof},
    proof_file::{ProofDocument, ProofFile},
    state::{Key, Value},
    subject::Subject,
    tx::{Action, Tx},
    vrf,
};
use toend_node::abci::snapshot::Manifest;
use toend_node::ceremony::Terms;
use toend_node::govern::Decision;
use toend_node::import::{
    self,
    mapping::Mapping,
    records::{Form, Raw, Records},
};
use toend_node::ledger_backup::List;
use toend_node::registers::backup;

/// A decoder over arbitrary bytes. It panics when the decoder breaks its promise, and only then.
pub type Decoder = fn(&[u8]);

/// All of them, by the name of their fuzz target.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("header", protobuf::<Header>),
    ("commit", protobuf::<Commit>),
    ("validator_set", protobuf::<ValidatorSet>),
    ("light_block_json", light_block_json),
    ("header_bundle", header_bundle),
    ("state_proof", state_proof),
    ("subtree_proof", subtree_proof),
    ("history_proof", history_proof),
    ("frontier", frontier),
    ("cbor", cbor_value),
    ("transaction", transaction),
    ("action", action),
    ("decision", decision),
    ("terms", terms),
    ("state", state),
    ("subject", subject),
    ("vrf", vrf_bytes),
    ("genesis", genesis),
    ("network_file", network_file),
    ("proof_document", proof_document),
    ("proof_file", proof_file),
    ("gateway_answer", gateway_answer),
    ("evidence", evidence),
    ("apdu", apdu),
    ("certificate", certificate),
    ("card_script", card_script),
    ("web_eid_token", web_eid_token),
    ("snapshot_manifest", snapshot_manifest),
    ("snapshot_chunk", snapshot_chunk),
    ("import_csv", import_csv),
    ("import_ndjson", import_ndjson),
    ("import_mapping", import_mapping),
    ("backup_head", backup_head),
    ("backup_chunk", backup_chunk),
    ("ledger_backup_list", ledger_backup_list),
    ("receipt", receipt),
];

fn protobuf<T: Decode + Encode>(bytes: &[u8]) {
    if let Ok(value) = T::decode(bytes) {
        assert_eq!(value.encode(), bytes, "two encodings of one message");
    }
}

fn light_block_json(bytes: &[u8]) {
    if let Ok(block) = read_json::<LightBlock>(bytes) {
        let again = serde_json::to_vec(&block).expect("a block can be written");
        let block_again: LightBlock = read_json(&again).expect("what was written can be read");
        assert_eq!(block_again, block);
    }
}

fn header_bundle(bytes: &[u8]) {
    if let Ok(headers) = bundle::decode(bytes) {
        assert_eq!(bundle::encode(&headers).expect("it was read"), bytes);
    }
}

fn state_proof(bytes: &[u8]) {
    if let Ok(proof) = StateProof::decode(bytes) {
        assert_eq!(proof.encode(), bytes);
        // Whatever the proof says, the judge answers.
        let _ = toend_ledger::proof::verify_presence(&[1; 32], b"key", b"value", &proof);
        let _ = toend_ledger::proof::verify_absence(&[1; 32], b"key", &proof);
    }
}

fn subtree_proof(bytes: &[u8]) {
    if let Ok(proof) = SubtreeProof::decode(bytes) {
        assert_eq!(proof.encode(), bytes);
        let _ = proof.verify(&[1; 32]);
    }
}

fn history_proof(bytes: &[u8]) {
    if let Ok(proof) = HistoryProof::decode(bytes) {
        assert_eq!(proof.encode(), bytes);
    }
}

fn frontier(bytes: &[u8]) {
    if let Ok(frontier) = Frontier::decode(bytes) {
        assert_eq!(frontier.encode(), bytes);
    }
}

fn cbor_value(bytes: &[u8]) {
    if let Ok(value) = cbor::decode(bytes) {
        assert_eq!(cbor::encode(&value).expect("it was read"), bytes);
    }
}

fn transaction(bytes: &[u8]) {
    if let Ok(tx) = Tx::decode(bytes) {
        assert_eq!(tx.encode(), bytes);
    }
}

fn action(bytes: &[u8]) {
    if let Ok(action) = Action::decode(bytes) {
        assert_eq!(action.encode(), bytes);
    }
}

fn decision(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(decision) = Decision::parse(Path::new("decision.toml"), text)
    {
        let again = Decision::parse(Path::new("decision.toml"), &decision.text());
        assert_eq!(again.expect("what was written can be read"), decision);
    }
}

fn terms(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Terms::parse(Path::new("terms.toml"), text.to_owned());
    }
}

/// First byte: length of the key; then key and value.
fn state(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first() else {
        return;
    };
    let (key, value) = rest.split_at(usize::from(*length).min(rest.len()));
    if let Ok(key) = Key::decode(key)
        && let Ok(decoded) = Value::decode(&key, value)
    {
        assert_eq!(decoded.encode(), value);
    }
}

fn subject(bytes: &[u8]) {
    if let Ok(subject) = Subject::decode(bytes) {
        assert_eq!(subject.encode(), bytes);
    }
}

fn vrf_bytes(bytes: &[u8]) {
    if let Ok(key) = vrf::PublicKey::from_bytes(bytes.get(..32).unwrap_or_default())
        && let Ok(proof) = vrf::Proof::from_bytes(bytes.get(32..).unwrap_or_default())
    {
        let _ = key.verify(b"alpha", &proof);
    }
}

fn genesis(bytes: &[u8]) {
    let _ = Genesis::parse(bytes);
}

fn network_file(bytes: &[u8]) {
    if let Ok(file) = NetworkFile::decode(bytes) {
        assert_eq!(
            NetworkFile::decode(&file.encode()).expect("what was written can be read"),
            file
        );
    }
}

fn proof_document(bytes: &[u8]) {
    if let Ok(document) = ProofDocument::decode(bytes) {
        assert_eq!(document.encode().expect("it was read"), bytes);
    }
}

fn proof_file(bytes: &[u8]) {
    if let Ok(file) = ProofFile::read(bytes) {
        assert_eq!(
            ProofFile::write(&file.document).expect("it was read"),
            bytes,
            "two files for one document"
        );
    }
}

fn gateway_answer(bytes: &[u8]) {
    let _ = serde_json::from_slice::<Signed>(bytes);
    let _ = serde_json::from_slice::<ListAnswer>(bytes);
    let _ = serde_json::from_slice::<PublicListAnswer>(bytes);
}

fn apdu(bytes: &[u8]) {
    let _ = Response::parse(bytes);
}

fn certificate(bytes: &[u8]) {
    let _ = Certificate::parse(bytes);
}

fn card_script(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Script::parse(text);
    }
}

fn snapshot_manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::decode(bytes) {
        assert_eq!(manifest.encode(), bytes);
    }
}

/// The manifest is made to fit, so that the damage gets past the hash and into the chunk.
fn snapshot_chunk(bytes: &[u8]) {
    let manifest = Manifest {
        net: demo::net(),
        height: 7,
        root: [1; 32],
        pairs: 1,
        chunks: vec![sha256(&[bytes])],
    };
    let _ = manifest.open_chunk(0, bytes, &mut None);
}

fn backup_head(bytes: &[u8]) {
    if let Ok(head) = backup::Head::decode(bytes) {
        assert_eq!(head.encode(), bytes);
    }
}

/// Without its hash, so that the damage gets into the rows.
fn backup_chunk(bytes: &[u8]) {
    if let Ok(chunk) = backup::Chunk::decode(bytes) {
        assert_eq!(chunk.encode(), bytes);
    }
}

fn import_csv(bytes: &[u8]) {
    import_file(bytes, Form::Csv(b','));
}

fn import_ndjson(bytes: &[u8]) {
    import_file(bytes, Form::Ndjson);
}

/// Every byte belongs to one record, and from the end of any of them the same ones follow.
fn import_file(bytes: &[u8], form: Form) {
    let schema = toend_ledger::schema::by_name("visit").expect("a schema");
    let mut records = Records::new(bytes, form, 0, 1);
    let all: Vec<Raw> =
        std::iter::from_fn(|| records.next().expect("a slice can be read")).collect();
    assert_eq!(records.place().0, bytes.len() as u64, "all of it is read");
    if let Some(first) = all.first() {
        let at = usize::try_from(first.end).expect("a small file");
        let rest = bytes.get(at..).expect("a record ends inside the file");
        let mut rest = Records::new(rest, form, first.end, first.next_line);
        let rest: Vec<Raw> =
            std::iter::from_fn(|| rest.next().expect("a slice can be read")).collect();
        assert_eq!(all.get(1..), Some(rest.as_slice()), "a place to go on from");
    }
    let reader = import::Reader::new(schema, Mapping::by_name(schema), form, all.first());
    if let Ok(mut reader) = reader {
        for raw in &all {
            let _ = reader.read(raw);
        }
    }
}

fn import_mapping(bytes: &[u8]) {
    let schema = toend_ledger::schema::by_name("visit").expect("a schema");
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(mapping) = Mapping::parse(text, schema)
    {
        let _ = mapping.bind(&["subject.code", "record.key"]);
    }
}

fn evidence(bytes: &[u8]) {
    if let Ok(file) = EvidenceFile::decode(bytes) {
        let again = file.encode().expect("what was read can be written");
        let file = EvidenceFile::decode(&again).expect("what was written can be read");
        assert_eq!(file.encode().expect("once more"), again);
    }
}

fn receipt(bytes: &[u8]) {
    if let Ok(receipt) = Receipt::decode(bytes) {
        let again = receipt.encode().expect("what was read can be written");
        let receipt = Receipt::decode(&again).expect("what was written can be read");
        assert_eq!(receipt.encode().expect("once more"), again);
    }
}

fn ledger_backup_list(bytes: &[u8]) {
    if let Ok(list) = List::decode(bytes) {
        let again = list.encode().expect("what was read can be written");
        let other = List::decode(&again).expect("what was written can be read");
        assert_eq!(other.extent(), list.extent());
        assert_eq!(other.encode().expect("once more"), again);
    }
}

fn web_eid_token(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Token::parse(text);
    }
}

/// Runs one decoder by name.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, decode) = DECODERS
        .iter()
        .find(|(other, _)| *other == name)
        .expect("a decoder of the list");
    decode(bytes);
}
