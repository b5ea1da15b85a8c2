//! What the next block follows from: CometBFT's `State` after the last block.

use toend_ledger::cometbft::{
    BLOCK_PROTOCOL, BlockId, Commit, ConsensusParams, FormatError, Hash, Header, Time, Validator,
    ValidatorSet, Version, data_hash,
};
use toend_ledger::merkle;

use super::bft_time::median_time;
use super::block::{Block, NO_EVIDENCE};
use super::rotation::Rotation;

/// Version of the application in every header.
pub const APP_VERSION: u64 = 1;

/// The last decided block and what came of it.
#[derive(Clone, Debug)]
struct Last {
    height: u64,
    id: BlockId,
    commit: Commit,
    validators: Rotation,
}

/// The state of the chain between two blocks.
#[derive(Clone, Debug)]
pub struct ChainState {
    chain_id: String,
    params: ConsensusParams,
    genesis_time: Time,
    last: Option<Last>,
    last_time: Time,
    validators: Rotation,
    app_hash: Hash,
    last_results_hash: Hash,
}

/// Why no block can be made; only a damaged store leads here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The last commit names a validator that is not in its set, or nobody.
    #[error("the commit for height {0} gives no block time")]
    NoMedianTime(u64),
    /// A validator set that cannot be.
    #[error("the validator set is not usable: {0}")]
    Validators(#[from] FormatError),
    /// The proposer in the last header is not in its validator set.
    #[error("the proposer of height {0} is not one of its validators")]
    UnknownProposer(u64),
}

impl ChainState {
    /// Before the first block. `app_hash` is what the application made of the genesis file.
    pub fn genesis(
        chain_id: String,
        params: ConsensusParams,
        time: Time,
        members: &[Validator],
        app_hash: Hash,
    ) -> Result<Self, ChainError> {
        Ok(Self {
            chain_id,
            params,
            genesis_time: time,
            last: None,
            last_time: time,
            validators: Rotation::genesis(members)?,
            app_hash,
            last_results_hash: merkle::EMPTY_ROOT,
        })
    }

    /// Goes on after a stored block: its header, name, commit and validators,
    /// and the state and results it left behind.
    pub fn resume(
        self,
        header: &Header,
        id: BlockId,
        commit: Commit,
        validators: &ValidatorSet,
        app_hash: Hash,
        results_hash: Hash,
    ) -> Result<Self, ChainError> {
        let rotation = Rotation::resume(validators, &header.proposer_address)
            .ok_or(ChainError::UnknownProposer(header.height))?;
        Ok(Self {
            validators: rotation.next(),
            last: Some(Last {
                height: header.height,
                id,
                commit,
                validators: rotation,
            }),
            last_time: header.time,
            app_hash,
            last_results_hash: results_hash,
            ..self
        })
    }

    /// CometBFT chain id.
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// Height of the last block, 0 before the first.
    pub fn height(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.height)
    }

    /// The last block's height and name.
    pub fn decided(&self) -> Option<(u64, BlockId)> {
        self.last.as_ref().map(|last| (last.height, last.id))
    }

    /// Time of the last block; the genesis time before the first.
    pub const fn last_time(&self) -> Time {
        self.last_time
    }

    /// State root after the last block.
    pub const fn app_hash(&self) -> Hash {
        self.app_hash
    }

    /// The validators of the next block.
    pub const fn validators(&self) -> &Rotation {
        &self.validators
    }

    /// Largest block in bytes.
    pub fn max_block_bytes(&self) -> usize {
        // CometBFT's own ceiling where the parameter says -1.
        usize::try_from(self.params.block_max_bytes).unwrap_or(100 << 20)
    }

    /// The time the next block must have.
    pub fn next_time(&self) -> Result<Time, ChainError> {
        match &self.last {
            None => Ok(self.genesis_time),
            Some(last) => median_time(&last.commit, |address| last.validators.power_of(address))
                .ok_or(ChainError::NoMedianTime(last.height)),
        }
    }

    /// The next block with these transactions, as its proposer makes it.
    pub fn propose(&self, txs: Vec<Vec<u8>>) -> Result<Block, ChainError> {
        let header = Header {
            version: Version {
                block: BLOCK_PROTOCOL,
                app: APP_VERSION,
            },
            chain_id: self.chain_id.clone(),
            height: self.height() + 1,
            time: self.next_time()?,
            last_block_id: self.last.as_ref().map(|last| last.id),
            last_commit_hash: Some(
                self.last
                    .as_ref()
                    .map_or(merkle::EMPTY_ROOT, |last| last.commit.hash()),
            ),
            data_hash: Some(data_hash(&txs)),
            validators_hash: self.validators.set()?.hash(),
            next_validators_hash: self.validators.next().set()?.hash(),
            consensus_hash: self.params.hash(),
            app_hash: self.app_hash.to_vec(),
            last_results_hash: Some(self.last_results_hash),
            evidence_hash: Some(NO_EVIDENCE),
            proposer_address: self.validators.proposer_address(),
        };
        let last_commit = self.last.as_ref().map(|last| last.commit.clone());
        Ok(Block {
            header,
            txs,
            last_commit,
        })
    }

    /// Moves on: `block` was decided by `commit` and left `app_hash` and `results_hash` behind.
    pub fn advance(
        &mut self,
        block: &Block,
        commit: Commit,
        id: BlockId,
        app_hash: Hash,
        results_hash: Hash,
    ) {
        let next = self.validators.next();
        let validators = std::mem::replace(&mut self.validators, next);
        self.last = Some(Last {
            height: block.header.height,
            id,
            commit,
            validators,
        });
        self.last_time = block.header.time;
        self.app_hash = app_hash;
        self.last_results_hash = results_hash;
    }
}
