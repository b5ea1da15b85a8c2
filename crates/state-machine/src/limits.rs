//! Every number that bounds the machine. A change of one is a change of the protocol, except where it says "local".

/// Newest version of the rules that this program knows. A version is the number in a header's `version.app`; the network
/// begins with the one of its genesis file and changes it by decision.
///
/// 1: the first. 2: a decision about a gateway may say who issues its certificates. 3: each change of a register's keys
/// counts itself, and a filing that stands is refused.
pub const RULES: u64 = 3;

/// First version of the rules under which a decision about a gateway may say who issues its certificates.
pub const RULES_WITH_ISSUERS: u64 = 2;

/// First version of the rules under which nothing that took effect can be handed in again: decisions about a register's keys
/// bear their number, and a filing that stands is refused and uses nobody's share.
pub const RULES_WITHOUT_REPLAYS: u64 = 3;

/// Versions of the state that are kept for queries. Local.
pub const VERSIONS: usize = 128;

/// Longest time that a covert access may stay closed, in milliseconds: five years.
pub const COVERT_LONGEST_MS: u64 = 5 * 366 * 24 * 3600 * 1000;

/// Transactions whose signatures are remembered as checked. Local.
pub const VERIFIED_REMEMBERED: usize = 32_768;

/// How far ahead of the state a register may number batches that wait to be proposed. Local.
pub const BATCHES_WAITING: u64 = 256;

/// Blocks' worth of one gateway's filings that are taken between two blocks, to wait for theirs. Local.
pub const BLOCKS_OF_FILINGS_WAITING: u32 = 4;

/// Decisions of the authorities put into one proposal. Local.
pub const GOVERNANCE_PER_PROPOSAL: usize = 16;

/// Fewest leaves of a subtree handed to a reader who does not want to name the key that interests her.
pub const CROWD: usize = 512;

/// Most voting power of one validator: 256 of them stay far below CometBFT's limit for the set, 2⁶⁰ − 1.
pub const MAX_POWER: u64 = 1 << 40;
