//! The transactions, each with the code that refuses it.

use ed25519_dalek::SigningKey;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::list::pop_alpha;
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::tx::{Action, Batch, Filing, Governance, MAX_TX, Op};
use toend_ledger::vrf::SecretKey;
use toend_state_machine::Code;

use crate::common::{commitment, filing};
use crate::engine::START;

/// So many entries and heads under labels that begin with `first`.
fn filler(first: u8, entries: u8, heads: u8) -> Vec<Op> {
    let at = |kind: u8, i: u8| {
        let mut id = [first; 32];
        id[..2].copy_from_slice(&[kind, i]);
        id
    };
    let entries = (0..entries).map(|i| Op::Entry {
        label: at(1, i),
        c: [7; 32],
    });
    let heads = (0..heads).map(|i| Op::Head {
        r: at(2, i),
        v: 1,
        flag: Flag::Current,
        hd: [7; 32],
    });
    entries.chain(heads).collect()
}

fn batch(number: u64, ops: Vec<Op>) -> Vec<u8> {
    Batch::signed(
        demo::net(),
        Reg(1),
        number,
        ops,
        &demo::signing_key(Purpose::Seal, 1),
    )
    .unwrap()
    .encode()
}

/// The next batch with one more operation, of allowed sizes.
pub fn with(op: Op) -> Vec<u8> {
    let (entries, heads) = match op {
        Op::Entry { .. } => (7, 8),
        Op::Head { .. } => (8, 7),
        _ => (8, 8),
    };
    batch(3, [filler(0x99, entries, heads), vec![op]].concat())
}

pub fn decision(action: &Action, signers: u16) -> Vec<u8> {
    let keys: Vec<SigningKey> = (0..signers)
        .map(|i| demo::signing_key(Purpose::Governance, i))
        .collect();
    let keys: Vec<(u16, &SigningKey)> = (0..).zip(&keys).collect();
    Governance::signed(demo::net(), *action, &keys)
        .unwrap()
        .encode()
}

pub fn public(purpose: Purpose, i: u16) -> [u8; 32] {
    demo::signing_key(purpose, i).verifying_key().to_bytes()
}

fn epoch(epoch: u16, shown: u16) -> Action {
    let secret = SecretKey::from_bytes([9; 32]);
    Action::Epoch {
        reg: Reg(1),
        epoch,
        vrf_key: secret.public(),
        possession: secret
            .prove(&pop_alpha(&demo::net(), Reg(1), shown))
            .unwrap(),
    }
}

const fn authority(serial: u32, governance_key: [u8; 32]) -> Action {
    Action::Authority {
        authority: 0,
        serial,
        governance_key,
    }
}

const COVERT: [u8; 32] = [0xc0; 32];
const LIST: [u8; 32] = [0x13; 32];
const ENDED: [u8; 32] = [0xe0; 32];
const OPENED: [u8; 32] = [0x10; 32];

/// What the two blocks before hold.
pub fn before() -> [Vec<Vec<u8>>; 2] {
    let first = [
        filler(0x11, 8, 7),
        vec![
            Op::Head {
                r: ENDED,
                v: 1,
                flag: Flag::Ended,
                hd: [7; 32],
            },
            Op::Open {
                epoch: 1,
                o: OPENED,
                k: [8; 32],
            },
            Op::ListCreate { subject_hash: LIST },
            Op::Covert {
                s: COVERT,
                open_by: (START as u64 + 1000) * 1000,
            },
        ],
    ];
    let second = [filler(0x22, 8, 8), vec![Op::CovertOpened { s: COVERT }]];
    [
        vec![batch(1, first.concat())],
        vec![batch(2, second.concat())],
    ]
}

/// One case: what, the transaction, its code, and whether every node refuses a whole proposal for it.
pub type Case = (&'static str, Vec<u8>, Code, bool);

/// What is wrong with the bytes, the network or the signatures.
pub fn forms() -> Vec<Case> {
    let (net, f) = (demo::net(), commitment(1));
    let gateway = demo::signing_key(Purpose::Gateway, 0);
    let seal = demo::signing_key(Purpose::Seal, 1);
    let of = |reg| Batch::signed(net, Reg(reg), 3, filler(0x99, 8, 8), &seal).unwrap();
    let mut unsigned = filing(0, 1);
    let at = unsigned.len() - 64;
    unsigned[at..].fill(0);
    let mut weak = decision(&epoch(2, 2), 3);
    weak[39..71].fill(0);
    vec![
        ("empty", vec![], Code::Malformed, true),
        ("nonsense", vec![0xff; 100], Code::Malformed, true),
        (
            "cut short",
            filing(0, 1)[..50].to_vec(),
            Code::Malformed,
            true,
        ),
        (
            "left-over bytes",
            [filing(0, 1), vec![0]].concat(),
            Code::Malformed,
            true,
        ),
        ("oversized", vec![1; MAX_TX + 1], Code::Oversized, true),
        (
            "another network's",
            Filing::signed([9; 32], 0, f, &gateway).encode(),
            Code::WrongNet,
            true,
        ),
        ("no key", weak, Code::WeakKey, true),
        (
            "no register's",
            of(77).encode(),
            Code::UnknownRegister,
            false,
        ),
        (
            "another register's",
            of(2).encode(),
            Code::BadSignature,
            false,
        ),
        (
            "no gateway's",
            Filing::signed(net, 77, f, &gateway).encode(),
            Code::UnknownGateway,
            false,
        ),
        (
            "another gateway's",
            Filing::signed(net, 1, f, &gateway).encode(),
            Code::BadSignature,
            false,
        ),
        ("unsigned", unsigned, Code::BadSignature, false),
    ]
}

/// What a register may not seal.
pub fn batches() -> Vec<Case> {
    let head = |r, v| Op::Head {
        r,
        v,
        flag: Flag::Current,
        hd: [7; 32],
    };
    let append = |subject_hash, size_before| Op::ListAppend {
        subject_hash,
        size_before,
        c: [7; 32],
    };
    let covert = |s| Op::Covert {
        s,
        open_by: (START as u64 + 1000) * 1000,
    };
    let twice = [
        filler(0x99, 8, 8),
        vec![covert([1; 32]), Op::CovertOpened { s: [1; 32] }],
    ];
    let opened = |epoch, o| Op::Open {
        epoch,
        o,
        k: [8; 32],
    };
    let Op::Entry { label: taken, .. } = filler(0x11, 1, 0)[0] else {
        panic!("an entry");
    };
    let entry = Op::Entry {
        label: taken,
        c: [9; 32],
    };
    let cases = [
        ("replayed", before()[0][0].clone(), Code::BatchReplayed),
        (
            "far ahead",
            batch(100_000, filler(0x99, 8, 8)),
            Code::BatchAhead,
        ),
        (
            "seven entries",
            batch(3, filler(0x99, 7, 8)),
            Code::EntryBucket,
        ),
        (
            "seven heads",
            batch(3, filler(0x99, 8, 7)),
            Code::HeadBucket,
        ),
        (
            "one place twice",
            batch(3, twice.concat()),
            Code::WrittenTwice,
        ),
        (
            "an epoch to come",
            with(opened(2, [1; 32])),
            Code::EpochNotCurrent,
        ),
        ("a list twice", with(opened(1, OPENED)), Code::AlreadyOpen),
        ("a label used before", with(entry), Code::EntryExists),
        (
            "a version skipped",
            with(head([1; 32], 2)),
            Code::VersionSkipped,
        ),
        ("after the end", with(head(ENDED, 2)), Code::RecordEnded),
        (
            "a public list twice",
            with(Op::ListCreate { subject_hash: LIST }),
            Code::ListExists,
        ),
        ("into no list", with(append([1; 32], 0)), Code::ListMissing),
        ("at another size", with(append(LIST, 1)), Code::ListSize),
        (
            "a covert access twice",
            with(covert(COVERT)),
            Code::CovertExists,
        ),
        (
            "opened and not there",
            with(Op::CovertOpened { s: [1; 32] }),
            Code::CovertMissing,
        ),
        (
            "opened twice",
            with(Op::CovertOpened { s: COVERT }),
            Code::CovertOpened,
        ),
    ];
    cases
        .into_iter()
        .map(|(what, tx, code)| (what, tx, code, false))
        .collect()
}

/// What the authorities may not decide.
pub fn decisions() -> Vec<Case> {
    let validator = |authority, pub_key, power| Action::Validator {
        authority,
        serial: 1,
        pub_key,
        power,
    };
    let fresh = SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes();
    // The neutral element: on the curve, and of order one.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let cases = [
        (
            "two of four",
            authority(1, fresh),
            2,
            Code::TooFewSignatures,
        ),
        ("another moment's", authority(2, fresh), 3, Code::Outdated),
        (
            "a key of small order",
            authority(1, neutral),
            3,
            Code::WeakKey,
        ),
        (
            "another's key",
            authority(1, public(Purpose::Governance, 1)),
            3,
            Code::KeyInUse,
        ),
        ("a key not possessed", epoch(2, 3), 3, Code::NotPossessed),
        ("an epoch skipped", epoch(5, 5), 3, Code::EpochSequence),
        (
            "no authority's",
            validator(9, fresh, 10),
            3,
            Code::UnknownAuthority,
        ),
        (
            "most of the power",
            validator(0, public(Purpose::Consensus, 0), 1000),
            3,
            Code::ChangeTooGreat,
        ),
        (
            "a period skipped",
            Action::Right {
                reg: Reg(3),
                schema: 3001,
                period: 3,
                authority: 2,
                begins: true,
            },
            3,
            Code::RightSequence,
        ),
        (
            "rules with the next block",
            Action::Upgrade {
                serial: 1,
                version: 2,
                height: 4,
            },
            3,
            Code::RulesSequence,
        ),
    ];
    cases
        .into_iter()
        .map(|(what, action, signers, code)| (what, decision(&action, signers), code, false))
        .collect()
}
