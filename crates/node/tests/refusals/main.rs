//! Every way to be refused: one transaction for each code, handed to the application through its socket by an engine that
//! puts it into a block all the same. `CheckTx`, `ProcessProposal` and `FinalizeBlock` say the same, and nothing changes.
#![allow(clippy::unwrap_used)]

mod cases;
#[path = "../common/mod.rs"]
mod common;
mod engine;

use std::collections::BTreeSet;

use cases::{batches, before, decision, decisions, forms, public, with};
use common::filing;
use ed25519_dalek::SigningKey;
use engine::{Engine, SCHEDULE, block, time};
use tendermint_proto::v0_38::abci::{
    Misbehavior, RequestFinalizeBlock, RequestInfo, RequestProcessProposal, Validator, request,
    response, response_process_proposal::ProposalStatus,
};
use toend_ledger::cometbft::address_of;
use toend_ledger::genesis::FILINGS_PER_GATEWAY;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::state::{FaultKind, FaultValue, Key, Reg};
use toend_ledger::tx::{Action, Op};
use toend_node::abci::{Application, ApplicationError};
use toend_state_machine::limits::{BLOCKS_OF_FILINGS_WAITING, RULES, RULES_WITHOUT_REPLAYS};
use toend_state_machine::{Code, UnknownRules};

/// Version of the rules that the demonstration's genesis begins with.
const FIRST: u64 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn every_code_is_given_in_every_call_though_the_proposer_insists() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start(folder.path(), FIRST).await;
    for (height, txs) in (1..).zip(before()) {
        let done = engine.decide(block(height, &txs)).await;
        assert_eq!(done.tx_results[0].code, 0, "{}", done.tx_results[0].log);
    }
    let cases = [forms(), batches(), decisions()].concat();
    let mut seen = BTreeSet::new();
    for (what, tx, code, whole) in &cases {
        seen.insert(*code);
        assert_eq!(engine.check(tx).await, code.number(), "CheckTx: {what}");
        let wanted = if *whole {
            ProposalStatus::Reject
        } else {
            ProposalStatus::Accept
        };
        let txs = [filing(0, 5), tx.clone()];
        assert_eq!(engine.process(3, &txs).await, wanted, "{what}");
        assert_eq!(engine.prepare(3, tx).await, 0, "PrepareProposal: {what}");
    }

    // Before a block its time is not known, so that only the block itself can say this.
    let late = with(Op::Covert {
        s: [1; 32],
        open_by: 1,
    });
    assert_eq!(engine.check(&late).await, 0);
    let mut txs: Vec<Vec<u8>> = cases.iter().map(|(_, tx, ..)| tx.clone()).collect();
    let mut codes: Vec<Code> = cases.iter().map(|(.., code, _)| *code).collect();
    txs.push(late);
    codes.push(Code::CovertPeriod);
    let all = engine.finalize(block(3, &txs)).await;
    for (i, (result, code)) in all.tx_results.iter().zip(&codes).enumerate() {
        let what = cases
            .get(i)
            .map_or("a covert access too late", |case| case.0);
        assert_eq!(result.code, code.number(), "FinalizeBlock: {what}");
        assert_eq!(result.codespace, "toend");
    }
    let none = engine.finalize(block(3, &[])).await;
    assert_eq!(
        all.app_hash, none.app_hash,
        "a refused transaction changed the state"
    );

    // One gateway's share: of a block, and of what may wait for one.
    let flood: Vec<Vec<u8>> = (0..=u64::from(FILINGS_PER_GATEWAY))
        .map(|n| filing(2, 1000 + n))
        .collect();
    let done = engine.finalize(block(3, &flood)).await;
    let results: Vec<u32> = done.tx_results.iter().map(|result| result.code).collect();
    assert_eq!(results.iter().filter(|code| **code == 0).count(), 64);
    assert_eq!(results.last(), Some(&Code::QuotaExceeded.number()));
    for n in 0..u64::from(BLOCKS_OF_FILINGS_WAITING * FILINGS_PER_GATEWAY) {
        assert_eq!(engine.check(&filing(2, 2000 + n)).await, 0);
    }
    assert_eq!(
        engine.check(&filing(2, 9000)).await,
        Code::QuotaExceeded.number()
    );
    assert_eq!(engine.check(&filing(1, 9000)).await, 0, "another gateway's");

    seen.extend([Code::CovertPeriod, Code::QuotaExceeded, Code::FilingStands]);
    // Not of the real network: what the one-process network says, and what cannot be.
    seen.extend([
        Code::Ok,
        Code::FixedRules,
        Code::FixedValidators,
        Code::Internal,
    ]);
    assert_eq!(
        seen,
        Code::ALL.iter().copied().collect(),
        "a code is not tested"
    );
    assert!(engine.failure.try_recv().is_err());
}

/// From version 3 of the rules on, blocks say it too; what waits and what is proposed is strict from the beginning.
#[tokio::test(flavor = "multi_thread")]
async fn what_took_effect_is_refused_in_every_call_when_it_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start(folder.path(), RULES).await;
    let old = filing(1, 1);
    let done = engine.decide(block(1, std::slice::from_ref(&old))).await;
    assert_eq!(done.tx_results[0].code, 0);
    let stands = Code::FilingStands.number();
    assert_eq!(engine.check(&old).await, stands);
    assert_eq!(engine.prepare(2, &old).await, 0);
    let done = engine.finalize(block(2, std::slice::from_ref(&old))).await;
    assert_eq!(done.tx_results[0].code, 0, "as blocks of version 1 say");

    let mut height: i64 = 2;
    for version in FIRST + 1..=RULES_WITHOUT_REPLAYS {
        let upgrade = Action::Upgrade {
            serial: u32::try_from(version - FIRST).unwrap(),
            version,
            height: (height + 2).cast_unsigned(),
        };
        let done = engine.decide(block(height, &[decision(&upgrade, 3)])).await;
        assert_eq!(done.tx_results[0].code, 0, "{}", done.tx_results[0].log);
        engine.decide(block(height + 1, &[])).await;
        height += 2;
    }
    let key = |n| SigningKey::from_bytes(&[n; 32]).verifying_key().to_bytes();
    let keys = |serial, seal_key| Action::Keys {
        reg: Reg(2),
        serial,
        seal_key,
        answer_key: key(9),
    };
    // Back to the first of the two: then the second decision must not come again.
    let decisions = [(1, 1), (2, 2), (3, 1)].map(|(n, seal)| decision(&keys(n, key(seal)), 3));
    let mut cases = vec![
        (filing(1, 2), Code::FilingStands),
        (before()[0][0].clone(), Code::BatchReplayed),
    ];
    cases.extend(decisions.map(|tx| (tx, Code::Outdated)));
    let txs: Vec<Vec<u8>> = cases.iter().map(|(tx, _)| tx.clone()).collect();
    let done = engine.decide(block(height, &txs)).await;
    for result in &done.tx_results {
        assert_eq!(result.code, 0, "{}", result.log);
    }
    height += 1;
    cases.push((old, Code::FilingStands));
    for (tx, code) in &cases {
        assert_eq!(engine.check(tx).await, code.number());
        assert_eq!(engine.prepare(height, tx).await, 0);
    }
    let txs: Vec<Vec<u8>> = cases.iter().map(|(tx, _)| tx.clone()).collect();
    let all = engine.finalize(block(height, &txs)).await;
    for (result, (_, code)) in all.tx_results.iter().zip(&cases) {
        assert_eq!(result.code, code.number());
    }
    let none = engine.finalize(block(height, &[])).await;
    assert_eq!(all.app_hash, none.app_hash);
    engine.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_in_a_block_survives_a_restart_before_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let address = address_of(&public(Purpose::Consensus, 2));
    let shown = |kind, address: [u8; 20]| Misbehavior {
        r#type: kind,
        validator: Some(Validator {
            address: address.to_vec().into(),
            power: 10,
        }),
        height: 1,
        time: Some(time(1)),
        total_voting_power: 40,
    };
    let evil = RequestFinalizeBlock {
        misbehavior: vec![shown(1, address), shown(2, address), shown(1, [9; 20])],
        ..block(2, &[])
    };
    let mut engine = Engine::start(folder.path(), FIRST).await;
    engine.decide(block(1, &[])).await;
    let root = engine.decide(evil).await.app_hash;
    engine.end().await;
    let application = Application::open(&demo::genesis_bytes(), folder.path(), SCHEDULE).unwrap();
    let found = application.query(&Key::Fault(2).encode(), 2).unwrap();
    let value = FaultValue::decode(&found.value.unwrap()).unwrap();
    assert_eq!(
        (value.count, value.first.kind, value.last.kind),
        (2, FaultKind::DuplicateVote, FaultKind::LightClientAttack)
    );
    assert_eq!((value.first.height, value.first.at.height), (1, 2));
    let info = application
        .answer(request::Value::Info(RequestInfo {
            version: "0.38.25".to_owned(),
            ..RequestInfo::default()
        }))
        .unwrap();
    let response::Value::Info(info) = info else {
        panic!("{info:?}");
    };
    assert_eq!(info.last_block_app_hash, root);
    for innocent in [0, 1, 3] {
        let found = application
            .query(&Key::Fault(innocent).encode(), 2)
            .unwrap();
        assert_eq!(found.value, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_the_decided_rules_ends_before_their_block() {
    let upgrade = decision(
        &Action::Upgrade {
            serial: 1,
            version: FIRST + 1,
            height: 4,
        },
        3,
    );
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut older = Engine::start(old.path(), FIRST).await;
    let mut newer = Engine::start(new.path(), FIRST + 1).await;
    for (height, txs) in [(1, vec![]), (2, vec![upgrade]), (3, vec![])] {
        let done = newer.decide(block(height, &txs)).await;
        let told = done
            .consensus_param_updates
            .and_then(|params| params.version);
        assert_eq!(
            told.map(|version| version.app),
            (height == 3).then_some(FIRST + 1),
            "the header of block 4 is the first to bear the version"
        );
        assert_eq!(
            older.decide(block(height, &txs)).await.app_hash,
            done.app_hash
        );
    }
    let unknown = UnknownRules {
        height: 4,
        version: FIRST + 1,
        known: FIRST,
    };
    // It neither proposes nor votes, let alone executes.
    let asked = RequestProcessProposal {
        height: 4,
        ..RequestProcessProposal::default()
    };
    let answer = older.ask(request::Value::ProcessProposal(asked)).await;
    assert!(matches!(answer, response::Value::Exception(_)));
    assert_eq!(older.failure.recv().await, Some(unknown.into()));
    older.end().await;
    let again = Application::open_knowing(&demo::genesis_bytes(), old.path(), SCHEDULE, FIRST);
    assert_eq!(again.unwrap_err(), unknown.into());
    newer.decide(block(4, &[])).await;
    newer.end().await;
    // What newer rules wrote is nothing for an older program.
    let refused = Application::open_knowing(&demo::genesis_bytes(), new.path(), SCHEDULE, FIRST);
    assert!(matches!(refused, Err(ApplicationError::Rules(_))));
}
