use thiserror::Error;
use toend_ledger::cometbft::Time;

/// Voting power that signed, beside what was needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Power of the validators of the set who signed.
    pub tallied: u64,
    /// Power of the whole set.
    pub total: u64,
    /// More than this part was needed.
    pub needed: crate::Fraction,
}

/// Why a block is refused. Whoever sent it is to blame, except for [`Expired`](Self::Expired): that is time passing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The header states another block protocol.
    #[error("block protocol {got}, not {want}")]
    BlockProtocol {
        /// Stated in the header.
        got: u64,
        /// Required.
        want: u64,
    },
    /// The header belongs to another chain.
    #[error("the block belongs to another chain")]
    ChainId,
    /// The commit is for another height than the header.
    #[error("the commit is for height {commit}, the header for {header}")]
    CommitHeight {
        /// Height in the commit.
        commit: u64,
        /// Height in the header.
        header: u64,
    },
    /// The commit decides no block.
    #[error("the commit decides no block")]
    NilCommit,
    /// The commit is for another header.
    #[error("the commit is for another header")]
    HeaderHash,
    /// The validators given are not those the header names.
    #[error("the validators are not those the header names")]
    ValidatorsHash,
    /// The next validators given are not those the header names.
    #[error("the next validators are not those the header names")]
    NextValidatorsHash,
    /// Nobody signed.
    #[error("the commit has no signature")]
    NoSignatures,
    /// A commit has one entry per validator.
    #[error("{signatures} signatures for {validators} validators")]
    SignatureCount {
        /// Entries in the commit.
        signatures: usize,
        /// Validators in the set.
        validators: usize,
    },
    /// Somebody signed who is not a validator of this height.
    #[error("signature {index} is by nobody of this height's validators")]
    UnknownSigner {
        /// Place in the commit.
        index: usize,
    },
    /// A validator's vote stands at another validator's place.
    #[error("signature {index} stands at another validator's place")]
    MisplacedSigner {
        /// Place in the commit.
        index: usize,
    },
    /// One validator voted twice in this commit.
    #[error("the validator of signature {index} has already voted")]
    DuplicateVote {
        /// Place of the second vote.
        index: usize,
    },
    /// A signature that counts does not verify under ZIP-215.
    #[error("signature {index} is wrong")]
    BadSignature {
        /// Place in the commit.
        index: usize,
    },
    /// The block's own validators did not sign with more than two thirds.
    #[error("{} of {} voting power signed, more than {} is needed", .0.tallied, .0.total, .0.needed)]
    NotEnoughSigned(Tally),
    /// The trusted header's trusting period is over.
    #[error("the trusted header expired at {0}")]
    Expired(Time),
    /// Trusting period or drift lead beyond the range of time.
    #[error("a time lies outside the years 1 to 9999")]
    TimeRange,
    /// The block is not later than the trusted one.
    #[error("the block's time is not after the trusted one's")]
    TimeNotIncreasing,
    /// The block is not higher than the trusted one.
    #[error("the block's height is not above the trusted one's")]
    HeightNotIncreasing,
    /// The block's time lies in this computer's future.
    #[error("the block's time {0} lies in the future")]
    FromFuture(Time),
    /// The trusted header names other validators for this height.
    #[error("the trusted header names other validators for this height")]
    NotTheNextValidators,
    /// The trusted block's own validators or next validators do not fit its header.
    #[error("the trusted block's validators do not fit its header")]
    TrustedInconsistent,
    /// An older header is not later than the header it precedes.
    #[error("the older header's time is not before the newer one's")]
    TimeNotDecreasing,
    /// An older header is not the one the newer header links to.
    #[error("the older header is not the one the newer header links to")]
    BrokenLink,
    /// Two headers said to follow each other do not.
    #[error("the headers are not of neighbouring heights")]
    NotAdjacent,
    /// The block could not be read at all.
    #[error("unreadable: {0}")]
    Unreadable(String),
}

impl Reason {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BlockProtocol { .. } => "BLOCK_PROTOCOL",
            Self::ChainId => "CHAIN_ID",
            Self::CommitHeight { .. } => "COMMIT_HEIGHT",
            Self::NilCommit => "NIL_COMMIT",
            Self::HeaderHash => "HEADER_HASH",
            Self::ValidatorsHash => "VALIDATORS_HASH",
            Self::NextValidatorsHash => "NEXT_VALIDATORS_HASH",
            Self::NoSignatures => "NO_SIGNATURES",
            Self::SignatureCount { .. } => "SIGNATURE_COUNT",
            Self::UnknownSigner { .. } => "UNKNOWN_SIGNER",
            Self::MisplacedSigner { .. } => "MISPLACED_SIGNER",
            Self::DuplicateVote { .. } => "DUPLICATE_VOTE",
            Self::BadSignature { .. } => "BAD_SIGNATURE",
            Self::NotEnoughSigned(_) => "NOT_ENOUGH_SIGNED",
            Self::Expired(_) => "EXPIRED",
            Self::TimeRange => "TIME_RANGE",
            Self::TimeNotIncreasing => "TIME_NOT_INCREASING",
            Self::HeightNotIncreasing => "HEIGHT_NOT_INCREASING",
            Self::FromFuture(_) => "FROM_FUTURE",
            Self::NotTheNextValidators => "NOT_THE_NEXT_VALIDATORS",
            Self::TrustedInconsistent => "TRUSTED_INCONSISTENT",
            Self::TimeNotDecreasing => "TIME_NOT_DECREASING",
            Self::BrokenLink => "BROKEN_LINK",
            Self::NotAdjacent => "NOT_ADJACENT",
            Self::Unreadable(_) => "UNREADABLE",
        }
    }
}

/// What verification says about a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The block is as trustworthy as the one it was checked against.
    Success,
    /// Nothing is wrong with the block, but too few of the trusted validators signed it: try a block in between.
    NotEnoughTrust(Tally),
    /// The block is refused.
    Invalid(Reason),
}

impl Verdict {
    /// The name the published test vectors use.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::NotEnoughTrust(_) => "NOT_ENOUGH_TRUST",
            Self::Invalid(_) => "INVALID",
        }
    }
}
