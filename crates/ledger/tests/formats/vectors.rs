//! The vector files under `tests/vectors/ledger` are what this code writes, and hold for whoever reads them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use serde_json::Value as Json;
use toend_ledger::cbor;
use toend_ledger::commitment::FieldOpening;
use toend_ledger::evidence::{Conflict, EvidenceFile, FORMAT_ANSWERS};
use toend_ledger::gateway::{Contradiction, FilingAnswer, filing_commitment};
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::sha256;
use toend_ledger::network::NetworkFile;
use toend_ledger::proof::{StateProof, SubtreeProof, verify_absence, verify_presence};
use toend_ledger::proof_file::{Context, Profile, ProofFile, Version};
use toend_ledger::rights::RightAt;
use toend_ledger::state::{Key, Reg, Value};
use toend_ledger::subject::Subject;
use toend_ledger::tx::Tx;

use crate::vector_sets;

fn read_text(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/ledger");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn read(name: &str) -> Json {
    serde_json::from_str(&read_text(name)).unwrap()
}

fn bytes(json: &Json) -> Vec<u8> {
    hex::decode(json.as_str().unwrap()).unwrap()
}

fn hash(json: &Json) -> [u8; 32] {
    bytes(json).try_into().unwrap()
}

fn list(json: &Json) -> &[Json] {
    json.as_array().unwrap()
}

#[test]
fn vector_files_are_what_this_code_writes() {
    for (name, json) in vector_sets::all() {
        let same = read_text(name) == vector_sets::text(&json);
        assert!(
            same,
            "{name}: run `cargo run -p toend-ledger --example vectors` after a deliberate change"
        );
    }
}

#[test]
fn state_rows_decode() {
    for row in list(&read("state.json")["rows"]) {
        let key = Key::decode(&bytes(&row["key"])).unwrap();
        assert_eq!(key.hash(), hash(&row["key_hash"]));
        assert!(Value::decode(&key, &bytes(&row["value"])).is_ok());
    }
}

#[test]
fn proofs_are_judged_as_stated() {
    let vectors = read("proofs.json");
    let root = hash(&vectors["root"]);
    for case in list(&vectors["cases"]) {
        let proof = StateProof::decode(&bytes(&case["proof"])).unwrap();
        let key = bytes(&case["key"]);
        let verdict = if case["claim"] == "presence" {
            verify_presence(&root, &key, &bytes(&case["value"]), &proof)
        } else {
            verify_absence(&root, &key, &proof)
        };
        assert_eq!(verdict.is_ok(), case["valid"].as_bool().unwrap(), "{case}");
    }
    for case in list(&vectors["malformed"]) {
        assert!(
            StateProof::decode(&bytes(&case["proof"])).is_err(),
            "{}",
            case["what"]
        );
    }
    let subtree = SubtreeProof::decode(&bytes(&vectors["subtree"]["proof"]))
        .unwrap()
        .verify(&root)
        .unwrap();
    assert_eq!(subtree.len() as u64, vectors["subtree"]["leaves"]);
}

#[test]
fn subjects_encode_or_are_refused() {
    for case in list(&read("lists.json")["subjects"]) {
        let (country, code) = (
            case["country"].as_str().unwrap(),
            case["code"].as_str().unwrap(),
        );
        let subject = if case["kind"] == "person" {
            Subject::person(country, code)
        } else {
            Subject::company(country, code)
        };
        assert_eq!(
            subject.ok().map(|s| hex::encode(s.encode())),
            case["encoded"].as_str().map(ToOwned::to_owned)
        );
    }
}

#[test]
fn fields_open_under_their_root() {
    let vectors = read("commitments.json");
    let positions = vectors["positions"].as_u64().unwrap() as u16;
    for field in list(&vectors["fields"]) {
        let opening = FieldOpening {
            position: field["position"].as_u64().unwrap() as u16,
            salt: hash(&field["salt"]),
            value: cbor::decode(&bytes(&field["value"])).unwrap(),
            path: list(&field["path"]).iter().map(hash).collect(),
        };
        assert_eq!(opening.verify(&hash(&vectors["fr"]), positions), Ok(()));
    }
    for case in list(&vectors["refused_values"]) {
        assert!(
            cbor::decode(&bytes(&case["bytes"])).is_err(),
            "{}",
            case["what"]
        );
    }
}

#[test]
fn transactions_verify() {
    let vectors = read("transactions.json");
    let decode = |name: &str| Tx::decode(&bytes(&vectors[name]["tx"])).unwrap();
    let Tx::Batch(batch) = decode("batch") else {
        panic!("a batch")
    };
    assert_eq!(batch.verify(&hash(&vectors["batch"]["seal_key"])), Ok(()));
    let Tx::Filing(filing) = decode("filing") else {
        panic!("a filing")
    };
    assert_eq!(
        filing.verify(&hash(&vectors["filing"]["gateway_key"])),
        Ok(())
    );
    let Tx::Governance(decision) = decode("governance") else {
        panic!("a decision")
    };
    let keys: BTreeMap<u16, [u8; 32]> = (0..)
        .zip(list(&vectors["governance"]["keys"]).iter().map(hash))
        .collect();
    assert_eq!(decision.verify(&keys), Ok(()));
    for other in list(&vectors["governance"]["others"]) {
        let Ok(Tx::Governance(decision)) = Tx::decode(&bytes(other)) else {
            panic!("a decision")
        };
        assert_eq!(decision.verify(&keys), Ok(()));
    }
    assert_eq!(decision.action.verify_possession(&decision.net), Ok(()));
    let (_, net) = Genesis::parse(vectors["genesis"]["file"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(net, hash(&vectors["genesis"]["net"]));
}

#[test]
fn answers_to_filings_are_signed_and_two_are_evidence() {
    let vectors = read("filings.json");
    let (net, filing) = (hash(&vectors["net"]), &vectors["filing"]);
    let document = sha256(&[filing["document"].as_str().unwrap().as_bytes()]);
    assert_eq!(document, hash(&filing["document_hash"]));
    let reg = Reg(filing["reg"].as_u64().unwrap() as u16);
    let commitment = filing_commitment(&net, reg, &hash(&filing["nonce"]), &document);
    assert_eq!(commitment, hash(&filing["f"]));
    let key = hash(&vectors["gateway"]["key"]);
    let mut names = Vec::new();
    for case in list(&vectors["answers"]) {
        let answer: FilingAnswer = serde_json::from_value(case["answer"].clone()).unwrap();
        assert_eq!(answer.commitment.0, commitment);
        assert_eq!(answer.signing_bytes(&net), bytes(&case["signing_bytes"]));
        assert!(answer.is_signed(&net, &key));
        names.push(answer.outcome.name());
    }
    assert_eq!(names, ["taken", "sealed", "quota", "refused"]);
    for name in ["key_by_genesis", "key_by_ledger"] {
        let file = vectors["evidence"][name].as_str().unwrap().as_bytes();
        let evidence = EvidenceFile::decode(file).unwrap();
        assert_eq!(evidence.format, FORMAT_ANSWERS);
        let Conflict::Answers { first, second, .. } = evidence.conflict else {
            panic!("answers")
        };
        assert_eq!(first.contradicts(&second), Some(Contradiction::Unsealed));
        assert!(first.is_signed(&net, &key) && second.is_signed(&net, &key));
    }
}

#[test]
fn the_network_file_has_its_fingerprint() {
    let vectors = read("network-file.json");
    let file = NetworkFile::decode(vectors["file"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(file.digest(), hash(&vectors["digest"]));
    assert_eq!(
        serde_json::json!(file.fingerprint()),
        vectors["fingerprint"]
    );
}

#[test]
fn proof_files_verify() {
    let vectors = read("proof-file.json");
    let (net, root) = (hash(&vectors["net"]), hash(&vectors["root"]));
    let schema = toend_ledger::schema::by_id(vectors["schema"].as_u64().unwrap() as u32).unwrap();
    let context = Context {
        net: &net,
        root: &root,
        first_height: 1,
        positions: schema.size(),
        headed: schema.headed,
    };
    for (name, court, version) in [
        ("holder", false, Version::One),
        ("court", true, Version::One),
        ("holder_2_en", false, Version::Two),
        ("holder_2_ru", false, Version::Two),
        ("court_2_et", true, Version::Two),
        ("holder_3_et", false, Version::Three),
    ] {
        let file = base64::engine::general_purpose::STANDARD
            .decode(vectors[name]["asice"].as_str().unwrap())
            .unwrap();
        let document = ProofFile::read(&file).unwrap().document;
        assert_eq!(document.version, version);
        assert_eq!(document.state_root(), Some(root));
        let facts = document.statements[0].verify(&context).unwrap();
        assert_eq!(facts.record, hash(&vectors["record"]));
        assert_eq!(facts.meets(Profile::CourtPresented).is_ok(), court);
        assert_eq!(
            toend_ledger::proof_file::page(&document),
            vectors[name]["page"].as_str().unwrap()
        );
    }
    let root = hash(&vectors["ruled_root"]);
    let context = Context {
        root: &root,
        ..context
    };
    for (name, right) in [
        ("holder_3_en_had", RightAt::Held(2)),
        ("holder_3_en_nobody", RightAt::Nobody),
    ] {
        let file = base64::engine::general_purpose::STANDARD
            .decode(vectors[name]["asice"].as_str().unwrap())
            .unwrap();
        let document = ProofFile::read(&file).unwrap().document;
        let facts = document.statements[0].verify(&context).unwrap();
        assert_eq!(
            facts.right.unwrap().at(facts.sealed_height),
            right,
            "{name}"
        );
    }
}
