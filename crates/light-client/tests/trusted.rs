//! What may be relied on, and how it is come by.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::chain;
use toend_ledger::cometbft::{Header, LightBlock, Time};
use toend_light_client::Options;
use toend_light_client::report::{InputError, verify_json};
use toend_light_client::trusted::{
    AdvanceError, Checkpoint, NeighbourError, TrustError, TrustedBlock, VerifiedHeader,
    sealed_between, state_root_for,
};
use toend_light_client::verify::{Reason, Threads, Trusted, verify_sequence};

fn checkpoint(block: &LightBlock) -> Checkpoint {
    Checkpoint {
        chain_id: chain::CHAIN.into(),
        height: block.height(),
        header_hash: block.header().hash(),
        validators_hash: block.header().validators_hash,
    }
}

fn trust(block: &LightBlock) -> TrustedBlock {
    TrustedBlock::from_checkpoint(block.clone(), &checkpoint(block), &Options::default()).unwrap()
}

fn headers(blocks: &[LightBlock]) -> Vec<Header> {
    blocks.iter().map(|block| block.header().clone()).collect()
}

#[test]
fn a_checkpoint_names_exactly_one_block() {
    let blocks = chain::steady(3, 4);
    let options = Options::default();
    let good = checkpoint(&blocks[1]);
    let try_with = |block: &LightBlock, checkpoint: &Checkpoint| {
        TrustedBlock::from_checkpoint(block.clone(), checkpoint, &options).map(|_| ())
    };
    assert_eq!(try_with(&blocks[1], &good), Ok(()));
    assert_eq!(
        try_with(&blocks[2], &good),
        Err(TrustError::Height { got: 3, want: 2 })
    );
    assert_eq!(
        try_with(
            &blocks[1],
            &Checkpoint {
                header_hash: [1; 32],
                ..good.clone()
            }
        ),
        Err(TrustError::HeaderHash)
    );
    assert_eq!(
        try_with(
            &blocks[1],
            &Checkpoint {
                validators_hash: [1; 32],
                ..good.clone()
            }
        ),
        Err(TrustError::ValidatorsHash)
    );
    assert_eq!(
        try_with(
            &blocks[1],
            &Checkpoint {
                chain_id: "other".into(),
                ..good.clone()
            }
        ),
        Err(TrustError::Invalid(Reason::ChainId))
    );
    let mut unsigned = blocks[1].clone();
    unsigned.signed_header.commit =
        chain::commit(unsigned.header(), 0, &unsigned.validator_set, &[0]);
    assert!(matches!(
        try_with(&unsigned, &good),
        Err(TrustError::Invalid(Reason::NotEnoughSigned(_)))
    ));
}

#[test]
fn the_state_after_a_block_stands_in_the_next_header() {
    let blocks = chain::steady(5, 4);
    let tip = trust(&blocks[4]).header();
    let root = tip.state_root().unwrap();
    assert_eq!(
        (root.height(), root.hash().to_vec()),
        (4, blocks[4].header().app_hash.clone())
    );
    assert_eq!(state_root_for(4, &tip), Ok(root));
    for wrong in [0, 3, 5, 6, u64::MAX] {
        assert_eq!(
            state_root_for(wrong, &tip),
            Err(NeighbourError::WrongHeight {
                wanted: wrong,
                got: 5
            })
        );
    }
    let older = tip.older(headers(&blocks[..4]), 11, Threads::One).unwrap();
    let sealed = sealed_between(&older[3], &tip).unwrap();
    assert_eq!(sealed.not_before_ms(), blocks[3].header().time.millis());
    assert_eq!(sealed.not_after_ms(), blocks[4].header().time.millis());
    assert_eq!(
        sealed_between(&older[2], &tip),
        Err(NeighbourError::NotNeighbours)
    );
    assert_eq!(
        sealed_between(&tip, &older[3]),
        Err(NeighbourError::NotNeighbours)
    );
}

type Damage = fn(&mut Header);

#[test]
fn older_headers_hang_on_their_links() {
    let blocks = chain::steady(600, 4);
    let top = trust(&blocks[599]).header();
    let good = headers(&blocks[..599]);
    for threads in [Threads::One, Threads::All] {
        let verified = top.older(good.clone(), 11, threads).unwrap();
        assert_eq!(verified.len(), 599);
        assert!(
            verified
                .iter()
                .zip(&blocks)
                .all(|(v, b)| v.hash() == b.header().hash() && v.header() == b.header())
        );
        let damages: [(Damage, Reason); 6] = [
            (|h| h.app_hash[0] ^= 1, Reason::BrokenLink),
            (|h| h.data_hash = None, Reason::BrokenLink),
            (|h| h.chain_id.push('x'), Reason::ChainId),
            (|h| h.height += 1, Reason::NotAdjacent),
            (|h| h.time = chain::time(100_000), Reason::TimeNotDecreasing),
            (
                |h| h.version.block = 10,
                Reason::BlockProtocol { got: 10, want: 11 },
            ),
        ];
        for (damage, reason) in damages {
            for at in [0, 299, 300, 598] {
                let mut bad = good.clone();
                damage(&mut bad[at]);
                let error = top.older(bad, 11, threads).unwrap_err();
                assert_eq!((error.index, error.reason), (at, reason.clone()));
            }
        }
        let mut gap = good.clone();
        gap.remove(400);
        assert_eq!(
            top.older(gap, 11, threads).unwrap_err().reason,
            Reason::NotAdjacent
        );
        assert_eq!(top.older(Vec::new(), 11, threads), Ok(Vec::new()));
    }
}

#[test]
fn a_sequence_names_its_first_bad_block() {
    let blocks = chain::steady(200, 4);
    let trusted = Trusted::from_block(&blocks[0]).unwrap();
    let options = Options::default();
    let now = chain::time(201);
    for threads in [Threads::One, Threads::All] {
        let judge =
            |blocks: &[LightBlock]| verify_sequence(&trusted, &blocks[1..], &options, now, threads);
        assert_eq!(judge(&blocks), Ok(()));
        for at in [1, 2, 99, 100, 101, 199] {
            let mut bad = blocks.clone();
            bad[at].signed_header.commit.signatures[1].signature[9] ^= 1;
            let error = judge(&bad).unwrap_err();
            assert_eq!(
                (error.index + 1, error.reason),
                (at, Reason::BadSignature { index: 1 })
            );
            // A later fault of another kind does not hide it.
            if at < 199 {
                bad[at + 1].signed_header.header.chain_id = "other".into();
                assert_eq!(judge(&bad).unwrap_err().index + 1, at);
            }
        }
        let mut gap = blocks.clone();
        gap.remove(50);
        assert_eq!(judge(&gap).unwrap_err().reason, Reason::NotAdjacent);
    }
}

#[test]
fn trust_moves_up_and_tells_why_not() {
    let blocks = chain::extend(None, 9, 0, |height| (height..height + 5).collect());
    let now = chain::time(10);
    let options = Options::default();
    let root = trust(&blocks[0]);
    let next = root.advance(blocks[1].clone(), &options, now).unwrap();
    assert_eq!((next.height(), next.hash()), (2, blocks[1].header().hash()));
    assert!(matches!(
        root.advance(blocks[8].clone(), &options, now),
        Err(AdvanceError::NotEnoughTrust(_))
    ));
    assert!(matches!(
        next.advance(blocks[1].clone(), &options, now),
        Err(AdvanceError::Invalid(Reason::HeightNotIncreasing))
    ));
}

#[test]
fn what_was_kept_is_checked_for_damage() {
    let block = chain::steady(2, 4).remove(1);
    let options = Options::default();
    assert!(TrustedBlock::from_own_store(block.clone(), chain::CHAIN, &options).is_ok());
    let mut damaged = block.clone();
    damaged.signed_header.header.app_hash[3] ^= 4;
    assert_eq!(
        TrustedBlock::from_own_store(damaged.clone(), chain::CHAIN, &options),
        Err(TrustError::Invalid(Reason::HeaderHash))
    );
    let hash = block.header().hash();
    assert!(VerifiedHeader::from_own_store(block.header().clone(), &hash).is_ok());
    let kept = VerifiedHeader::from_own_store(damaged.header().clone(), &hash);
    assert_eq!(kept, Err(NeighbourError::Damaged));
}

#[test]
fn the_report_for_a_terminal() {
    let blocks = chain::extend(None, 9, 0, |height| (height..height + 5).collect());
    let json = |block: &LightBlock| serde_json::to_vec(block).unwrap();
    let now = chain::time(10);
    let options = Options::default();
    let judge = |from: usize, to: usize| {
        verify_json(&json(&blocks[from]), &json(&blocks[to]), now, &options).unwrap()
    };
    let good = judge(0, 1);
    assert_eq!(
        (good.verdict, good.exit_status(), good.reason),
        ("SUCCESS", 0, None)
    );
    let far = judge(0, 8);
    assert_eq!(
        (far.verdict, far.exit_status(), far.code),
        ("NOT_ENOUGH_TRUST", 3, Some("NOT_ENOUGH_TRUST"))
    );
    let back = judge(1, 0);
    assert_eq!(
        (back.verdict, back.exit_status(), back.code),
        ("INVALID", 1, Some("HEIGHT_NOT_INCREASING"))
    );
    let late = verify_json(
        &json(&blocks[0]),
        &json(&blocks[1]),
        Time::new(chain::START * 2, 0).unwrap(),
        &options,
    )
    .unwrap();
    assert_eq!(late.code, Some("EXPIRED"));

    // A sender's unreadable block is invalid; the user's unreadable block is a wrong use.
    for garbage in [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"{\"signed_header\":1}",
        &[0xff; 40],
    ] {
        let report = verify_json(&json(&blocks[0]), garbage, now, &options).unwrap();
        assert_eq!(
            (report.verdict, report.code, report.untrusted_height),
            ("INVALID", Some("UNREADABLE"), None)
        );
        assert!(matches!(
            verify_json(garbage, &json(&blocks[1]), now, &options),
            Err(InputError::Unreadable(_))
        ));
    }
    let mut inconsistent = blocks[0].clone();
    inconsistent.next_validator_set = Some(chain::set([50]));
    assert!(matches!(
        verify_json(&json(&inconsistent), &json(&blocks[1]), now, &options),
        Err(InputError::Inconsistent(Reason::TrustedInconsistent))
    ));

    // The trusted block of the model-based vectors has next validators only.
    let mut initial = serde_json::to_value(&blocks[0]).unwrap();
    for own in [Some(serde_json::Value::Null), None] {
        match own {
            Some(null) => initial["validator_set"] = null,
            None => drop(initial.as_object_mut().unwrap().remove("validator_set")),
        }
        let text = serde_json::to_vec(&initial).unwrap();
        let report = verify_json(&text, &json(&blocks[2]), now, &options).unwrap();
        assert_eq!(report.verdict, "SUCCESS");
    }

    // Without the next validators, neighbours still verify by hashes and skipping uses the set of the trusted header.
    let mut bare = blocks[0].clone();
    bare.next_validator_set = None;
    for (to, want) in [(1, "SUCCESS"), (2, "NOT_ENOUGH_TRUST")] {
        assert_eq!(
            verify_json(&json(&bare), &json(&blocks[to]), now, &options)
                .unwrap()
                .verdict,
            want
        );
    }
    assert_eq!(
        judge(0, 2).verdict,
        "SUCCESS",
        "four of the five announced validators signed height 3"
    );
}
