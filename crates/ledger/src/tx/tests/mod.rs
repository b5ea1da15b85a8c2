use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::genesis::demo::{self, Purpose};
use crate::hash::Hash;
use crate::record::Flag;
use crate::state::Reg;

mod decisions;

const NET: Hash = [1; 32];

fn seal(reg: u16) -> SigningKey {
    demo::signing_key(Purpose::Seal, reg)
}

fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

fn entry(n: u8) -> Op {
    Op::Entry {
        label: [n; 32],
        c: [n + 100; 32],
    }
}

fn every_op() -> Vec<Op> {
    vec![
        Op::Open {
            epoch: 1,
            o: [1; 32],
            k: [2; 32],
        },
        entry(1),
        Op::Head {
            r: [3; 32],
            v: 1,
            flag: Flag::Ended,
            hd: [4; 32],
        },
        Op::ListCreate {
            subject_hash: [5; 32],
        },
        Op::ListAppend {
            subject_hash: [5; 32],
            size_before: 0,
            c: [6; 32],
        },
        Op::ListAppend {
            subject_hash: [5; 32],
            size_before: 1,
            c: [7; 32],
        },
        Op::Covert {
            s: [8; 32],
            open_by: 9,
        },
        Op::CovertOpened { s: [8; 32] },
    ]
}

fn batch(reg: u16, ops: Vec<Op>) -> Batch {
    Batch::signed(NET, Reg(reg), 1, ops, &seal(reg)).unwrap()
}

#[test]
fn batches_read_back_and_verify() {
    let batch = batch(1, every_op());
    let bytes = Tx::Batch(batch.clone()).encode();
    assert_eq!(Tx::decode(&bytes), Ok(Tx::Batch(batch.clone())));
    assert_eq!(batch.verify(&public(&seal(1))), Ok(()));
    assert_eq!(batch.verify(&public(&seal(2))), Err(TxError::BadSignature));
    assert!(batch.signing_bytes().starts_with(b"toend/tx/v1\0\x01\x01"));
}

#[test]
fn operations_have_one_width_each() {
    let widths: Vec<_> = every_op().iter().map(|op| op.encode().len()).collect();
    assert_eq!(widths, [67, 65, 70, 33, 73, 73, 41, 33]);
}

#[test]
fn fr_1_3_a_batch_writes_under_its_own_register_only() {
    // Register 2 repeats register 1's label: another place, and register 1's stays free.
    let (a, b) = (batch(1, vec![entry(1)]), batch(2, vec![entry(1)]));
    assert_ne!(a.ops()[0].key(a.reg), b.ops()[0].key(b.reg));
    // Putting register 1's number into register 2's batch breaks its signature.
    let mut forged = b;
    forged.reg = Reg(1);
    assert_eq!(forged.verify(&public(&seal(1))), Err(TxError::BadSignature));
    assert_eq!(forged.verify(&public(&seal(2))), Err(TxError::BadSignature));
}

#[test]
fn operations_stand_in_order_and_once() {
    let sorted = batch(1, vec![entry(2), entry(1)]);
    assert_eq!(sorted.ops(), [entry(1), entry(2)]);
    let twice = vec![
        entry(1),
        Op::Entry {
            label: [1; 32],
            c: [9; 32],
        },
    ];
    assert_eq!(
        Batch::signed(NET, Reg(1), 1, twice, &seal(1)),
        Err(TxError::Order(1))
    );
    // The same in bytes: two operations exchanged.
    let bytes = sorted.encode();
    let start = bytes.len() - 64 - 2 * 65;
    let (first, second) = (
        bytes[start..start + 65].to_vec(),
        bytes[start + 65..start + 130].to_vec(),
    );
    let mut swapped = bytes.clone();
    swapped[start..start + 65].copy_from_slice(&second);
    swapped[start + 65..start + 130].copy_from_slice(&first);
    assert_eq!(Tx::decode(&swapped), Err(TxError::Order(1)));
    let mut repeated = bytes;
    repeated[start + 65..start + 130].copy_from_slice(&first);
    assert_eq!(Tx::decode(&repeated), Err(TxError::Order(1)));
}

#[test]
fn every_field_is_signed() {
    let honest = batch(1, vec![entry(1), entry(2)]);
    let key = public(&seal(1));
    let bytes = honest.encode();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        if let Ok(Tx::Batch(other)) = Tx::decode(&changed) {
            assert_eq!(other.verify(&key), Err(TxError::BadSignature), "byte {at}");
        }
    }
}

#[test]
fn fr_3_8_an_entry_and_a_head_of_one_record_share_nothing() {
    let (record, q) = ([1; 32], [2; 32]);
    let head = Op::Head {
        r: crate::record::record_key(Reg(1), &record),
        v: 1,
        flag: Flag::Current,
        hd: crate::record::head_commitment(&record, 1, &q),
    };
    let entry = Op::Entry {
        label: [3; 32],
        c: crate::commitment::entry_commitment(&[4; 32], &q),
    };
    let strings = |op: Op| -> std::collections::BTreeSet<Vec<u8>> {
        op.encode().windows(32).map(<[u8]>::to_vec).collect()
    };
    assert!(strings(head).is_disjoint(&strings(entry)));
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(
        Tx::decode(&vec![1; MAX_TX + 1]),
        Err(TxError::TooLong(MAX_TX + 1))
    );
    let many: Vec<Op> = (0u32..20_000)
        .map(|i| Op::Entry {
            label: crate::hash::sha256(&[&i.to_be_bytes()]),
            c: [0; 32],
        })
        .collect();
    assert!(matches!(
        Batch::signed(NET, Reg(1), 1, many, &seal(1)),
        Err(TxError::TooLong(_))
    ));
    // A count that promises more than the bytes hold.
    let mut bytes = batch(1, vec![entry(1)]).encode();
    bytes[44..46].copy_from_slice(&u16::MAX.to_be_bytes());
    assert!(matches!(
        Tx::decode(&bytes),
        Err(TxError::Layout(_) | TxError::UnknownKind(_) | TxError::Order(_))
    ));
}

#[test]
fn fr_9_1_batches_have_few_sizes() {
    let sizes: std::collections::BTreeSet<_> =
        (0..=8192).map(|real| bucket(real, 8).unwrap()).collect();
    assert_eq!(
        sizes.into_iter().collect::<Vec<_>>(),
        [8, 32, 128, 512, 2048, 8192]
    );
    assert_eq!(bucket(8193, 8), None);
    assert_eq!(bucket(1, 0), None);
    assert!(
        is_bucket(8, 8)
            && is_bucket(32, 8)
            && !is_bucket(0, 8)
            && !is_bucket(9, 8)
            && !is_bucket(4, 8)
    );
    // Batches of one size have one length.
    let length = |from: u8| {
        batch(1, (from..from + 8).map(entry).collect())
            .encode()
            .len()
    };
    assert_eq!(length(1), length(50));
    let largest = bucket(8192, 8).unwrap() * 65 + 8192 * 70;
    assert!(
        largest > MAX_TX / 2,
        "entries and heads of the largest bucket may need two ticks"
    );
}

#[test]
fn filings_read_back_and_verify() {
    let key = demo::signing_key(Purpose::Gateway, 2);
    let filing = Filing::signed(NET, 2, [7; 32], &key);
    let bytes = Tx::Filing(filing.clone()).encode();
    assert_eq!(bytes.len(), 2 + 32 + 2 + 32 + 64);
    assert_eq!(Tx::decode(&bytes), Ok(Tx::Filing(filing.clone())));
    assert_eq!(filing.verify(&public(&key)), Ok(()));
    let mut other = filing;
    other.gateway = 1;
    assert_eq!(other.verify(&public(&key)), Err(TxError::BadSignature));
}

#[test]
fn fr_5_9_signatures_are_verified_strictly() {
    // A key of small order verifies anything under lax rules; under strict ones nothing.
    let honest = batch(1, vec![entry(1)]);
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut forged = honest.clone();
    forged.signature = [0; 64];
    forged.signature[0] = 1;
    assert_eq!(forged.verify(&identity), Err(TxError::BadSignature));
    // s + q: the same signature with other bytes would be a second transaction.
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut malleable = honest;
    let mut carry = 0u16;
    for (byte, q) in malleable.signature[32..].iter_mut().zip(order) {
        carry += u16::from(*byte) + u16::from(q);
        *byte = carry as u8;
        carry >>= 8;
    }
    assert_eq!(
        malleable.verify(&public(&seal(1))),
        Err(TxError::BadSignature)
    );
}

#[test]
fn fr_1_2_operations_name_no_predecessor() {
    // A label, a commitment, and nothing that would link one entry to another.
    let Op::Entry { label: _, c: _ } = entry(1) else {
        panic!("an entry")
    };
    assert_eq!(entry(1).encode().len(), 1 + 32 + 32);
}

proptest! {
    #[test]
    fn decoding_never_panics_and_is_exact(kind in 0u8..5, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let bytes = [&[1, kind], bytes.as_slice()].concat();
        if let Ok(tx) = Tx::decode(&bytes) {
            prop_assert_eq!(tx.encode(), bytes);
        }
    }

    #[test]
    fn a_bent_batch_never_verifies(at in any::<proptest::sample::Index>(), bit in 0u8..8) {
        let honest = batch(1, every_op());
        let mut bytes = honest.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(Tx::Batch(other)) = Tx::decode(&bytes) {
            prop_assert!(other.verify(&public(&seal(1))).is_err());
        }
    }
}
