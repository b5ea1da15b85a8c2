//! Whether a register had the right to seal a kind of record when it did: by the ledger's own word where the file encloses
//! it, else by the reader's network file.

use toend_ledger::network::NetworkFile;
use toend_ledger::proof_file::Facts;
use toend_ledger::rights::RightAt;

/// What was found about one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RightFound {
    /// The ledger shows that this authority's register had the right then.
    HadThen(String),
    /// The network file lists it; whether a decision changed that, the file does not show.
    Listed(String),
    /// The ledger shows that nobody had the right then.
    NobodyThen,
    /// Neither ledger nor network file give it.
    Never,
}

impl RightFound {
    /// Judges a verified statement.
    pub fn of(fact: &Facts, network: &NetworkFile) -> Self {
        let keeper = || {
            network
                .register(fact.reg)
                .map_or_else(String::new, |register| register.authority.clone())
        };
        let listed = network.may_seal(fact.reg, fact.schema, fact.sealed_height);
        match fact
            .right
            .as_ref()
            .map(|right| right.at(fact.sealed_height))
        {
            Some(RightAt::Held(number)) => Self::HadThen(
                network
                    .authorities
                    .get(usize::from(number))
                    .map_or_else(|| number.to_string(), |authority| authority.id.clone()),
            ),
            Some(RightAt::Nobody) => Self::NobodyThen,
            Some(RightAt::AsListed) if listed => Self::HadThen(keeper()),
            None if listed => Self::Listed(keeper()),
            Some(RightAt::AsListed) | None => Self::Never,
        }
    }

    /// Whether the statement counts.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::HadThen(_) | Self::Listed(_))
    }

    /// The authority that had the right.
    pub fn authority(&self) -> &str {
        match self {
            Self::HadThen(authority) | Self::Listed(authority) => authority,
            Self::NobodyThen | Self::Never => "",
        }
    }
}
