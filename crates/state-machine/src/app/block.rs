//! Blocks: FinalizeBlock computes what a decided block does, Commit makes it the state.

use std::borrow::Cow;
use std::collections::BTreeMap;

use toend_ledger::hash::Hash;
use toend_ledger::merkle::leaf_hash;
use toend_ledger::state::{At, HistoryValue, Key};

use super::{App, TxResult, Waiting};
use crate::draft::{Draft, Slot, leaf};
use crate::limits::VERSIONS;
use crate::registry::{Powers, Registry};
use crate::rules::{Misbehavior, Mode, Round};

/// A decided block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its height: one more than the last committed.
    pub height: u64,
    /// Its header's time, Unix milliseconds: the lower bound of when its contents were sealed.
    pub time_ms: u64,
    /// Hash of its header.
    pub hash: Hash,
    /// Its transactions, in order.
    pub txs: Vec<Vec<u8>>,
    /// Evidence in it against validators, in order.
    pub misbehavior: Vec<Misbehavior>,
}

/// What a block did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalized {
    /// One for each transaction, in order.
    pub tx_results: Vec<TxResult>,
    /// Root of the state after the block; the next header carries it.
    pub app_hash: Hash,
    /// The state's writes as (key, value), to persist in one go with the block. Each key once.
    pub changes: Vec<(Vec<u8>, Vec<u8>)>,
    /// Validators whose power changed, by key: the engine's set changes two blocks later.
    pub validator_updates: Vec<ValidatorUpdate>,
    /// Version of the rules from the next block on, where it is another than for this block.
    pub new_version: Option<u64>,
}

/// A validator's new power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValidatorUpdate {
    /// Ed25519 consensus key.
    pub pub_key: [u8; 32],
    /// Voting power to come; 0 takes the validator out.
    pub power: u64,
}

/// What Commit answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Height of the state that now stands.
    pub height: u64,
    /// Blocks below this height may be forgotten by the engine; 0: none, because every header stays provable.
    pub retain_height: u64,
    /// Oldest height whose state can still be asked for.
    pub oldest_state: u64,
}

/// Why a block cannot be applied. The engine that delivered it is to blame; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Not the block that follows.
    #[error("block {got} was delivered where block {expected} follows")]
    Height {
        /// Height that follows.
        expected: u64,
        /// Height delivered.
        got: u64,
    },
    /// The block is under rules that this program does not know.
    #[error(transparent)]
    Rules(#[from] UnknownRules),
    /// More than a block can hold.
    #[error("a block cannot hold {0} transactions")]
    TooManyTransactions(usize),
    /// The tree cannot take it.
    #[error(transparent)]
    Tree(#[from] crate::tree::WriteError),
}

/// The ledger goes on under rules that came after this program. It must not go on by others: that would be another ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "from block {height} on the authorities decided version {version} of the rules, and this program knows versions up to \
     {known}: install a newer program"
)]
pub struct UnknownRules {
    /// First block that cannot be executed.
    pub height: u64,
    /// Version of its rules.
    pub version: u64,
    /// Newest version known here.
    pub known: u64,
}

/// A block that was finalised and not yet committed.
#[derive(Debug)]
pub(super) struct Pending {
    height: u64,
    time_ms: u64,
    registry: Registry,
}

impl App {
    /// FinalizeBlock: applies a decided block. The state that queries see is unchanged until [`commit`](Self::commit);
    /// called again for the same height, it begins anew from the committed state.
    ///
    /// A transaction that fails changes nothing and is reported with its [`Code`](crate::Code); it stands in the
    /// block all the same. That a transaction is in a block therefore proves nothing: only the state proves.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a decided block is handed over for good"
    )]
    pub fn finalize_block(&mut self, block: Block) -> Result<Finalized, BlockError> {
        let expected = self.height + 1;
        if block.height != expected {
            return Err(BlockError::Height {
                expected,
                got: block.height,
            });
        }
        self.check_rules()?;
        if u32::try_from(block.txs.len()).is_err() {
            return Err(BlockError::TooManyTransactions(block.txs.len()));
        }
        if self.pending.take().is_some() {
            self.tree.undo();
        }

        let mut round = Round {
            constants: &self.constants,
            verified: &mut self.verified,
            registry: Cow::Borrowed(&self.registry),
            before: &self.registry,
            draft: Draft::new(self.tree.newest()),
            at: At {
                height: block.height,
                time_ms: block.time_ms,
            },
            mode: Mode::Decide,
            filings: BTreeMap::new(),
        };
        for fault in &block.misbehavior {
            round.fault(fault);
        }
        let tx_results = (0..)
            .zip(&block.txs)
            .map(|(place, tx)| round.apply(tx, place).into())
            .collect();
        append_history(&mut round.draft, &block.hash);
        let Round {
            draft,
            registry,
            before,
            ..
        } = round;
        let validator_updates = updates(&before.powers(), &registry.powers());
        let version = |height| registry.version_at(height, self.constants.version);
        let next = version(block.height + 1);
        let new_version = (next != version(block.height)).then_some(next);
        let registry = registry.into_owned();
        let writes = draft.finish();

        let leaves = writes
            .iter()
            .map(|(place, key, value)| leaf(*place, key, value.clone()))
            .collect();
        let app_hash = self.tree.write(block.height, leaves)?;
        self.pending = Some(Pending {
            height: block.height,
            time_ms: block.time_ms,
            registry,
        });
        let changes = writes
            .into_iter()
            .map(|(_, key, value)| (key.encode(), value))
            .collect();
        Ok(Finalized {
            tx_results,
            app_hash,
            changes,
            validator_updates,
            new_version,
        })
    }

    /// Commit: the finalised block's state becomes the one that queries, CheckTx and proposals see. Without a
    /// finalised block nothing changes.
    pub fn commit(&mut self) -> Committed {
        if let Some(pending) = self.pending.take() {
            self.height = pending.height;
            self.time_ms = Some(pending.time_ms);
            self.registry = pending.registry;
            self.tree.forget(VERSIONS);
            self.waiting = Waiting {
                filings: BTreeMap::new(),
                ..std::mem::take(&mut self.waiting)
            };
        }
        let oldest_state = self.tree.heights().next().unwrap_or(self.height);
        Committed {
            height: self.height,
            retain_height: 0,
            oldest_state,
        }
    }
}

/// What the engine must be told, in order of key.
fn updates(before: &Powers, after: &Powers) -> Vec<ValidatorUpdate> {
    let gone = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(|key| (*key, 0));
    let changed = after
        .iter()
        .filter(|(key, power)| before.get(*key) != Some(*power))
        .map(|(key, power)| (*key, *power));
    let all: Powers = gone.chain(changed).collect();
    all.into_iter()
        .map(|(pub_key, power)| ValidatorUpdate { pub_key, power })
        .collect()
}

/// `01`: the block's own hash becomes leaf `height − first height` of the history tree, after all its transactions.
fn append_history(draft: &mut Draft<'_>, block_hash: &Hash) {
    let slot = Slot::of(Key::History);
    let before = draft
        .get(&slot)
        .and_then(|bytes| HistoryValue::decode(&bytes).ok());
    let mut frontier = before.map(|value| value.frontier).unwrap_or_default();
    frontier.push(leaf_hash(block_hash));
    draft.put(&slot, HistoryValue { frontier }.encode());
    draft.keep();
}
