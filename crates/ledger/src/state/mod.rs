//! What stands in state: the keys and values of design §4.4, each of one fixed layout.
//!
//! A key begins with a tag byte that fixes its kind and length; a value begins with a format byte. A verifier
//! names the key it expects and decodes the value as that key's kind: nothing in a proof chooses either
//! (review finding 5.5). No key or value holds anything guessable, because an absence proof shows a neighbour's
//! `H(key)` and `H(value)` (5.3), and no key is derived from a personal code (1.14).

mod conduct;
mod key;
mod office;
mod sealed;
mod value;

pub use conduct::{ConsensusValue, Fault, FaultKind, FaultValue, RulesValue, ValidatorAddress};
pub use key::{Key, KeyError, Reg};
pub use office::{
    ADDRESS_LEN, Address, AuthorityValue, FORMAT_ISSUERS, GatewayValue, RightValue, TlsIssuer,
    VACANT, ValidatorValue,
};
pub use sealed::{CovertValue, EntryValue, FilingValue, HeadValue, OpeningValue, PublicListValue};
pub use value::{
    At, EpochValue, FORMAT, FORMAT_CHANGES, HistoryValue, KeyChange, RegisterValue, Value,
    ValueError,
};

#[cfg(test)]
mod tests;
