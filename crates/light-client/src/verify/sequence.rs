use std::thread;

use thiserror::Error;
use toend_ledger::cometbft::{Hash, Header, LightBlock, Time, hash_headers};

use super::signature::Batch;
use super::{Reason, Trusted, check_against_trusted, check_block, tally};
use crate::Options;

/// Votes checked in one equation; beyond this, larger batches gain little and cost memory.
pub const BATCH_VOTES: usize = 4096;
/// Blocks that make a second thread worth starting.
const BLOCKS_PER_THREAD: usize = 32;

/// How many threads verification may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// The caller's own only.
    One,
    /// As many as the machine offers.
    All,
}

impl Threads {
    /// Threads to start for work in pieces of at least `least`.
    pub(super) fn count(self, work: usize, least: usize) -> usize {
        let available = match self {
            Self::One => 1,
            Self::All => thread::available_parallelism().map_or(1, usize::from),
        };
        available.min(work / least.max(1)).max(1)
    }
}

/// Which block of a sequence is refused, and why. All before it are verified.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("block {index} of the sequence: {reason}")]
pub struct SequenceError {
    /// Place in the list, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
}

/// Verifies blocks that follow the trusted one and each other without a gap, every commit in full: the audit mode. Their
/// signatures are checked in batches across blocks; a wrong one is found and named.
pub fn verify_sequence(
    trusted: &Trusted<'_>,
    blocks: &[LightBlock],
    options: &Options,
    now: Time,
    threads: Threads,
) -> Result<(), SequenceError> {
    let count = threads.count(blocks.len(), BLOCKS_PER_THREAD);
    if count == 1 {
        return verify_piece(trusted, blocks, 0, options, now);
    }
    let size = blocks.len().div_ceil(count);
    let mut results: Vec<Result<(), SequenceError>> = Vec::with_capacity(count);
    thread::scope(|scope| {
        let pieces: Vec<_> = blocks
            .chunks(size)
            .enumerate()
            .map(|(i, piece)| {
                let first = i * size;
                // Each piece leans on the block before it. That block is only as good as the piece it belongs to, and
                // the whole counts only if all pieces do.
                let before = first.checked_sub(1).and_then(|last| blocks.get(last));
                scope.spawn(move || match before {
                    None => verify_piece(trusted, piece, first, options, now),
                    Some(before) => Trusted::from_block(before)
                        .map_err(|reason| SequenceError {
                            index: first - 1,
                            reason,
                        })
                        .and_then(|before| verify_piece(&before, piece, first, options, now)),
                })
            })
            .collect();
        results.extend(pieces.into_iter().map(|piece| match piece.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
    });
    // The first failing block is the one that counts: what leans on it means nothing.
    results.into_iter().find(Result::is_err).unwrap_or(Ok(()))
}

fn verify_piece(
    trusted: &Trusted<'_>,
    blocks: &[LightBlock],
    first: usize,
    options: &Options,
    now: Time,
) -> Result<(), SequenceError> {
    let headers: Vec<&Header> = blocks.iter().map(LightBlock::header).collect();
    let mut hashes = vec![[0; 32]; headers.len()];
    hash_headers(&headers, &mut hashes);
    let mut batch = Batch::default();
    let mut needed = Vec::new();
    let mut trusted = *trusted;
    for ((index, block), hash) in (first..).zip(blocks).zip(&hashes) {
        let rules = check_neighbour(&trusted, block, hash, options, now).and_then(|()| {
            needed.clear();
            tally::own_set(
                &block.signed_header.commit,
                &block.validator_set,
                &mut needed,
            )
        });
        if let Err(reason) = rules {
            // An earlier block's bad signature would come first.
            flush(&mut batch)?;
            return Err(SequenceError { index, reason });
        }
        for (place, key) in needed.drain(..) {
            batch.push(
                index,
                &block.signed_header.commit,
                &block.header().chain_id,
                place,
                key,
            );
        }
        if batch.len() >= BATCH_VOTES {
            flush(&mut batch)?;
        }
        trusted = Trusted {
            chain_id: trusted.chain_id,
            height: block.height(),
            time: block.header().time,
            next_validators_hash: block.header().next_validators_hash,
            skipping_set: &block.validator_set,
        };
    }
    flush(&mut batch)
}

fn check_neighbour(
    trusted: &Trusted<'_>,
    block: &LightBlock,
    hash: &Hash,
    options: &Options,
    now: Time,
) -> Result<(), Reason> {
    if trusted.height + 1 != block.height() {
        return Err(Reason::NotAdjacent);
    }
    check_block(block, hash, options)?;
    check_against_trusted(trusted, block.header(), options, now)
}

fn flush(batch: &mut Batch) -> Result<(), SequenceError> {
    batch.verify().map_err(|culprit| SequenceError {
        index: culprit.block,
        reason: Reason::BadSignature {
            index: culprit.signature,
        },
    })
}
