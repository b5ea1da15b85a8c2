//! Older headers by hash links: whoever trusts a header trusts the one it links to, and so on down. No signature and no
//! trusting period is involved, so a header years old is as good as the tip.

use std::thread;

use toend_ledger::cometbft::{BlockId, Hash, Header, Time, hash_headers};

use super::{Reason, SequenceError, Threads, predicates as p};

/// Headers that make a second thread worth starting.
const HEADERS_PER_THREAD: usize = 128;

/// The header that the newest of the older ones must link up to.
#[derive(Debug, Clone, Copy)]
pub struct Above<'a> {
    /// The chain that is followed.
    pub chain_id: &'a str,
    /// Height of the trusted header.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// The block it links to.
    pub last_block_id: Option<BlockId>,
}

impl<'a> Above<'a> {
    /// The link of a trusted header.
    pub fn of(header: &'a Header) -> Self {
        Self {
            chain_id: &header.chain_id,
            height: header.height,
            time: header.time,
            last_block_id: header.last_block_id,
        }
    }
}

/// Verifies headers of ascending, consecutive heights that end directly below `above`, and gives their hashes.
pub fn verify_backward(
    above: &Above<'_>,
    headers: &[Header],
    block_protocol: u64,
    threads: Threads,
) -> Result<Vec<Hash>, SequenceError> {
    let mut hashes = vec![[0; 32]; headers.len()];
    let count = threads.count(headers.len(), HEADERS_PER_THREAD);
    let size = headers.len().div_ceil(count).max(1);
    if count == 1 {
        verify_piece(above, headers, &mut hashes, 0, block_protocol)?;
        return Ok(hashes);
    }
    let mut results: Vec<Result<(), SequenceError>> = Vec::with_capacity(count);
    thread::scope(|scope| {
        let pieces: Vec<_> = headers
            .chunks(size)
            .zip(hashes.chunks_mut(size))
            .enumerate()
            .map(|(i, (piece, out))| {
                let first = i * size;
                // Each piece hangs on the header above it; the whole counts only if every piece does.
                let next = headers.get(first + piece.len()).map_or(*above, Above::of);
                scope.spawn(move || verify_piece(&next, piece, out, first, block_protocol))
            })
            .collect();
        results.extend(pieces.into_iter().map(|piece| match piece.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
    });
    // Trust comes from above, so the highest broken link is the one that counts.
    results
        .into_iter()
        .rev()
        .find(Result::is_err)
        .unwrap_or(Ok(()))
        .map(|()| hashes)
}

fn verify_piece(
    above: &Above<'_>,
    headers: &[Header],
    hashes: &mut [Hash],
    first: usize,
    block_protocol: u64,
) -> Result<(), SequenceError> {
    hash_headers(headers, hashes);
    let mut above = *above;
    for (offset, (header, hash)) in headers.iter().zip(hashes.iter()).enumerate().rev() {
        check(&above, header, hash, block_protocol).map_err(|reason| SequenceError {
            index: first + offset,
            reason,
        })?;
        above = Above::of(header);
    }
    Ok(())
}

fn check(
    above: &Above<'_>,
    header: &Header,
    hash: &Hash,
    block_protocol: u64,
) -> Result<(), Reason> {
    p::follows_block_protocol(header, block_protocol)?;
    p::is_of_chain(header, above.chain_id)?;
    if header.height.checked_add(1) != Some(above.height) {
        return Err(Reason::NotAdjacent);
    }
    if header.time >= above.time {
        return Err(Reason::TimeNotDecreasing);
    }
    if above.last_block_id.is_some_and(|id| id.hash == *hash) {
        Ok(())
    } else {
        Err(Reason::BrokenLink)
    }
}
