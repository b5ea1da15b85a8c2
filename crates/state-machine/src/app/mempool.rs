//! Before a block: which transactions wait, which are proposed, and which proposals are voted for.

use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::hash::{Hash, sha256};
use toend_ledger::state::Reg;
use toend_ledger::tx::{Batch, Tx};

use super::{App, TxResult};
use crate::limits::{BATCHES_WAITING, BLOCKS_OF_FILINGS_WAITING, GOVERNANCE_PER_PROPOSAL};
use crate::rules::{Outcome, decode};
use toend_ledger::code::Code;

/// The verdict on another validator's proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// To be voted for. Transactions in it may still fail.
    Accept,
    /// Not to be voted for, because of the first transaction at fault.
    Reject {
        /// Its index in the block; for a wrong height, 0.
        place: usize,
        /// What is wrong with it.
        code: Code,
    },
}

impl App {
    /// CheckTx: whether a transaction may wait for a block.
    ///
    /// A register may have several batches waiting, without gaps in their numbers; only the next one is tried against
    /// the state, the later ones for signature and size. A signature found good here is not checked again in the block.
    pub fn check_tx(&mut self, bytes: &[u8]) -> TxResult {
        let tx = match decode(&self.constants, self.version(), bytes) {
            Ok(tx) => tx,
            Err(code) => {
                return Outcome {
                    code,
                    asked: 0,
                    written: 0,
                }
                .into();
            }
        };
        let hash = sha256(&[bytes]);
        if let Tx::Batch(batch) = &tx {
            let next = self.foresee().next_batch(batch.reg).unwrap_or(0);
            if batch.number > next {
                return self.check_later_batch(batch, &hash, next).into();
            }
        }
        let outcome = self.foresee().apply_tx(&tx, &hash, 0);
        if outcome.code == Code::Ok {
            match &tx {
                Tx::Batch(batch) => self.note_batch(batch.reg, batch.number),
                Tx::Filing(filing) => {
                    let waiting = self.waiting.filings.entry(filing.gateway).or_default();
                    let most = BLOCKS_OF_FILINGS_WAITING * self.constants.filings_per_gateway;
                    // The engine forgets what it saw; one that waits is not counted again.
                    if !waiting.contains(&filing.f) && waiting.len() as u64 >= u64::from(most) {
                        return Outcome {
                            code: Code::QuotaExceeded,
                            ..outcome
                        }
                        .into();
                    }
                    waiting.insert(filing.f);
                }
                Tx::Governance(_) => {}
            }
        }
        outcome.into()
    }

    fn check_later_batch(&mut self, batch: &Batch, hash: &Hash, next: u64) -> Outcome {
        let waiting = self
            .waiting
            .next_batch
            .get(&batch.reg)
            .copied()
            .unwrap_or(0)
            .max(next);
        let result = match self.foresee().check_batch(batch, hash) {
            Ok(()) if batch.number > waiting || batch.number - next > BATCHES_WAITING => {
                Err(Code::BatchAhead)
            }
            other => other,
        };
        if result.is_ok() {
            self.note_batch(batch.reg, batch.number);
        }
        Outcome {
            code: result.err().unwrap_or(Code::Ok),
            asked: batch.ops().len(),
            written: 0,
        }
    }

    fn note_batch(&mut self, reg: Reg, number: u64) {
        let waiting = self.waiting.next_batch.entry(reg).or_insert(0);
        *waiting = (*waiting).max(number.saturating_add(1));
    }

    /// PrepareProposal: of the waiting transactions those that would take effect, in a useful order, at most
    /// `max_bytes` as they stand in a block.
    ///
    /// Decisions come first, then filings, whose number the quota bounds, one of each gateway in turns and in the order in
    /// which they came, then batches in turns, one of each register: no flood of a register or a gateway delays another's,
    /// no batch crowds out a filing, and no filing waits because later ones overtake it.
    pub fn prepare_proposal(&mut self, txs: Vec<Vec<u8>>, max_bytes: u64) -> Vec<Vec<u8>> {
        let (constants, version) = (self.constants.clone(), self.version());
        let mut round = self.foresee();
        let (mut waiting, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let mut filings: BTreeMap<u16, usize> = BTreeMap::new();
        for bytes in txs {
            let Ok(tx) = decode(&constants, version, &bytes) else {
                continue;
            };
            let hash = sha256(&[&bytes]);
            if !seen.insert(hash) {
                continue;
            }
            let turn = match &tx {
                Tx::Governance(_) => Turn::Governance(hash),
                Tx::Filing(filing) => {
                    let before = filings.entry(filing.gateway).or_insert(0);
                    let nth = *before;
                    *before += 1;
                    Turn::Filing {
                        nth,
                        gateway: filing.gateway,
                    }
                }
                Tx::Batch(batch) => {
                    let Some(next) = round.next_batch(batch.reg) else {
                        continue;
                    };
                    let Some(ahead) = batch.number.checked_sub(next) else {
                        continue;
                    };
                    Turn::Batch {
                        ahead,
                        reg: batch.reg,
                        hash,
                    }
                }
            };
            waiting.insert(turn, (hash, bytes, tx));
        }

        let (mut proposal, mut room, mut decisions) = (Vec::new(), max_bytes, 0);
        for (turn, (hash, bytes, tx)) in waiting {
            let size = size_in_block(bytes.len());
            if size > room
                || (matches!(turn, Turn::Governance(_)) && decisions == GOVERNANCE_PER_PROPOSAL)
            {
                continue;
            }
            let place = u32::try_from(proposal.len()).unwrap_or(u32::MAX);
            if round.apply_tx(&tx, &hash, place).code == Code::Ok {
                decisions += usize::from(matches!(turn, Turn::Governance(_)));
                room -= size;
                proposal.push(bytes);
            }
        }
        proposal
    }

    /// ProcessProposal: whether to vote for a block. One that holds bytes which are no transaction of this network,
    /// or that does not follow the last, is refused whole. Everything that depends on the state is left to
    /// FinalizeBlock, which reports it for each transaction.
    pub fn process_proposal(&self, height: u64, _time_ms: u64, txs: &[Vec<u8>]) -> Proposal {
        if height != self.height + 1 {
            return Proposal::Reject {
                place: 0,
                code: Code::Outdated,
            };
        }
        for (place, bytes) in txs.iter().enumerate() {
            if let Err(code) = decode(&self.constants, self.version(), bytes) {
                return Proposal::Reject { place, code };
            }
        }
        Proposal::Accept
    }
}

/// The order of a proposal. The hash tells transactions apart.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Governance(Hash),
    Filing { nth: usize, gateway: u16 },
    Batch { ahead: u64, reg: Reg, hash: Hash },
}

/// Bytes that a transaction takes in a block: CometBFT counts its protobuf field with tag and length.
fn size_in_block(length: usize) -> u64 {
    let length = length as u64;
    let length_bytes = u64::from((64 - length.max(1).leading_zeros()).div_ceil(7));
    length + 1 + length_bytes
}

#[cfg(test)]
mod tests {
    use super::size_in_block;

    #[test]
    fn sizes_are_those_of_a_protobuf_field() {
        for (length, size) in [
            (0, 2),
            (1, 3),
            (127, 129),
            (128, 131),
            (16_383, 16_386),
            (16_384, 16_388),
        ] {
            assert_eq!(size_in_block(length), size, "{length}");
        }
    }
}
