use std::time::Duration;

use thiserror::Error;

/// A fraction of voting power. "More than" it is needed, never "at least".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: u64,
    denominator: u64,
}

/// A trust level outside 1/3 to 1: below a third, faulty validators alone could reach it. The user's setting is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a trust level lies between 1/3 and 1")]
pub struct FractionError;

impl Fraction {
    /// CometBFT's lower bound and its default for skipping.
    pub const ONE_THIRD: Self = Self {
        numerator: 1,
        denominator: 3,
    };
    /// This product's default for skipping, and what every block's own set must exceed.
    pub const TWO_THIRDS: Self = Self {
        numerator: 2,
        denominator: 3,
    };

    /// A fraction between 1/3 and 1.
    pub fn new(numerator: u64, denominator: u64) -> Result<Self, FractionError> {
        let at_least_a_third = u128::from(numerator) * 3 >= u128::from(denominator);
        if denominator == 0 || numerator > denominator || !at_least_a_third {
            return Err(FractionError);
        }
        Ok(Self {
            numerator,
            denominator,
        })
    }

    /// Reads `n/d`.
    pub fn parse(text: &str) -> Result<Self, FractionError> {
        let (n, d) = text.split_once('/').ok_or(FractionError)?;
        Self::new(
            n.trim().parse().map_err(|_| FractionError)?,
            d.trim().parse().map_err(|_| FractionError)?,
        )
    }

    /// Upper number.
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// Lower number.
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// Whether `tallied` is more than this fraction of `total`.
    pub fn is_exceeded(self, tallied: u64, total: u64) -> bool {
        u128::from(tallied) * u128::from(self.denominator)
            > u128::from(total) * u128::from(self.numerator)
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// How much is trusted, for how long, and how wrong this computer's clock may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// More than this part of the trusted set must have signed a block that is skipped to.
    pub trust_level: Fraction,
    /// How long after a header's time its validators are still trusted.
    pub trusting_period: Duration,
    /// How far a header's time may lie in this computer's future.
    pub clock_drift: Duration,
    /// The block protocol headers must state.
    pub block_protocol: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // With CometBFT's 1/3, two authorities of four could invent a validator set and a whole chain.
            trust_level: Fraction::TWO_THIRDS,
            trusting_period: Duration::from_secs(14 * 86_400),
            clock_drift: Duration::from_secs(10),
            block_protocol: toend_ledger::cometbft::BLOCK_PROTOCOL,
        }
    }
}
