//! Finding, in public block data alone, an entry that a register has sealed and does not show.
//!
//! This computer holds the list key, so it knows where the next entry will stand. It reads the batches of the register from
//! any gateway, checked against the `data_hash` of verified headers, and compares here: nobody is asked for a label.
//! Being in a block proves nothing yet, so what is found is a reason to ask, shown as *withheld* without contents.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::cometbft::data_hash as root_of_txs;
use toend_ledger::gateway::BlockTxs;
use toend_ledger::hash::Hash;
use toend_ledger::list::{Class, ListKey};
use toend_ledger::merkle::EMPTY_ROOT;
use toend_ledger::state::{Key, Reg};
use toend_ledger::tx::{Op, Tx};

use super::held::Held;
use crate::network::keeper;
use crate::worker::Worker;
use toend_ledger::network::NetworkFile;

/// Blocks asked for at once.
const CHUNK: u32 = 256;
/// Blocks searched in one go while the register does not answer; the rest waits for the next.
const MOST: u64 = 8192;
/// Blocks searched in one go behind an answer that is good as far as it goes.
const MOST_BEHIND: u64 = 512;
/// How far beyond a list's end places are looked for: a register may leave a gap to hide what follows it.
const AHEAD: u64 = 64;
/// Entries noticed beyond the list's end.
const MAX_NOTICED: usize = 1000;

/// The register does not answer, or not well: searches all blocks since the last search.
pub async fn scan(worker: &Worker, network: &NetworkFile, held: &mut Held) {
    let Some(tip) = worker.head().map(|head| head.height()) else {
        return;
    };
    search(worker, network, held, tip, MOST).await;
}

/// The register answered: searches the blocks that its answer covers, for entries beyond a gap. The ladder proves that such
/// entries count for nobody; the person hears of them all the same.
pub async fn behind(worker: &Worker, network: &NetworkFile, held: &mut Held) {
    let end = held.judged.height;
    search(worker, network, held, end, MOST_BEHIND).await;
}

async fn search(worker: &Worker, network: &NetworkFile, held: &mut Held, end: u64, most: u64) {
    let Some(key) = held.judged.list_key.clone() else {
        return;
    };
    let register = held.place.register.number();
    let mut from = held.scanned_to + 1;
    let end = end.min(from.saturating_add(most));
    let mut places = BTreeMap::new();
    while from <= end {
        let count = CHUNK.min(u32::try_from(end - from + 1).unwrap_or(CHUNK));
        let Some((labels, to)) = chunk(worker, network, register, from, count).await else {
            return;
        };
        look_up(
            &key,
            held.judged.count,
            &labels,
            &mut places,
            &mut held.noticed,
        );
        held.scanned_to = to;
        from = to + 1;
    }
}

/// Notes the entries beyond the list's end whose label is among these.
fn look_up(
    key: &ListKey,
    count: u64,
    labels: &BTreeSet<Hash>,
    places: &mut BTreeMap<u64, Hash>,
    noticed: &mut Vec<u64>,
) {
    while noticed.len() < MAX_NOTICED {
        let last = noticed.last().copied().unwrap_or(count);
        for n in count + 1..=last + AHEAD {
            if let Entry::Vacant(place) = places.entry(n)
                && let Ok(Key::Entry { label, .. }) = key.entry_key(Class::Records, n)
            {
                place.insert(label);
            }
        }
        let found: Vec<u64> = places
            .iter()
            .filter(|(n, label)| labels.contains(*label) && !noticed.contains(n))
            .map(|(n, _)| *n)
            .collect();
        if found.is_empty() {
            return;
        }
        noticed.extend(found);
        noticed.sort_unstable();
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
    let (others, same): (Vec<_>, Vec<_>) = worker
        .providers()
        .into_iter()
        .partition(|provider| Some(provider.authority()) != own);
    for provider in others.into_iter().chain(same) {
        let Ok(blocks) = provider.block_txs(from, count).await else {
            continue;
        };
        if let Some(found) = read(
            |height| worker.known(height).map(|header| header.data_hash),
            register,
            from,
            &blocks,
        ) {
            return Some(found);
        }
    }
    None
}

/// Reads blocks as long as they follow each other and fit verified headers; `data_hash` gives what the header of a height says.
fn read(
    data_hash: impl Fn(u64) -> Option<Option<Hash>>,
    register: u16,
    from: u64,
    blocks: &[BlockTxs],
) -> Option<(BTreeSet<Hash>, u64)> {
    let mut labels = BTreeSet::new();
    let mut last = None;
    for (height, block) in (from..).zip(blocks) {
        let txs: Vec<&[u8]> = block.txs.iter().map(|tx| tx.0.as_slice()).collect();
        let expected = data_hash(height).map(|hash| hash.unwrap_or(EMPTY_ROOT));
        if block.height != height || expected != Some(root_of_txs(&txs)) {
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

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use toend_ledger::gateway::B64;
    use toend_ledger::tx::Batch;
    use toend_ledger::vrf::SecretKey;

    use super::*;

    const NET: Hash = [3; 32];

    fn key() -> ListKey {
        ListKey::new(NET, Reg(1), SecretKey::from_bytes([5; 32]))
    }

    fn label(n: u64) -> Hash {
        match key().entry_key(Class::Records, n).unwrap() {
            Key::Entry { label, .. } => label,
            _ => unreachable!("an entry's key"),
        }
    }

    /// A block in which a register seals entries at these labels.
    fn block(height: u64, reg: u16, labels: &[Hash]) -> (BlockTxs, Hash) {
        let ops = labels
            .iter()
            .map(|label| Op::Entry {
                label: *label,
                c: [7; 32],
            })
            .collect();
        let batch = Batch::signed(
            NET,
            Reg(reg),
            height,
            ops,
            &SigningKey::from_bytes(&[9; 32]),
        );
        let tx = batch.unwrap().encode();
        let hash = root_of_txs(&[&tx]);
        (
            BlockTxs {
                height,
                txs: vec![B64(tx)],
            },
            hash,
        )
    }

    #[test]
    fn fr_1_8_an_entry_the_register_hides_is_found_in_public_blocks() {
        let blocks = [
            block(21, 1, &[[1; 32]]),
            block(22, 1, &[label(15), [2; 32], label(16), label(19)]),
            block(23, 2, &[label(17)]),
        ];
        let hash = |height: u64| {
            let found = blocks.iter().find(|(block, _)| block.height == height);
            found.map(|(_, hash)| Some(*hash))
        };
        let given: Vec<BlockTxs> = blocks.iter().map(|(block, _)| block.clone()).collect();
        let (labels, to) = read(hash, 1, 21, &given).unwrap();
        assert_eq!(to, 23);
        let (mut noticed, mut places) = (Vec::new(), BTreeMap::new());
        look_up(&key(), 14, &labels, &mut places, &mut noticed);
        // Also beyond a gap; but 17 stands in another register's batch, so it is nothing of ours.
        assert_eq!(noticed, [15, 16, 19]);
        look_up(&key(), 14, &labels, &mut places, &mut noticed);
        assert_eq!(noticed, [15, 16, 19]);
    }

    #[test]
    fn blocks_that_do_not_fit_verified_headers_say_nothing() {
        let (good, hash) = block(21, 1, &[label(1)]);
        let blocks = std::slice::from_ref(&good);
        assert!(read(|_| Some(Some(hash)), 1, 21, blocks).is_some());
        assert!(read(|_| Some(Some([0; 32])), 1, 21, blocks).is_none());
        assert!(
            read(|_| Some(None), 1, 21, blocks).is_none(),
            "the header says: no transactions"
        );
        assert!(
            read(|_| None, 1, 21, blocks).is_none(),
            "the header is not verified yet"
        );
        assert!(
            read(|_| Some(Some(hash)), 1, 22, blocks).is_none(),
            "another block than asked for"
        );
    }
}
