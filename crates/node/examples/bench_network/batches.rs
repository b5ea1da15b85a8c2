//! Registers' batches, made as they are needed: entries with labels and commitments, and the least number of heads.

use ed25519_dalek::SigningKey;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::record::Flag;
use toend_ledger::state::Reg;
use toend_ledger::tx::{Batch, Op};

use crate::Failure;
use crate::chain::{Chain, NODES};
use crate::load::Source;

/// Heads of every batch: the least there may be where heads are padded.
pub const HEADS: u64 = 8;

/// A batch of a register.
pub fn batch(
    net: Hash,
    reg: Reg,
    number: u64,
    entries: u64,
    key: &SigningKey,
) -> Result<Vec<u8>, Failure> {
    let unique = |kind: &[u8], n: u64| {
        sha256(&[
            kind,
            &reg.0.to_be_bytes(),
            &number.to_be_bytes(),
            &n.to_be_bytes(),
        ])
    };
    let entry = |n| {
        let label = unique(b"label", n);
        Op::Entry {
            label,
            c: sha256(&[&label]),
        }
    };
    let head = |n| Op::Head {
        r: unique(b"head", n),
        v: 1,
        flag: Flag::Current,
        hd: net,
    };
    let ops = (0..entries)
        .map(entry)
        .chain((0..HEADS).map(head))
        .collect();
    Ok(Batch::signed(net, reg, number, ops, key)?.encode())
}

/// The batches of the registers, each handed in at its own authority; the fourth keeps none.
pub fn sources(chain: &Chain, entries: u64) -> Result<Vec<Source>, Failure> {
    let net = chain.net()?;
    let mut all = Vec::new();
    for node in 0..NODES {
        let Ok(key) = chain.key(node, "seal") else {
            all.push(Box::new(|| None) as Source);
            continue;
        };
        let mut number = 0;
        all.push(Box::new(move || {
            number += 1;
            batch(net, Reg(node + 1), number, entries, &key).ok()
        }) as Source);
    }
    Ok(all)
}
