//! Lists of a block as one column of the database.

use toend_ledger::state::FaultKind;
use toend_state_machine::Misbehavior;

/// Bytes of one piece of evidence: kind u8, address 20, height u64, time u64.
const EVIDENCE: usize = 37;

/// Per transaction: length u32, bytes.
pub(super) fn pack(txs: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(txs.iter().map(|tx| tx.len() + 4).sum());
    for tx in txs {
        out.extend_from_slice(&(tx.len() as u32).to_be_bytes());
        out.extend_from_slice(tx);
    }
    out
}

pub(super) fn unpack(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut txs = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (tx, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        txs.push(tx.to_vec());
        bytes = rest;
    }
    Some(txs)
}

pub(super) fn pack_evidence(shown: &[Misbehavior]) -> Vec<u8> {
    let mut out = Vec::with_capacity(shown.len() * EVIDENCE);
    for one in shown {
        out.push(one.kind as u8);
        out.extend_from_slice(&one.address);
        out.extend_from_slice(&one.height.to_be_bytes());
        out.extend_from_slice(&one.time_ms.to_be_bytes());
    }
    out
}

pub(super) fn unpack_evidence(bytes: &[u8]) -> Option<Vec<Misbehavior>> {
    let (rows, rest) = bytes.as_chunks::<EVIDENCE>();
    if !rest.is_empty() {
        return None;
    }
    rows.iter()
        .map(|row| {
            let (kind, row) = row.split_first()?;
            let (address, row) = row.split_first_chunk()?;
            let (height, row) = row.split_first_chunk()?;
            let (time_ms, _) = row.split_first_chunk()?;
            Some(Misbehavior {
                kind: FaultKind::from_abci(i32::from(*kind)),
                address: *address,
                height: u64::from_be_bytes(*height),
                time_ms: u64::from_be_bytes(*time_ms),
            })
        })
        .collect()
}
