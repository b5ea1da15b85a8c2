//! Finding, in public block data alone, an entry that a register has sealed and does not show.
//!
//! This computer holds the list key, so it knows where the next entry will stand. It reads the batches of the register from
//! any gateway, checked against the `data_hash` of verified headers, and compares here: nobody is asked for a label.
//! Being in a block proves nothing yet, so what is found is a reason to ask, shown as *withheld* without contents.

use std::collections::BTreeSet;

use toend_ledger::cometbft::data_hash;
use toend_ledger::gateway::BlockTxs;
use toend_ledger::hash::Hash;
use toend_ledger::list::Class;
use toend_ledger::merkle::EMPTY_ROOT;
use toend_ledger::state::{Key, Reg};
use toend_ledger::tx::{Op, Tx};

use super::held::Held;
use crate::network::keeper;
use crate::worker::Worker;
use toend_ledger::network::NetworkFile;

/// Blocks asked for at once.
const CHUNK: u32 = 256;
/// Blocks searched in one go; the rest waits for the next.
const MOST: u64 = 8192;
/// Entries noticed beyond the list's end.
const MAX_NOTICED: usize = 1000;

/// Searches the blocks since the last search. Returns the indices of entries that were sealed and not shown.
pub async fn scan(worker: &Worker, network: &NetworkFile, held: &mut Held) {
    let Some(key) = held.judged.list_key.clone() else { return };
    let Some(tip) = worker.head().map(|head| head.height()) else { return };
    let register = held.place.register.number();
    let mut from = held.scanned_to.max(held.judged.height) + 1;
    let end = tip.min(from.saturating_add(MOST));
    while from <= end {
        let count = CHUNK.min(u32::try_from(end - from + 1).unwrap_or(CHUNK));
        let Some((labels, to)) = chunk(worker, network, register, from, count).await else { return };
        while held.noticed.len() < MAX_NOTICED {
            let n = held.judged.count + held.noticed.len() as u64 + 1;
            match key.entry_key(Class::Records, n) {
                Ok(Key::Entry { label, .. }) if labels.contains(&label) => held.noticed.push(n),
                _ => break,
            }
        }
        held.scanned_to = to;
        from = to + 1;
    }
}

/// Labels that a register's batches wrote in some blocks, and the last block that could be checked.
async fn chunk(
    worker: &Worker,
    network: &NetworkFile,
    register: u16,
    from: u64,
    count: u32,
) -> Option<(BTreeSet<Hash>, u64)> {
    let own = keeper(network, register);
    // Others first: a register that withholds would withhold here too.
    let (others, same): (Vec<_>, Vec<_>) =
        worker.providers().iter().partition(|provider| Some(provider.authority()) != own);
    for provider in others.into_iter().chain(same) {
        let Ok(blocks) = provider.block_txs(from, count).await else { continue };
        if let Some(found) = read(worker, register, from, &blocks) {
            return Some(found);
        }
    }
    None
}

/// Reads blocks as long as they follow each other and fit verified headers.
fn read(worker: &Worker, register: u16, from: u64, blocks: &[BlockTxs]) -> Option<(BTreeSet<Hash>, u64)> {
    let mut labels = BTreeSet::new();
    let mut last = None;
    for (height, block) in (from..).zip(blocks) {
        let txs: Vec<&[u8]> = block.txs.iter().map(|tx| tx.0.as_slice()).collect();
        let expected = worker.known(height).map(|header| header.data_hash.unwrap_or(EMPTY_ROOT));
        if block.height != height || expected != Some(data_hash(&txs)) {
            break;
        }
        for tx in txs {
            if let Ok(Tx::Batch(batch)) = Tx::decode(tx)
                && batch.reg == Reg(register)
            {
                labels.extend(batch.ops().iter().filter_map(|op| match op {
                    Op::Entry { label, .. } => Some(*label),
                    _ => None,
                }));
            }
        }
        last = Some(height);
    }
    last.map(|last| (labels, last))
}
