//! The machine that keeps a client at the tip of the ledger and fills in its history.
//!
//! [`Machine::handle`] takes an [`Input`] and the time, and answers with [`Effect`]s. Whoever drives it sends the requests,
//! keeps the [`ChangeSet`]s and comes back with the answers, in any order, late, twice or never.
//!
//! 1. The checkpoint's block is fetched and must be exactly the one the checkpoint names.
//! 2. The primary's tip is verified by skipping, through blocks in between where validators changed too much.
//! 3. Sources of *other authorities* are asked for the same height. The same block: cross-checked. Another one: its own
//!    history is verified from the last common block; if that succeeds too, the ledger has been attacked, and everything stops.
//! 4. Behind the tip, headers are filled in by hash links, in bundles of 256, from the top down.
//!
//! Trust never goes backwards, except that a proven attack takes back what the agreed history does not contain.

mod answers;
mod bisection;
mod evidence;
mod history;
mod machine;
mod requests;
mod sources;
mod status;

use std::time::Duration;

use serde::Serialize;
use toend_ledger::cometbft::{LightBlock, Time};

pub use bisection::{Bisection, ClimbError, Step};
pub use evidence::Evidence;
pub use history::{FillError, History, Segment};
pub use machine::{Machine, RestoreError};
pub use status::{CrossCheck, Head, Phase, Progress, Status};

use crate::Options;
use crate::trusted::{Checkpoint, VerifiedHeader};
use crate::verify::Reason;

/// A source of blocks, numbered by the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ProviderId(pub u16);

/// A source, and the authority that runs it. Two sources of one authority do not cross-check each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The source.
    pub id: ProviderId,
    /// The authority.
    pub authority: u16,
}

/// What the machine is told once.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where trust begins.
    pub checkpoint: Checkpoint,
    /// Rules of verification.
    pub options: Options,
    /// Sources, the preferred one first.
    pub sources: Vec<Source>,
    /// First height of the chain.
    pub first_height: u64,
    /// Whether history behind the tip is filled in.
    pub fill_history: bool,
    /// A time that is certainly past, such as the program's build: a clock before it is wrong.
    pub clock_floor: Time,
    /// Time between questions for a new tip.
    pub poll_every: Duration,
    /// Time a source rests after a failure, doubled each time.
    pub rest: Duration,
    /// Time after which an unanswered request counts as failed.
    pub request_timeout: Duration,
    /// Time given to sources of other authorities to confirm a new tip.
    pub witness_patience: Duration,
    /// Age from which the head is no longer called current.
    pub stale_after: Duration,
}

impl Config {
    /// The product's figures, for blocks at least every five seconds.
    pub fn new(checkpoint: Checkpoint, sources: Vec<Source>) -> Self {
        Self {
            checkpoint,
            options: Options::default(),
            sources,
            first_height: 1,
            fill_history: true,
            clock_floor: Time::UNIX_EPOCH,
            poll_every: Duration::from_secs(2),
            rest: Duration::from_secs(2),
            request_timeout: Duration::from_secs(20),
            witness_patience: Duration::from_secs(5),
            stale_after: Duration::from_secs(60),
        }
    }
}

/// Names a request; every answer carries it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What a source is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Its newest light block.
    Latest,
    /// The light block of a height, with the next validators if it knows them.
    Block(u64),
    /// The header bundle with this index.
    Bundle(u64),
}

/// Why a source gave no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// An answer that cannot be read.
    Malformed(String),
    /// The source refused to answer.
    Refused,
}

/// What happens outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Time passes. To be given about every second.
    Tick,
    /// A light block, as asked for.
    Block {
        /// The request.
        request: RequestId,
        /// The block.
        block: Box<LightBlock>,
    },
    /// The source has no such block or bundle (yet).
    Missing {
        /// The request.
        request: RequestId,
        /// The newest height it has, if it said so.
        tip: Option<u64>,
    },
    /// A header bundle, as asked for, not yet read.
    Bundle {
        /// The request.
        request: RequestId,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// No usable answer.
    Failed {
        /// The request.
        request: RequestId,
        /// Why.
        failure: Failure,
    },
    /// The user pauses or resumes synchronisation.
    Pause(bool),
    /// One more source is to be asked from now on.
    Source(Source),
}

/// What shall be kept. Each set is to be stored in one transaction, before the next effects are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    /// The new head, with both validator sets if known.
    pub head: Option<LightBlock>,
    /// The highest block that a source of another authority confirmed.
    pub cross_checked: Option<u64>,
    /// New verified headers, ascending.
    pub headers: Vec<VerifiedHeader>,
    /// Which heights are verified without gaps, the highest first: replaces what was kept before.
    pub segments: Option<Vec<Segment>>,
    /// Everything above this height is taken back.
    pub rolled_back_to: Option<u64>,
    /// Proof of an attack, to be kept for ever.
    pub evidence: Option<Box<Evidence>>,
}

/// What was kept, given back at the next start.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The head.
    pub head: LightBlock,
    /// The highest confirmed height.
    pub cross_checked: Option<u64>,
    /// Verified heights without gaps.
    pub segments: Vec<Segment>,
    /// Height of a proven attack: the machine then stays halted.
    pub attacked: Option<u64>,
}

/// What a source did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It gave no usable answer.
    Failed(Failure),
    /// It answered for another height, or with nothing that fits the question.
    WrongAnswer,
    /// It gave a block that does not verify.
    BadBlock(Reason),
    /// Its blocks do not lead from the trusted block to its tip.
    BadChain(ClimbError),
    /// It gave headers that do not belong to the chain.
    BadHeaders(String),
}

/// What shall happen outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask a source.
    Ask {
        /// To be given back with the answer.
        request: RequestId,
        /// Whom.
        provider: ProviderId,
        /// What.
        question: Question,
    },
    /// Keep this.
    Save(Box<ChangeSet>),
    /// A source did something wrong: for the log and the diagnostics page.
    Blame {
        /// Who.
        provider: ProviderId,
        /// What.
        fault: Fault,
    },
    /// The ledger has been attacked: send this to all authorities.
    Attack(Box<Evidence>),
    /// The status changed.
    Status(Box<Status>),
}
