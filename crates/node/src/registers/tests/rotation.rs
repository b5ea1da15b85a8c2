//! Keys that a decision changes while the register seals.

use ed25519_dalek::SigningKey;
use toend_ledger::cbor;
use toend_ledger::commitment::{
    FieldTree, Seed, content_commitment, entry_commitment, place_commitment,
};
use toend_ledger::gateway::B64;
use toend_ledger::genesis::demo::{Purpose, derived, signing_key, vrf_key};
use toend_ledger::list::{ListKey, opening, pop_alpha};
use toend_ledger::merkle::{Frontier, leaf_hash};
use toend_ledger::state::EntryValue;
use toend_ledger::tx::{Action, Batch, Governance, Op, Tx};

use super::crash::Cut;
use super::*;

on_both_engines![
    a_batch_that_was_cut_off_before_the_change_is_sealed_with_the_new_key,
    nobody_new_is_taken_in_while_an_epoch_is_announced,
    a_list_that_waits_when_its_epoch_ends_is_opened_in_the_new_one,
    a_batch_under_way_when_its_epoch_ends_is_made_anew,
];

pub(super) fn other_key() -> SigningKey {
    SigningKey::from_bytes(&derived("seal, the second", 1))
}

/// Three of the four authorities decide, and a block takes it.
async fn decide(bench: &Bench, action: &Action, key: &Key) {
    let keys = [0, 1, 2].map(|i| signing_key(Purpose::Governance, i));
    let signers: Vec<(u16, &SigningKey)> = (0..).zip(&keys).collect();
    let ledger = bench.ledger();
    let before = |height| ledger.query(&key.encode(), height).unwrap().value;
    let old = before(bench.settled().await);
    let decision = Governance::signed(ledger.net(), *action, &signers).unwrap();
    ledger.submit(Tx::Governance(decision).encode()).unwrap();
    while before(bench.settled().await) == old {}
}

pub(super) async fn new_seal_key(bench: &Bench) {
    let old = signing_key(Purpose::Seal, 1).verifying_key().to_bytes();
    let answer_key = signing_key(Purpose::Answer, 1).verifying_key().to_bytes();
    let action = Action::Register {
        reg: Reg(1),
        old_seal_key: old,
        seal_key: other_key().verifying_key().to_bytes(),
        answer_key,
    };
    decide(bench, &action, &Key::Register(Reg(1))).await;
}

fn second() -> vrf::SecretKey {
    vrf::SecretKey::from_bytes(derived("vrf, the second", 1))
}

/// Settings in which the second epoch is announced.
pub(super) fn with_second_epoch(bench: &Bench) -> Settings {
    let mut settings = bench.settings(1);
    settings.vrf_keys.push((2, second()));
    settings
}

pub(super) async fn second_epoch(bench: &Bench) {
    let net = bench.ledger().net();
    let action = Action::Epoch {
        reg: Reg(1),
        epoch: 2,
        vrf_key: second().public(),
        possession: second().prove(&pop_alpha(&net, Reg(1), 2)).unwrap(),
    };
    let key = Key::Epoch {
        reg: Reg(1),
        epoch: 2,
    };
    decide(bench, &action, &key).await;
}

/// Mari's list is open in the second epoch and in no other, and the ledger holds what her entries and all before them say.
async fn hers_stand_in_the_second_epoch(bench: &Bench, register: &Register, entries: usize) {
    stands_in_the_second_epoch(bench, register, &mari(), entries).await;
}

/// The same of anybody's list.
pub(super) async fn stands_in_the_second_epoch(
    bench: &Bench,
    register: &Register,
    subject: &Subject,
    entries: usize,
) {
    let (ledger, height) = (bench.ledger(), bench.settled().await);
    let (net, reg) = (ledger.net(), Reg(1));
    let answer = register.list_answer(subject, Class::Records, height);
    let answer = answer.unwrap().unwrap();
    assert!(answer.pending.is_empty());
    assert_eq!(answer.entries.len(), entries);
    let stands = |key: Key| ledger.query(&key.encode(), height).unwrap().value;
    let first = vrf_key(reg);
    for (epoch, key, is_open) in [(1, &first, false), (2, &second(), true)] {
        let o = opening(key, &net, reg, epoch, subject).unwrap();
        let found = stands(Key::Opening { reg, epoch, o });
        assert_eq!(found.is_some(), is_open, "epoch {epoch}");
    }
    let o = opening(&second(), &net, reg, 2, subject).unwrap();
    let secret = <[u8; 32]>::try_from(answer.list_key.0.as_slice()).unwrap();
    let list = ListKey::new(net, reg, vrf::SecretKey::from_bytes(secret));
    let mut chain = Frontier::new();
    for entry in &answer.entries {
        let hash = |bytes: &B64| -> Hash { bytes.0.as_slice().try_into().unwrap() };
        let seed = Seed::from_bytes(hash(&entry.seed));
        let fields = entry.fields.iter();
        let fields = fields
            .map(|field| cbor::decode(&field.0).unwrap())
            .collect();
        let root = FieldTree::new(&seed, fields).unwrap().root();
        let record = hash(&entry.record);
        let q = content_commitment(&net, reg, &record, entry.v, entry.schema, &root);
        let blind = hash(&entry.blind);
        let p = place_commitment(&blind, &o, Class::Records, entry.n, &chain.root());
        let c = entry_commitment(&p, &q);
        let label = list.label(Class::Records, entry.n).unwrap();
        let found = stands(Key::Entry { reg, label }).unwrap();
        assert_eq!(
            EntryValue::decode(&found).unwrap().c,
            c,
            "entry {}",
            entry.n
        );
        chain.push(leaf_hash(&c));
    }
    assert_eq!(orphans(register), [0, 0, 0]);
}

async fn a_list_that_waits_when_its_epoch_ends_is_opened_in_the_new_one(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    let igor = Subject::person("EE", demo::IGOR).unwrap();
    register.know(&[mari(), igor.clone()]).unwrap();
    let hers = [lab("a", 50), lab("b", 51), visit("c", 1, Flag::Current)];
    register.receive(&hers, 1).unwrap();
    second_epoch(&bench).await;

    // Without the new key the reason is said, and nothing is lost.
    assert_eq!(register.tick(), Err(RegisterError::EpochOver(1)));
    drop(register);
    let settings = with_second_epoch(&bench);
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    register.flush().await.unwrap();
    hers_stand_in_the_second_epoch(&bench, &register, 3).await;
    // And on it goes, behind what was made anew.
    let more = [lab("d", 52), visit("c", 2, Flag::Ended)];
    register.receive(&more, 2).unwrap();
    register.flush().await.unwrap();
    hers_stand_in_the_second_epoch(&bench, &register, 5).await;
    let height = bench.settled().await;
    let answer = register.list_answer(&igor, Class::Records, height).unwrap();
    assert!(answer.unwrap().entries.is_empty());
}

async fn a_batch_under_way_when_its_epoch_ends_is_made_anew(on: On) {
    let bench = Bench::new(on);
    let cut = Arc::new(Cut::new(bench.ledger(), false));
    let register = Register::open(bench.settings(1), cut).unwrap();
    register.know(&[mari()]).unwrap();
    let hers = [lab("a", 50), visit("c", 1, Flag::Current)];
    register.receive(&hers, 1).unwrap();
    // Written down with its opening, and never handed in; what came after waits.
    register.tick().unwrap_err();
    register.receive(&[lab("b", 51)], 2).unwrap();
    let under_way = |register: &Register| {
        let rows = register.database.read(|db| db.batches(2)).unwrap();
        assert_eq!(rows.len(), 1);
        rows[0].batch().unwrap()
    };
    let before = under_way(&register);
    drop(register);
    second_epoch(&bench).await;

    let cut = Arc::new(Cut::new(bench.ledger(), false));
    let register = Register::open(with_second_epoch(&bench), cut).unwrap();
    register.tick().unwrap_err();
    let after = under_way(&register);
    drop(register);
    // The same number and places; every entry's commitment is another, so that hers are not told from filler.
    assert_eq!(
        (after.number, after.ops().len()),
        (before.number, before.ops().len())
    );
    let entries = |batch: &Batch| -> BTreeMap<Hash, Hash> {
        let ops = batch.ops().iter().filter_map(|op| match op {
            Op::Entry { label, c } => Some((*label, *c)),
            _ => None,
        });
        ops.collect()
    };
    let (before, after) = (entries(&before), entries(&after));
    assert!(before.keys().eq(after.keys()));
    assert!(before.iter().all(|(label, c)| after[label] != *c));

    let settings = with_second_epoch(&bench);
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    register.flush().await.unwrap();
    hers_stand_in_the_second_epoch(&bench, &register, 3).await;
}

async fn a_batch_that_was_cut_off_before_the_change_is_sealed_with_the_new_key(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.receive(&[lab("a", 50)], 1).unwrap();
    register.flush().await.unwrap();
    let first = register.next_number().unwrap();
    drop(register);

    // Written down, and never handed in.
    let cut = Arc::new(Cut::new(bench.ledger(), false));
    let register = Register::open(bench.settings(1), cut).unwrap();
    register.receive(&[lab("b", 51)], 2).unwrap();
    register.tick().unwrap_err();
    drop(register);
    new_seal_key(&bench).await;

    // Without the new key nothing is sealed, and the reason is said.
    let register = bench.register(1);
    assert_eq!(register.tick(), Err(RegisterError::OtherSealKey));
    drop(register);
    let settings = Settings {
        next_seal_key: Some(other_key()),
        ..bench.settings(1)
    };
    let register = Arc::new(Register::open(settings, bench.ledger()).unwrap());
    register.flush().await.unwrap();
    let height = bench.settled().await;
    assert!(register.next_number().unwrap() > first);
    let answer = hers(&register, height);
    assert_eq!(answer.entries.len(), 2);
    assert!(answer.pending.is_empty());
    // And on it goes.
    register.receive(&[lab("c", 52)], 3).unwrap();
    register.flush().await.unwrap();
}

async fn nobody_new_is_taken_in_while_an_epoch_is_announced(on: On) {
    let bench = Bench::new(on);
    let register = bench.register(1);
    register.know(&[mari()]).unwrap();
    register.flush().await.unwrap();
    drop(register);
    let announced = || with_second_epoch(&bench);
    let igor = Subject::person("EE", demo::IGOR).unwrap();
    let register = Arc::new(Register::open(announced(), bench.ledger()).unwrap());
    let refused = register.know(std::slice::from_ref(&igor));
    assert_eq!(refused, Err(RegisterError::EpochAnnounced(2)));
    // Who is known goes on.
    register.receive(&[lab("a", 50)], 1).unwrap();
    register.flush().await.unwrap();

    second_epoch(&bench).await;
    register.flush().await.unwrap();
    assert_eq!(register.know(std::slice::from_ref(&igor)), Ok(1));
    register.flush().await.unwrap();
    let height = bench.settled().await;
    for (subject, epochs) in [(mari(), 2), (igor.clone(), 2)] {
        let answer = register
            .list_answer(&subject, Class::Records, height)
            .unwrap();
        assert_eq!(answer.unwrap().epochs.len(), epochs);
    }
    drop(register);

    // A program that was not told of the new epoch opens no list in the one that is over.
    let register = bench.register(1);
    let other = Subject::person("EE", "38001085718").unwrap();
    assert_eq!(register.know(&[other]), Err(RegisterError::EpochOver(1)));
}
