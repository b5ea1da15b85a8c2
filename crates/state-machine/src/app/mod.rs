//! One replica of the ledger's application, in the shape of ABCI 2.0.

mod block;
mod mempool;
mod query;
mod start;

pub use block::{Block, BlockError, Committed, Finalized, UnknownRules, ValidatorUpdate};
pub use mempool::Proposal;
pub use query::{QueryError, QueryResult};
pub use start::{InitError, RestoreError};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use toend_ledger::hash::Hash;
use toend_ledger::state::{At, Reg};

use crate::draft::Draft;
use crate::registry::Registry;
use crate::rules::{Constants, Mode, Outcome, Round};
use crate::signatures::Verified;
use crate::tree::Tree;
use toend_ledger::code::Code;

/// One replica. Two that are given the same genesis and the same blocks have the same state, hence the same
/// [`app_hash`](Info::app_hash) at every height.
///
/// The life of a replica: [`from_genesis`](Self::from_genesis) or [`restore`](Self::restore), then for each
/// decided block [`finalize_block`](Self::finalize_block) and [`commit`](Self::commit). Between blocks
/// [`check_tx`](Self::check_tx), [`prepare_proposal`](Self::prepare_proposal),
/// [`process_proposal`](Self::process_proposal) and [`query`](Self::query) look at the last committed state.
#[derive(Debug)]
pub struct App {
    constants: Constants,
    /// Newest version of the rules that the program knows.
    knows: u64,
    tree: Tree,
    registry: Registry,
    /// Height of the last committed block; one less than the first before any.
    height: u64,
    /// Its header time, once this process has seen a block.
    time_ms: Option<u64>,
    pending: Option<block::Pending>,
    verified: Verified,
    waiting: Waiting,
}

/// What CheckTx let in and no block has answered yet.
#[derive(Debug, Default)]
struct Waiting {
    /// One more than the highest batch number let in.
    next_batch: BTreeMap<Reg, u64>,
    /// Filings let in since the last block, by gateway.
    filings: BTreeMap<u16, BTreeSet<Hash>>,
}

/// Where a replica stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Height of the last committed block; one less than the first block's before any.
    pub height: u64,
    /// Root of the state after it: what the header of `height + 1` carries.
    pub app_hash: Hash,
}

/// The result of one transaction, as CheckTx and FinalizeBlock report it.
///
/// Every field is deterministic: all of them go into `last_results_hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TxResult {
    /// Number of the [`Code`]; 0 is success.
    pub code: u32,
    /// Operations that the transaction asked for; 0 if it could not be read.
    pub gas_wanted: i64,
    /// Places of the state that it wrote.
    pub gas_used: i64,
}

impl TxResult {
    /// Whether the transaction took, or would take, effect.
    pub fn is_ok(&self) -> bool {
        self.code == Code::Ok.number()
    }

    /// The code with its meaning.
    pub fn outcome(&self) -> Code {
        Code::from_number(self.code).unwrap_or(Code::Internal)
    }
}

impl From<Outcome> for TxResult {
    fn from(outcome: Outcome) -> Self {
        let gas = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        TxResult {
            code: outcome.code.number(),
            gas_wanted: gas(outcome.asked),
            gas_used: gas(outcome.written),
        }
    }
}

impl App {
    /// Where the replica stands.
    pub fn info(&self) -> Info {
        // Writes of a block that is finalised but not committed are not part of it.
        let app_hash = self
            .tree
            .at(self.height)
            .map_or_else(|| self.tree.newest().root(), |view| view.root());
        Info {
            height: self.height,
            app_hash,
        }
    }

    /// Height of the first block.
    pub fn first_height(&self) -> u64 {
        self.constants.first_height
    }

    /// Hash of the genesis file, which every transaction carries.
    pub fn net(&self) -> Hash {
        self.constants.net
    }

    /// Version of the rules for the block that follows: what its header's `version.app` says.
    pub fn version(&self) -> u64 {
        self.registry
            .version_at(self.height + 1, self.constants.version)
    }

    /// The newest decision about the rules, if there was one: version and first block.
    pub fn decided_version(&self) -> Option<(u64, u64)> {
        self.registry
            .rules()
            .map(|rules| (rules.version, rules.from))
    }

    /// The same replica in a program that knows rules up to this version ([`limits::RULES`](crate::limits::RULES) unless
    /// said otherwise).
    #[must_use]
    pub const fn knowing(mut self, newest: u64) -> App {
        self.knows = newest;
        self
    }

    /// Newest version of the rules that the program knows.
    pub const fn knows(&self) -> u64 {
        self.knows
    }

    /// Whether this program can go on to the next block.
    ///
    /// # Errors
    /// [`UnknownRules`] when that block is under rules that came after this program.
    pub fn check_rules(&self) -> Result<(), UnknownRules> {
        let version = self.version();
        if version <= self.knows {
            Ok(())
        } else {
            Err(UnknownRules {
                height: self.height + 1,
                version,
                known: self.knows,
            })
        }
    }

    /// How many signatures this replica has had to check: each transaction's once, as long as it is remembered.
    pub fn signature_checks(&self) -> u64 {
        self.verified.checks()
    }

    /// A round over the committed state, to see what the next block would do.
    fn foresee(&mut self) -> Round<'_> {
        let base = self
            .tree
            .at(self.height)
            .unwrap_or_else(|| self.tree.newest());
        Round {
            constants: &self.constants,
            verified: &mut self.verified,
            registry: Cow::Borrowed(&self.registry),
            before: &self.registry,
            draft: Draft::new(base),
            at: At {
                height: self.height + 1,
                time_ms: self.time_ms.unwrap_or(0),
            },
            mode: Mode::Foresee,
            filings: BTreeMap::new(),
        }
    }
}
