use thiserror::Error;

/// Why bytes or JSON are not the CometBFT value they are said to be. Whoever sent them is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The input ends inside a value.
    #[error("the input ends inside a value")]
    Truncated,
    /// A number is written with more bytes than it needs, or does not fit its type.
    #[error("a number is not in its shortest form or out of range")]
    Number,
    /// A field that is unknown, repeated, out of order or of the wrong kind.
    #[error("field {0} is unknown, repeated or out of order here")]
    UnexpectedField(u32),
    /// A field that must be there is not.
    #[error("field {0} is missing")]
    MissingField(u32),
    /// A default value is written out, which the one true encoding leaves away.
    #[error("field {0} writes out a default value")]
    DefaultWritten(u32),
    /// A hash, address, key or signature has the wrong length.
    #[error("{what} has {got} bytes")]
    Length {
        /// The thing with a fixed or bounded length.
        what: &'static str,
        /// Its length in bytes.
        got: usize,
    },
    /// More items than the format allows.
    #[error("{what}: {got} where at most {limit} are allowed")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        got: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The chain id is not UTF-8 or longer than 50 bytes.
    #[error("the chain id is not text or too long")]
    ChainId,
    /// Height 0, negative, or beyond the signed range.
    #[error("the height is zero or out of range")]
    Height,
    /// A negative or oversized round.
    #[error("the round is out of range")]
    Round,
    /// A time outside years 1 to 9999, with more than nanoseconds, or not RFC 3339.
    #[error("the time is out of range or not RFC 3339")]
    Time,
    /// A block id with only some of its parts.
    #[error("the block id is incomplete")]
    IncompleteBlockId,
    /// A vote flag other than absent, commit or nil.
    #[error("unknown vote flag {0}")]
    Flag(i64),
    /// An absent vote that carries an address, a time or a signature.
    #[error("an absent vote carries an address, a time or a signature")]
    AbsentVoteNotEmpty,
    /// A validator whose address is not the hash of its key.
    #[error("a validator's address does not belong to its key")]
    AddressNotOfKey,
    /// The same validator twice in one set.
    #[error("a validator stands in the set twice")]
    DuplicateValidator,
    /// A set without validators.
    #[error("the validator set is empty")]
    EmptyValidatorSet,
    /// Negative power, or more than CometBFT's bound in all.
    #[error("voting power is out of range")]
    Power,
    /// A total written beside the validators that is not their sum.
    #[error("the stated total of voting power is not the sum")]
    TotalPower,
    /// A public key that is not Ed25519.
    #[error("only Ed25519 validator keys are supported")]
    KeyType,
    /// Not the JSON expected; the text names place and reason, never contents.
    #[error("not the JSON expected: {0}")]
    Json(String),
    /// A header bundle whose magic, count or order is wrong.
    #[error("not a header bundle: {0}")]
    Bundle(&'static str),
}
