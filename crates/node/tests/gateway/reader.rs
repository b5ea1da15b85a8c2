//! A reader that believes nothing: answers are checked against the root of a verified header with the ledger crate alone.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, VerifyingKey};
use toend_ledger::cbor::{self, Value};
use toend_ledger::cometbft::LightBlock;
use toend_ledger::commitment::{
    FieldTree, RowTree, Seed, content_commitment, entry_commitment, place_commitment, prev_root,
};
use toend_ledger::gateway::{
    EntryContents, HeadAnswer, ListAnswer, Proven, PublicListAnswer, Signed, signing_bytes,
};
use toend_ledger::genesis::demo;
use toend_ledger::hash::Hash;
use toend_ledger::ladder::climb;
use toend_ledger::list::{self, Class, ListKey};
use toend_ledger::proof::{StateProof, verify_absence, verify_presence};
use toend_ledger::record::{head_commitment, record_key};
use toend_ledger::schema;
use toend_ledger::state::{
    At, EntryValue, EpochValue, HeadValue, Key, OpeningValue, PublicListValue, Reg, RegisterValue,
};
use toend_ledger::subject::Subject;
use toend_ledger::vrf::{Proof, PublicKey, SecretKey};
use toend_light_client::{Options, verify};

/// What a verified list holds.
pub struct Read {
    pub count: u64,
    pub records: Vec<(u32, BTreeMap<String, Value>)>,
    pub versions: Vec<u32>,
    pub list_key: Vec<u8>,
}

/// The state root after `height`, from the header above it, whose commit is checked.
pub fn root(block: &LightBlock) -> Hash {
    verify::verify_self(block, demo::CHAIN_ID, &Options::default()).unwrap();
    let genesis: Vec<_> = demo::genesis()
        .validators
        .iter()
        .map(|v| v.pub_key)
        .collect();
    assert!(
        block
            .validator_set
            .validators()
            .iter()
            .all(|v| genesis.contains(&v.pub_key))
    );
    block.header().state_root().unwrap()
}

/// Checks presence or absence and returns the value.
pub fn proven(root: &Hash, key: &Key, state: &Proven) -> Option<Vec<u8>> {
    let proof = StateProof::decode(&state.proof.0).unwrap();
    if let Some(value) = &state.value {
        verify_presence(root, &key.encode(), &value.0, &proof).unwrap();
        return Some(value.0.clone());
    }
    verify_absence(root, &key.encode(), &proof).unwrap();
    None
}

/// Checks the answer key's signature and returns the answer's bytes.
pub fn signed(signed: &Signed, root: &Hash, register: &Proven, request: &[u8]) -> Vec<u8> {
    let reg = Reg(signed.reg);
    let value =
        RegisterValue::decode(&proven(root, &Key::Register(reg), register).unwrap()).unwrap();
    let tip_hash: Hash = signed.tip_hash.0.as_slice().try_into().unwrap();
    let bytes = signing_bytes(
        &demo::net(),
        reg.0,
        request,
        &signed.answer.0,
        signed.tip_height,
        &tip_hash,
    );
    let signature = Signature::from_slice(&signed.signature.0).unwrap();
    VerifyingKey::from_bytes(&value.answer_key)
        .unwrap()
        .verify_strict(&bytes, &signature)
        .unwrap();
    signed.answer.0.clone()
}

/// Checks a person's list in full.
pub fn private(answer: &ListAnswer, reg: Reg, subject: &Subject, root: &Hash) -> Read {
    let [epoch] = answer.epochs.as_slice() else {
        panic!("one epoch")
    };
    let state = Key::Epoch {
        reg,
        epoch: epoch.epoch,
    };
    let value = EpochValue::decode(&proven(root, &state, &epoch.key).unwrap()).unwrap();
    let vrf = PublicKey::from_bytes(&value.vrf_key).unwrap();
    let proof = Proof::from_bytes(&epoch.vrf_proof.0).unwrap();
    let o = list::verify_opening(&vrf, &demo::net(), reg, epoch.epoch, subject, &proof).unwrap();
    let opening = Key::Opening {
        reg,
        epoch: epoch.epoch,
        o,
    };
    let k = OpeningValue::decode(&proven(root, &opening, &epoch.opening).unwrap())
        .unwrap()
        .k;
    let secret = SecretKey::from_bytes(answer.list_key.0.as_slice().try_into().unwrap());
    let key = ListKey::new(demo::net(), reg, secret);
    key.belongs_to(&o, &k).unwrap();

    let class = Class::from_byte(answer.class).unwrap();
    let mut found: BTreeMap<u64, Option<EntryValue>> = BTreeMap::new();
    for label in &answer.labels {
        let state = proven(root, &key.entry_key(class, label.n).unwrap(), &label.state);
        let value = state.map(|bytes| EntryValue::decode(&bytes).unwrap());
        assert!(found.insert(label.n, value).is_none(), "each label once");
    }
    let mut ladder = toend_ledger::ladder::Ladder::new();
    let mut rungs: Vec<(u64, Option<At>)> = Vec::new();
    while let Some(n) = ladder.next_probe() {
        let at = found
            .get(&n)
            .expect("every rung is answered")
            .as_ref()
            .map(|value| value.at);
        ladder.answer(at.is_some()).unwrap();
        rungs.push((n, at));
    }
    let count = climb(&rungs).unwrap();
    let sealed: Vec<EntryValue> = (1..=count)
        .map(|n| found[&n].expect("1..n without a gap"))
        .collect();
    let commitments: Vec<Hash> = sealed.iter().map(|value| value.c).collect();
    assert_eq!(answer.entries.len() as u64, count);
    let mut read = Read {
        count,
        records: vec![],
        versions: vec![],
        list_key: answer.list_key.0.clone(),
    };
    let mut heads: BTreeMap<Hash, (u32, Hash)> = BTreeMap::new();
    for (i, entry) in answer.entries.iter().enumerate() {
        let (c, q) = commitment(entry, reg, &o, class, &prev_root(&commitments[..i]));
        assert_eq!(c, commitments[i], "entry {} opens its commitment", entry.n);
        assert_eq!(entry.n, i as u64 + 1);
        note(&mut heads, entry, q);
        read.versions.push(entry.v);
        read.records.push((entry.schema, named(entry)));
    }
    check_heads(&answer.heads, &heads, reg, root);
    read
}

/// Checks a company's list in full.
pub fn public(answer: &PublicListAnswer, reg: Reg, subject: &Subject, root: &Hash) -> Read {
    let owner = subject.hash();
    let key = Key::PublicList {
        reg,
        subject_hash: owner,
    };
    let value = PublicListValue::decode(&proven(root, &key, &answer.list).unwrap()).unwrap();
    let mut commitments = Vec::new();
    let mut read = Read {
        count: value.frontier.size(),
        records: vec![],
        versions: vec![],
        list_key: vec![],
    };
    let mut heads = BTreeMap::new();
    for entry in &answer.entries {
        let (c, q) = commitment(entry, reg, &owner, Class::Records, &prev_root(&commitments));
        commitments.push(c);
        note(&mut heads, entry, q);
        read.versions.push(entry.v);
        read.records.push((entry.schema, named(entry)));
    }
    list::verify_public_list(&value, &commitments).unwrap();
    check_heads(&answer.heads, &heads, reg, root);
    read
}

fn note(heads: &mut BTreeMap<Hash, (u32, Hash)>, entry: &EntryContents, q: Hash) {
    if schema::by_id(entry.schema).unwrap().headed {
        heads.insert(entry.record.0.as_slice().try_into().unwrap(), (entry.v, q));
    }
}

fn check_heads(
    answers: &[HeadAnswer],
    newest: &BTreeMap<Hash, (u32, Hash)>,
    reg: Reg,
    root: &Hash,
) {
    assert_eq!(answers.len(), newest.len());
    for answer in answers {
        let record: Hash = answer.record.0.as_slice().try_into().unwrap();
        let (v, q) = newest[&record];
        let key = Key::Head {
            reg,
            r: record_key(reg, &record),
        };
        let head = HeadValue::decode(&proven(root, &key, &answer.state).unwrap()).unwrap();
        assert_eq!(
            (head.v, head.hd),
            (v, head_commitment(&record, v, &q)),
            "the newest version is the current one"
        );
    }
}

/// `C` and `Q` of delivered contents.
fn commitment(
    entry: &EntryContents,
    reg: Reg,
    owner: &Hash,
    class: Class,
    prev: &Hash,
) -> (Hash, Hash) {
    let schema = schema::by_id(entry.schema).unwrap();
    let hash = |bytes: &[u8]| <Hash>::try_from(bytes).unwrap();
    let seed = Seed::from_bytes(hash(&entry.seed.0));
    let values: Vec<Value> = entry
        .fields
        .iter()
        .map(|field| cbor::decode(&field.0).unwrap())
        .collect();
    for (field, value) in schema.fields.iter().zip(&values) {
        schema::check(field, value).unwrap();
    }
    for group in &entry.rows {
        let rows: Vec<Value> = group
            .rows
            .iter()
            .map(|row| cbor::decode(&row.0).unwrap())
            .collect();
        let field = schema.field(group.field).unwrap();
        assert!(rows.iter().all(|row| schema::check_row(field, row).is_ok()));
        let tree = RowTree::new(&seed, group.field, rows).unwrap();
        assert_eq!(tree.field_value(), values[usize::from(group.field)]);
    }
    assert_eq!(values.len(), usize::from(schema.size()));
    let fr = FieldTree::new(&seed, values).unwrap().root();
    let q = content_commitment(
        &demo::net(),
        reg,
        &hash(&entry.record.0),
        entry.v,
        entry.schema,
        &fr,
    );
    let p = place_commitment(&hash(&entry.blind.0), owner, class, entry.n, prev);
    (entry_commitment(&p, &q), q)
}

fn named(entry: &EntryContents) -> BTreeMap<String, Value> {
    let schema = schema::by_id(entry.schema).unwrap();
    let values = entry
        .fields
        .iter()
        .map(|field| cbor::decode(&field.0).unwrap());
    schema
        .fields
        .iter()
        .map(|field| field.name.to_owned())
        .zip(values)
        .collect()
}
