//! The rules one by one: the cases of CometBFT's `light/verifier_test.go`, and the attacks of the format review, section 8.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::time::Duration;

use support::chain::{self, block, weighted};
use toend_ledger::cometbft::{BlockIdFlag, LightBlock, Time, ValidatorSet};
use toend_light_client::verify::{Reason, Trusted, Verdict, signers, verify, verify_self};
use toend_light_client::{Fraction, Options};

const CHAIN: &str = "TestVerifyHeaders";
const HOUR: i64 = 3600;

fn at(hours: i64) -> Time {
    Time::new(1_136_214_245 + hours * HOUR, 0).unwrap()
}

/// 20, 30, 40, 50: the first three do not exceed two thirds, the last three do.
fn four() -> ValidatorSet {
    weighted(&[(0, 20), (1, 30), (2, 40), (3, 50)])
}

fn trusted() -> LightBlock {
    block(CHAIN, 1, at(0), &four(), &four(), &[0, 1, 2, 3])
}

fn options(period_hours: u64, level: Fraction) -> Options {
    Options {
        trust_level: level,
        trusting_period: Duration::from_secs(period_hours * 3600),
        ..Options::default()
    }
}

fn judge_at(untrusted: &LightBlock, period_hours: u64, now: Time) -> Verdict {
    let trusted = trusted();
    verify(
        &Trusted::from_block(&trusted).unwrap(),
        untrusted,
        &options(period_hours, Fraction::ONE_THIRD),
        now,
    )
}

fn judge(untrusted: &LightBlock) -> Verdict {
    judge_at(untrusted, 3, at(2))
}

fn reason(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Invalid(reason) => reason.code(),
        other => other.name(),
    }
}

#[test]
fn adjacent_headers_as_in_cometbft() {
    let set = four();
    let all = [0, 1, 2, 3];
    let next = |time, signers: &[u64]| block(CHAIN, 2, time, &set, &set, signers);
    assert_eq!(
        reason(&judge(&trusted())),
        "HEIGHT_NOT_INCREASING",
        "0: the same header"
    );
    assert_eq!(
        reason(&judge(&block(
            "different-chainID",
            2,
            at(1),
            &set,
            &set,
            &all
        ))),
        "CHAIN_ID",
        "1"
    );
    assert_eq!(
        reason(&judge(&next(at(-1), &all))),
        "TIME_NOT_INCREASING",
        "2"
    );
    assert_eq!(reason(&judge(&next(at(3), &all))), "FROM_FUTURE", "3");
    let almost = Time::from_unix_nanos(at(2).unix_nanos() + 9_999_000_000).unwrap();
    assert_eq!(
        judge(&next(almost, &all)),
        Verdict::Success,
        "4: within the drift"
    );
    let exactly = Time::from_unix_nanos(at(2).unix_nanos() + 10_000_000_000).unwrap();
    assert_eq!(
        reason(&judge(&next(exactly, &all))),
        "FROM_FUTURE",
        "4b: the drift itself is too much"
    );
    assert_eq!(judge(&next(at(1), &all)), Verdict::Success, "5");
    assert_eq!(judge(&next(at(1), &[1, 2, 3])), Verdict::Success, "6");
    assert_eq!(reason(&judge(&next(at(1), &[3]))), "NOT_ENOUGH_SIGNED", "7");
    let other = weighted(&[(0, 10), (1, 11), (2, 12), (3, 13)]);
    assert_eq!(
        reason(&judge(&block(CHAIN, 2, at(1), &other, &set, &all))),
        "NOT_THE_NEXT_VALIDATORS",
        "8"
    );
    let mut swapped = next(at(1), &all);
    swapped.validator_set = other;
    assert_eq!(reason(&judge(&swapped)), "VALIDATORS_HASH", "9");
    assert_eq!(
        reason(&judge_at(&next(at(1), &all), 1, at(1))),
        "EXPIRED",
        "10"
    );
}

#[test]
fn non_adjacent_headers_as_in_cometbft() {
    let set = four();
    let skip = |height, set: &ValidatorSet, signers: &[u64]| {
        block(CHAIN, height, at(1), set, set, signers)
    };
    assert_eq!(judge(&skip(3, &set, &[0, 1, 2, 3])), Verdict::Success, "0");
    assert_eq!(judge(&skip(4, &set, &[1, 2, 3])), Verdict::Success, "1");
    assert_eq!(
        reason(&judge(&skip(5, &set, &[3]))),
        "NOT_ENOUGH_SIGNED",
        "2: 50 of 140 is trust enough, but no block"
    );
    let two_thirds = weighted(&[(1, 30), (2, 40), (3, 50)]);
    assert_eq!(
        judge(&skip(5, &two_thirds, &[1, 2, 3])),
        Verdict::Success,
        "3"
    );
    assert_eq!(
        judge(&skip(5, &weighted(&[(3, 50)]), &[3])),
        Verdict::Success,
        "4"
    );
    assert_eq!(
        reason(&judge(&skip(5, &weighted(&[(0, 20)]), &[0]))),
        "NOT_ENOUGH_TRUST",
        "5"
    );
}

#[test]
fn trust_levels_as_in_cometbft() {
    for (n, d, valid) in [
        (1, 1, true),
        (1, 3, true),
        (2, 3, true),
        (3, 3, true),
        (4, 5, true),
        (6, 5, false),
        (0, 1, false),
        (0, 0, false),
        (1, 0, false),
        (33, 100, false),
        (u64::MAX, u64::MAX, true),
    ] {
        assert_eq!(Fraction::new(n, d).is_ok(), valid, "{n}/{d}");
    }
    assert_eq!(Fraction::parse("2/3"), Ok(Fraction::TWO_THIRDS));
    assert!(
        ["", "2", "2/", "/3", "a/b", "-1/3", "1/4"]
            .iter()
            .all(|text| Fraction::parse(text).is_err())
    );
    // "More than", not "at least".
    assert!(!Fraction::TWO_THIRDS.is_exceeded(2, 3));
    assert!(Fraction::TWO_THIRDS.is_exceeded(3, 4));
    assert!(!Fraction::new(1, 1).unwrap().is_exceeded(5, 5));
}

/// Four equal authorities; at the default level.
fn four_authorities(signers: &[u64], own: &[u64]) -> Verdict {
    let trusted = chain::steady(1, 4).remove(0);
    let set = chain::set(own.iter().copied());
    let forged = block(chain::CHAIN, 50, chain::time(50), &set, &set, signers);
    verify(
        &Trusted::from_block(&trusted).unwrap(),
        &forged,
        &Options::default(),
        chain::time(51),
    )
}

#[test]
fn review_8_1_two_of_four_cannot_invent_a_set() {
    assert_eq!(
        reason(&four_authorities(&[0, 1, 77], &[0, 1, 77])),
        "NOT_ENOUGH_TRUST"
    );
    assert_eq!(
        four_authorities(&[0, 1, 2, 77], &[0, 1, 2, 77]),
        Verdict::Success,
        "three of four is more than two thirds"
    );
    // CometBFT's default would have let two of four through.
    let trusted = chain::steady(1, 4).remove(0);
    let set = chain::set([0, 1, 77]);
    let forged = block(chain::CHAIN, 50, chain::time(50), &set, &set, &[0, 1, 77]);
    let lax = Options {
        trust_level: Fraction::ONE_THIRD,
        ..Options::default()
    };
    assert_eq!(
        verify(
            &Trusted::from_block(&trusted).unwrap(),
            &forged,
            &lax,
            chain::time(51)
        ),
        Verdict::Success
    );
}

#[test]
fn review_8_3_the_end_of_the_trusting_period_is_too_late() {
    let blocks = chain::steady(2, 4);
    let trusted = Trusted::from_block(&blocks[0]).unwrap();
    let options = Options::default();
    let end =
        Time::from_unix_nanos(blocks[0].header().time.unix_nanos() + 14 * 86_400 * 1_000_000_000)
            .unwrap();
    let before = Time::from_unix_nanos(end.unix_nanos() - 1).unwrap();
    assert_eq!(
        verify(&trusted, &blocks[1], &options, before),
        Verdict::Success
    );
    assert_eq!(
        verify(&trusted, &blocks[1], &options, end),
        Verdict::Invalid(Reason::Expired(end))
    );
}

#[test]
fn review_8_6_garbage_after_the_early_exit_is_not_shown_as_signing() {
    let mut blocks = chain::steady(2, 4);
    blocks[1].signed_header.commit.signatures[3].signature = [1; 64];
    let trusted = Trusted::from_block(&blocks[0]).unwrap();
    // CometBFT and tendermint-rs both accept the block, so do we; but the fourth did not sign.
    assert_eq!(
        verify(&trusted, &blocks[1], &Options::default(), chain::time(3)),
        Verdict::Success
    );
    let seen = signers(&blocks[1]);
    assert_eq!(seen.signed.len(), 3);
    assert_eq!(
        seen.wrong,
        [blocks[1].validator_set.validators()[3].address]
    );
    assert_eq!((seen.signed_power, seen.total_power), (30, 40));
    // Before the exit it is fatal.
    blocks[1].signed_header.commit.signatures[0].signature = [1; 64];
    let verdict = verify(
        &Trusted::from_block(&blocks[0]).unwrap(),
        &blocks[1],
        &Options::default(),
        chain::time(3),
    );
    assert_eq!(verdict, Verdict::Invalid(Reason::BadSignature { index: 0 }));
}

#[test]
fn permuted_votes_are_refused_where_tendermint_rs_accepts_them() {
    let mut blocks = chain::steady(2, 4);
    blocks[1].signed_header.commit.signatures.swap(0, 1);
    let verdict = verify(
        &Trusted::from_block(&blocks[0]).unwrap(),
        &blocks[1],
        &Options::default(),
        chain::time(3),
    );
    assert_eq!(
        verdict,
        Verdict::Invalid(Reason::MisplacedSigner { index: 0 })
    );
}

#[test]
fn nil_votes_are_ignored_and_never_counted() {
    let mut blocks = chain::steady(2, 4);
    let commit = &mut blocks[1].signed_header.commit;
    commit.signatures[0].flag = BlockIdFlag::Nil;
    let verdict = |blocks: &[LightBlock]| {
        verify(
            &Trusted::from_block(&blocks[0]).unwrap(),
            &blocks[1],
            &Options::default(),
            chain::time(3),
        )
    };
    assert_eq!(verdict(&blocks), Verdict::Success, "three others signed");
    blocks[1].signed_header.commit.signatures[1].flag = BlockIdFlag::Nil;
    assert_eq!(reason(&verdict(&blocks)), "NOT_ENOUGH_SIGNED");
}

#[test]
fn a_block_by_itself() {
    let block = chain::steady(1, 4).remove(0);
    let options = Options::default();
    assert_eq!(verify_self(&block, chain::CHAIN, &options), Ok(()));
    assert_eq!(verify_self(&block, "other", &options), Err(Reason::ChainId));
    let mut few = block.clone();
    few.signed_header.commit = chain::commit(few.header(), 0, &few.validator_set, &[0, 1]);
    assert!(matches!(
        verify_self(&few, chain::CHAIN, &options),
        Err(Reason::NotEnoughSigned(_))
    ));
    let mut old = block;
    old.signed_header.header.version.block = 10;
    old.signed_header.commit = chain::commit(old.header(), 0, &old.validator_set, &[0, 1, 2, 3]);
    assert_eq!(
        verify_self(&old, chain::CHAIN, &options),
        Err(Reason::BlockProtocol { got: 10, want: 11 })
    );
}
