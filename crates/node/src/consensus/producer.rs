//! Makes one block after the other; used by the block loop alone.

use std::time::Instant;

use toend_ledger::cometbft::{
    BlockId, Commit, LightBlock, SignedHeader, Time, TxOutcome, results_hash,
};
use toend_ledger::hash::sha256;

use super::bft_time::vote_time;
use super::block::Block;
use super::chain::{ChainError, ChainState};
use super::mempool::Mempool;
use super::network::{NetworkError, Tip};
use super::plan::{Clock, Plan};
use super::replica::Replica;
use super::signer::{SignError, Signer};
use crate::storage::{Reader, Sealed, StorageError, TxRecord, Writer};

/// Room a block needs beside its transactions, in bytes: header, commit, framing.
const BLOCK_OVERHEAD: usize = 4096;

/// Why a block could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// The chain state is unusable.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A validator refused to sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The application refused the block, or did not answer every transaction.
    #[error("the application failed: {0}")]
    Application(String),
}

/// The proposer, its three fellow validators and their disk.
pub struct Producer {
    chain: ChainState,
    signers: Vec<Signer>,
    writer: Writer,
    clock: Clock,
    last_made: Instant,
}

impl Producer {
    /// Takes up where the disk leaves off, or at the genesis file.
    pub fn load(
        plan: &Plan,
        mut writer: Writer,
        reader: &Reader,
    ) -> Result<(Self, Replica), NetworkError> {
        let now = plan.clock.now();
        if now < plan.genesis_time {
            return Err(NetworkError::ClockBeforeGenesis);
        }
        let inconsistent = |error: String| NetworkError::Inconsistent(error);
        let (first, changes) = Replica::genesis(plan).map_err(inconsistent)?;
        let start = ChainState::genesis(
            plan.chain_id().to_owned(),
            plan.params,
            plan.genesis_time,
            &plan.validators,
            first.info().1,
        )
        .map_err(|error| NetworkError::Inconsistent(error.to_string()))?;

        let height = reader.height()?;
        let (chain, replica) = if height == 0 {
            writer.genesis(&changes)?;
            (start, first)
        } else {
            let row = reader
                .block(height)?
                .ok_or_else(|| NetworkError::Inconsistent(format!("block {height} is missing")))?;
            if row.header.hash() != row.id.hash
                || row.header.height != height
                || row.header.chain_id != plan.chain_id()
            {
                return Err(NetworkError::Inconsistent(format!(
                    "block {height} is not what its hash says"
                )));
            }
            let results = reader.results(height)?.unwrap_or_default();
            let replica = Replica::restore(plan, reader.state()?, height, row.app_hash)
                .map_err(inconsistent)?;
            let chain = start
                .resume(
                    &row.header,
                    row.id,
                    row.commit,
                    &row.validators,
                    row.app_hash,
                    outcome_hash(&results),
                )
                .map_err(|error| NetworkError::Inconsistent(error.to_string()))?;
            (chain, replica)
        };
        let decided = chain.decided();
        let signers = plan
            .secrets()
            .map(|secret| Signer::new(secret, decided))
            .collect();
        let clock = plan.clock.clone();
        Ok((
            Self {
                chain,
                signers,
                writer,
                clock,
                last_made: Instant::now(),
            },
            replica,
        ))
    }

    /// When the last block was made.
    pub const fn last_made(&self) -> Instant {
        self.last_made
    }

    /// Decides the next block: proposed, judged, executed and signed, but not
    /// written. It must be written and settled before the next is made.
    pub fn make(
        &mut self,
        replica: &mut Replica,
        mempool: &mut Mempool,
    ) -> Result<Made<'_>, MakeError> {
        self.last_made = Instant::now();
        let height = self.chain.height() + 1;
        let time = self.chain.next_time()?;
        let room = self.chain.max_block_bytes().saturating_sub(BLOCK_OVERHEAD);
        let mut txs = replica.prepare_proposal(mempool.reap(room), room);
        if let Err(reason) = self.judge(replica, height, time, &txs) {
            // The proposer's own filter and the validators' judgement differ: a fault of the program.
            // The network goes on without these transactions rather than stand still.
            tracing::error!(
                height,
                reason,
                "the proposal was refused; its transactions are dropped"
            );
            let hashes: Vec<_> = txs.iter().map(|tx| sha256(&[tx])).collect();
            mempool.dropped(&hashes);
            txs.clear();
            self.judge(replica, height, time, &txs)
                .map_err(MakeError::Application)?;
        }
        let block = self.chain.propose(txs)?;
        let encoded = block.encode();
        let id = block.id_of(&encoded);
        let commit = self.sign(&block, &id)?;

        let finalized = replica
            .finalize_block(height, time, id.hash, &block.txs)
            .map_err(MakeError::Application)?;
        if finalized.results.len() != block.txs.len() {
            return Err(MakeError::Application(format!(
                "{height} has a transaction without a result"
            )));
        }
        let sealed = Sealed {
            header: block.header.clone(),
            id,
            block: encoded,
            tx_hashes: block.txs.iter().map(|tx| sha256(&[tx])).collect(),
            results: finalized.results,
            commit,
            validators: self.chain.validators().set().map_err(ChainError::from)?,
            app_hash: finalized.app_hash,
            changes: finalized.changes,
        };
        Ok(Made {
            producer: self,
            block,
            sealed,
        })
    }

    /// Every validator judges the proposal before it votes.
    fn judge(
        &self,
        replica: &Replica,
        height: u64,
        time: Time,
        txs: &[Vec<u8>],
    ) -> Result<(), String> {
        self.signers
            .iter()
            .try_for_each(|_| replica.process_proposal(height, time, txs))
    }

    /// All validators vote for the block, each by the clock it reads.
    fn sign(&mut self, block: &Block, id: &BlockId) -> Result<Commit, MakeError> {
        let header = &block.header;
        let mut signatures = Vec::with_capacity(self.signers.len());
        // A commit's places are those of the validator set.
        for validator in self
            .chain
            .validators()
            .set()
            .map_err(ChainError::from)?
            .validators()
        {
            if let Some(signer) = self
                .signers
                .iter_mut()
                .find(|signer| signer.address() == validator.address)
            {
                let time = vote_time(self.clock.now(), header.time);
                signatures.push(signer.precommit(&header.chain_id, header.height, id, time)?);
            }
        }
        Ok(Commit {
            height: header.height,
            round: 0,
            block_id: Some(*id),
            signatures,
        })
    }

    /// Tidies the disk up at a graceful end.
    pub fn close(mut self) {
        self.writer.checkpoint();
    }
}

/// A decided block on its way to the disk.
pub struct Made<'a> {
    producer: &'a mut Producer,
    block: Block,
    sealed: Sealed,
}

impl Made<'_> {
    /// Its height.
    pub const fn height(&self) -> u64 {
        self.sealed.header.height
    }

    /// Writes it to disk. May be repeated until it succeeds.
    pub fn write(&mut self) -> Result<(), StorageError> {
        self.producer.writer.seal(&self.sealed)
    }

    /// After writing: the application commits, the queue forgets what was
    /// sealed, the chain moves on.
    pub fn settle(self, replica: &mut Replica, mempool: &mut Mempool) -> Result<Tip, MakeError> {
        let Self {
            producer,
            block,
            sealed,
        } = self;
        replica.commit();
        mempool.sealed(&sealed.tx_hashes);
        recheck(replica, mempool);
        producer.chain.advance(
            &block,
            sealed.commit.clone(),
            sealed.id,
            sealed.app_hash,
            outcome_hash(&sealed.results),
        );
        let next = producer
            .chain
            .validators()
            .set()
            .map_err(ChainError::from)?;
        let block = LightBlock {
            signed_header: SignedHeader {
                header: sealed.header,
                commit: sealed.commit,
            },
            validator_set: sealed.validators,
            next_validator_set: Some(next),
        };
        Ok(Tip {
            block,
            id: sealed.id,
        })
    }
}

/// What still waits is asked about again: a block may have made it void.
fn recheck(replica: &mut Replica, mempool: &mut Mempool) {
    let void: Vec<_> = mempool
        .waiting()
        .filter(|(_, tx)| replica.check_tx(tx).code != 0)
        .map(|(hash, _)| *hash)
        .collect();
    mempool.dropped(&void);
}

fn outcome_hash(results: &[TxRecord]) -> toend_ledger::hash::Hash {
    let outcomes: Vec<TxOutcome> = results
        .iter()
        .map(|r| TxOutcome {
            code: r.code,
            data: Vec::new(),
            gas_wanted: r.gas_wanted,
            gas_used: r.gas_used,
        })
        .collect();
    results_hash(&outcomes)
}
