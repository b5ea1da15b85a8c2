use thiserror::Error;
use toend_ledger::cometbft::{LightBlock, Time};

use crate::Options;
use crate::trusted::{AdvanceError, TrustedBlock};
use crate::verify::Reason;

/// CometBFT's choice of the height in between: nearer to the target, because sets change slowly.
const PIVOT: (u64, u64) = (9, 16);
/// Blocks fetched for one climb at most. Halving needs 63 for any two heights; more means that the sender plays for time.
const MAX_FETCHED: usize = 512;

/// A climb from a trusted block to a target, through blocks in between where the validators changed too much.
#[derive(Debug, Clone)]
pub struct Bisection {
    current: TrustedBlock,
    /// Blocks not yet trusted, the target first, each next one lower.
    pending: Vec<LightBlock>,
    trace: Vec<LightBlock>,
    fetched: usize,
}

/// What the climb needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The target is verified.
    Done(Box<TrustedBlock>),
    /// The block of this height, between the trusted one and the target.
    Need(u64),
}

/// Why a climb ends without reaching its target. The sender of the blocks is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClimbError {
    /// A block on the way is refused.
    #[error("the block of height {height} is refused: {reason}")]
    Refused {
        /// Its height.
        height: u64,
        /// Why.
        reason: Reason,
    },
    /// The block given is not of the height that was asked for.
    #[error("asked for height {wanted}, got {got}")]
    WrongHeight {
        /// Asked for.
        wanted: u64,
        /// Given.
        got: u64,
    },
    /// Too many blocks were needed.
    #[error("the climb needs too many blocks")]
    TooLong,
}

impl Bisection {
    /// Begins below a target of the sender's choice.
    pub fn new(trusted: TrustedBlock, target: LightBlock) -> Self {
        Self {
            current: trusted,
            pending: vec![target],
            trace: Vec::new(),
            fetched: 1,
        }
    }

    /// Verifies as far as the blocks at hand allow.
    pub fn step(&mut self, options: &Options, now: Time) -> Result<Step, ClimbError> {
        while let Some(block) = self.pending.last() {
            let height = block.height();
            match self.current.advance(block.clone(), options, now) {
                Ok(trusted) => {
                    self.trace.push(trusted.block().clone());
                    self.current = trusted;
                    self.pending.pop();
                }
                Err(AdvanceError::NotEnoughTrust(_)) => {
                    let from = self.current.height();
                    // Two heights apart at least: neighbours are never short of trust.
                    return Ok(Step::Need(from + (height - from) * PIVOT.0 / PIVOT.1));
                }
                Err(AdvanceError::Invalid(reason)) => {
                    return Err(ClimbError::Refused { height, reason });
                }
            }
        }
        Ok(Step::Done(Box::new(self.current.clone())))
    }

    /// Takes the block that was needed.
    pub fn provide(&mut self, wanted: u64, block: LightBlock) -> Result<(), ClimbError> {
        if block.height() != wanted {
            return Err(ClimbError::WrongHeight {
                wanted,
                got: block.height(),
            });
        }
        if self.fetched >= MAX_FETCHED {
            return Err(ClimbError::TooLong);
        }
        self.fetched += 1;
        self.pending.push(block);
        Ok(())
    }

    /// Height of the target, or of the trusted block once it is reached.
    pub fn target(&self) -> u64 {
        self.pending
            .first()
            .map_or(self.current.height(), LightBlock::height)
    }

    /// Blocks fetched so far, the target included.
    pub const fn fetched(&self) -> usize {
        self.fetched
    }

    /// The blocks verified on the way, ascending.
    pub fn trace(&self) -> &[LightBlock] {
        &self.trace
    }
}
