//! Whose list a record stands in: the court profile.

use toend_ledger::hash::Hash;
use toend_ledger::ladder::LadderError;
use toend_ledger::list::{Class, list_commitment};
use toend_ledger::proof::ProofError;
use toend_ledger::proof_file::{
    Context, Evidence, IndexError, IndexProof, Profile, Shortfall, Statement, StatementError,
};
use toend_ledger::schema::{self, Schema};
use toend_ledger::state::{At, EntryValue, Key, OpeningValue};
use toend_ledger::subject::Subject;
use toend_ledger::vrf::SecretKey;

use crate::sample_ledger::{FIRST, REG, SampleLedger};

fn headed() -> &'static Schema {
    schema::all()
        .find(|schema| schema.reg == REG.0 && schema.headed)
        .unwrap()
}

fn context<'a>(ledger: &'a SampleLedger, root: &'a Hash, schema: &Schema) -> Context<'a> {
    Context {
        net: &ledger.net,
        root,
        first_height: FIRST,
        positions: schema.size(),
        headed: schema.headed,
    }
}

fn check(ledger: &SampleLedger, index: &IndexProof, n: usize) -> Result<u64, IndexError> {
    index
        .verify(&ledger.net, REG, &ledger.root(), &ledger.entries[n - 1].q)
        .map(|facts| facts.of)
}

#[test]
fn fr_1_10_a_record_in_the_persons_list_meets_the_court_profile() {
    let ledger = SampleLedger::new(headed(), 5, 1);
    let root = ledger.root();
    let mut statement = ledger.statement(3, &[0, 1]);
    let without = statement
        .verify(&context(&ledger, &root, headed()))
        .unwrap();
    assert_eq!(without.meets(Profile::HolderPresented), Ok(()));
    assert_eq!(
        without.meets(Profile::CourtPresented),
        Err(Shortfall::NotShownInList)
    );
    statement.index = Some(ledger.index(3));
    let facts = statement
        .verify(&context(&ledger, &root, headed()))
        .unwrap();
    assert_eq!(facts.meets(Profile::CourtPresented), Ok(()));
    let index = facts.index.unwrap();
    assert_eq!((index.n, index.of, &index.subject), (3, 5, &ledger.subject));
}

#[test]
fn fr_1_10_a_debt_sealed_in_another_persons_list_is_refused() {
    // The register shows Y's genuine index proof with a content that stands at another place, or claims that Y is X.
    let ledger = SampleLedger::new(headed(), 5, 1);
    let index = ledger.index(3);
    assert_eq!(check(&ledger, &index, 3), Ok(5));
    assert_eq!(check(&ledger, &index, 2), Err(IndexError::OtherEntry));
    let mut other = index;
    other.subject = Subject::person("EE", "37101010021").unwrap();
    assert!(matches!(check(&ledger, &other, 3), Err(IndexError::Vrf(_))));
}

#[test]
fn fr_1_5_a_second_list_in_a_newer_epoch_is_refused() {
    // The list was opened in epoch 2: honest, epoch 1 has no opening.
    let mut ledger = SampleLedger::new(headed(), 3, 2);
    let index = ledger.index(2);
    assert_eq!(check(&ledger, &index, 2), Ok(3));

    // Without the absence under epoch 1.
    let mut short = index.clone();
    short.epochs.remove(0);
    assert!(check(&ledger, &short, 2).is_err());

    // The register had opened the subject in epoch 1 already: then no absence can be shown, and the second list is none.
    let o =
        toend_ledger::list::opening(&ledger.vrf[0], &ledger.net, REG, 1, &ledger.subject).unwrap();
    let at = At {
        height: 1,
        time_ms: 1,
    };
    let value = OpeningValue {
        k: list_commitment(&o, &ledger.key.public()),
        at,
    };
    ledger.state.insert(
        Key::Opening {
            reg: REG,
            epoch: 1,
            o,
        }
        .encode(),
        value.encode(),
    );
    let tip = ledger.tip().height;
    ledger.make_headers(tip);
    assert_eq!(
        check(&ledger, &ledger.index(2), 2),
        Err(IndexError::Proof(ProofError::WrongKind))
    );
    assert_eq!(
        check(&ledger, &index, 2),
        Err(IndexError::Proof(ProofError::RootMismatch))
    );
}

#[test]
fn fr_4_7_a_list_under_another_key_is_refused() {
    // A "rekeyed" list: the same opening, labels under a new key.
    let ledger = SampleLedger::new(headed(), 3, 1);
    let mut index = ledger.index(2);
    index.list_key = SecretKey::from_bytes([9; 32]).public();
    assert_eq!(check(&ledger, &index, 2), Err(IndexError::OtherListKey));
    let mut index = ledger.index(2);
    index.opening.k = list_commitment(&ledger.o, &SecretKey::from_bytes([9; 32]).public());
    assert_eq!(
        check(&ledger, &index, 2),
        Err(IndexError::Proof(ProofError::RootMismatch))
    );
}

#[test]
fn fr_1_1_an_entry_beyond_the_ladders_outcome_does_not_count() {
    // Entries 1, 2, 3, 5: everyone's ladder ends at 3, so entry 5 is nobody's.
    let mut ledger = SampleLedger::new(headed(), 5, 1);
    let fourth = ledger.key.entry_key(Class::Records, 4).unwrap();
    ledger.state.remove(&fourth.encode());
    let tip = ledger.tip().height;
    ledger.make_headers(tip);
    assert_eq!(check(&ledger, &ledger.index(3), 3), Ok(3));
    assert_eq!(
        check(&ledger, &ledger.index(5), 5),
        Err(IndexError::BeyondEnd { n: 5, of: 3 })
    );
    // "5 present, 6 absent" in place of the ladder.
    let mut two = ledger.index(5);
    two.ladder = vec![ledger.rung(5), ledger.rung(6)];
    assert!(matches!(
        check(&ledger, &two, 5),
        Err(IndexError::Ladder(LadderError::WrongRung { .. }))
    ));
}

#[test]
fn fr_1_4_an_entry_planted_early_is_refused() {
    let mut ledger = SampleLedger::new(headed(), 5, 1);
    let key = ledger.key.entry_key(Class::Records, 4).unwrap().encode();
    let mut value = EntryValue::decode(&ledger.state[&key]).unwrap();
    value.at.height = 1;
    ledger.state.insert(key, value.encode());
    let tip = ledger.tip().height;
    ledger.make_headers(tip);
    assert!(matches!(
        check(&ledger, &ledger.index(3), 3),
        Err(IndexError::Ladder(LadderError::OutOfOrder { .. }))
    ));
}

#[test]
fn fr_1_4_an_entry_planted_between_two_rungs_is_refused() {
    // Entry 3 of 5 is no rung of the ladder, so only its own place in the order gives it away.
    let mut ledger = SampleLedger::new(headed(), 5, 1);
    let key = ledger.key.entry_key(Class::Records, 3).unwrap().encode();
    let mut value = EntryValue::decode(&ledger.state[&key]).unwrap();
    value.at.height = 1;
    ledger.state.insert(key, value.encode());
    let tip = ledger.tip().height;
    ledger.make_headers(tip);
    assert_eq!(
        check(&ledger, &ledger.index(3), 3),
        Err(IndexError::Ladder(LadderError::OutOfOrder {
            earlier: 2,
            later: 3
        }))
    );
}

#[test]
fn fr_1_10_a_wrong_number_class_or_predecessor_is_refused() {
    let ledger = SampleLedger::new(headed(), 5, 1);
    let honest = ledger.index(3);
    let mut n = honest.clone();
    n.entry = ledger.rung(4);
    assert_eq!(check(&ledger, &n, 3), Err(IndexError::OtherEntry));
    let mut prev = honest.clone();
    prev.prev = [1; 32];
    assert_eq!(check(&ledger, &prev, 3), Err(IndexError::OtherEntry));
    let mut class = honest.clone();
    class.class = Class::AccessLog;
    assert!(matches!(check(&ledger, &class, 3), Err(IndexError::Vrf(_))));
    let mut none = honest;
    none.epochs.clear();
    assert_eq!(check(&ledger, &none, 3), Err(IndexError::Epochs));
}

fn refused(ledger: &SampleLedger, statement: &Statement, schema: &Schema) -> StatementError {
    let root = ledger.root();
    statement
        .verify(&context(ledger, &root, schema))
        .unwrap_err()
}

#[test]
fn statements_bind_register_record_version_schema_and_fields() {
    let schema = headed();
    let ledger = SampleLedger::new(schema, 4, 1);
    let honest = ledger.statement(2, &[0, 2, 3]);
    let root = ledger.root();
    assert!(honest.verify(&context(&ledger, &root, schema)).is_ok());
    let changed = |change: &dyn Fn(&mut Statement)| {
        let mut statement = honest.clone();
        change(&mut statement);
        refused(&ledger, &statement, schema)
    };
    assert_eq!(
        changed(&|s| s.record[0] ^= 1),
        StatementError::Proof(ProofError::RootMismatch)
    );
    assert_eq!(
        changed(&|s| s.reg.0 = 2),
        StatementError::Proof(ProofError::RootMismatch)
    );
    assert_eq!(
        changed(&|s| s.v = 2),
        StatementError::Version { head: 1, stated: 2 }
    );
    assert_eq!(changed(&|s| s.schema += 1), StatementError::OtherContent);
    assert_eq!(changed(&|s| s.fields.clear()), StatementError::Nothing);
    assert!(matches!(
        changed(&|s| s.fr[0] ^= 1),
        StatementError::Field(_)
    ));
    assert!(matches!(
        changed(&|s| s.fields.swap(0, 1)),
        StatementError::Field(_)
    ));
    assert_eq!(
        changed(&|s| s.sealed_by.as_mut().unwrap().header.height += 1),
        StatementError::OtherHeader(3)
    );
    assert!(matches!(
        changed(&|s| s.sealed_by.as_mut().unwrap().header.app_hash[0] ^= 1),
        StatementError::History(_)
    ));
    // Another network: the same bytes mean nothing there.
    let other = Context {
        net: &[7; 32],
        ..context(&ledger, &root, schema)
    };
    assert_eq!(honest.verify(&other), Err(StatementError::OtherContent));
    // The number of positions comes from the reader's schema: with another, the way to a position is another.
    let wider = Context {
        positions: schema.size() * 2,
        ..context(&ledger, &root, schema)
    };
    assert!(matches!(
        honest.verify(&wider),
        Err(StatementError::Field(_))
    ));
}

#[test]
fn fr_2_7_a_statement_rests_on_something_present_never_on_an_absence() {
    // "No debt" as the absence of a head: the evidence has no form for it, and an absence proof in a head's place fails.
    let schema = headed();
    let ledger = SampleLedger::new(schema, 4, 1);
    let mut statement = ledger.statement(2, &[0]);
    let Evidence::Head { proof, .. } = &mut statement.evidence else {
        panic!("a head")
    };
    *proof = ledger.tree().prove(b"no such key");
    assert_eq!(
        refused(&ledger, &statement, schema),
        StatementError::Proof(ProofError::WrongKind)
    );
}

#[test]
fn fr_2_1_a_headed_record_is_never_proven_by_an_old_entry() {
    // A revoked or superseded version still stands in the list for ever; only the head says what is in force.
    let schema = headed();
    let ledger = SampleLedger::new(schema, 4, 1);
    let mut statement = ledger.statement(2, &[0]);
    let label = ledger.key.label(Class::Records, 2).unwrap();
    let key = Key::Entry { reg: REG, label }.encode();
    statement.evidence = Evidence::Entry {
        label,
        p: ledger.entries[1].p,
        value: EntryValue::decode(&ledger.state[&key]).unwrap(),
        proof: ledger.tree().prove(&key),
    };
    assert_eq!(
        refused(&ledger, &statement, schema),
        StatementError::WrongEvidence
    );
    // For a kind without heads the same proof is good.
    let root = ledger.root();
    let unheaded = Context {
        headed: false,
        ..context(&ledger, &root, schema)
    };
    assert!(statement.verify(&unheaded).is_ok());
    // And it binds the content: another version, record or P is not what the entry commits to.
    let changes: [&dyn Fn(&mut Statement); 3] = [&|s| s.v += 1, &|s| s.record[0] ^= 1, &|s| {
        if let Evidence::Entry { p, .. } = &mut s.evidence {
            p[0] ^= 1;
        }
    }];
    for change in changes {
        let mut other = statement.clone();
        change(&mut other);
        assert_eq!(other.verify(&unheaded), Err(StatementError::OtherContent));
    }
}
