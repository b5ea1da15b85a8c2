//! Whose key a key is, as far as the genesis file tells.

use std::fmt;

use toend_ledger::genesis::Genesis;

/// What a key is for, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Signs a register's batches.
    Seal(u16),
    /// Signs a register's answers.
    Answer(u16),
    /// A register's VRF key.
    Vrf(u16),
    /// Signs a gateway's filings.
    Gateway(u16),
    /// Signs an authority's decisions.
    Governance(u16),
    /// Signs blocks.
    Validator,
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seal(reg) => write!(out, "the seal key of register {reg}"),
            Self::Answer(reg) => write!(out, "the answer key of register {reg}"),
            Self::Vrf(reg) => write!(out, "the VRF key of register {reg}"),
            Self::Gateway(number) => write!(out, "the gateway key of authority {number}"),
            Self::Governance(number) => write!(out, "the governance key of authority {number}"),
            Self::Validator => write!(out, "a consensus key"),
        }
    }
}

/// What the genesis file knows a public key as.
fn known(genesis: &Genesis, public: &[u8; 32]) -> Option<Role> {
    let registers = genesis.app.registers.iter().flat_map(|one| {
        [
            (Role::Seal(one.reg.0), one.seal_key),
            (Role::Answer(one.reg.0), one.answer_key),
            (Role::Vrf(one.reg.0), *one.vrf_key.as_bytes()),
        ]
    });
    let gateways = genesis.app.gateways.iter();
    let gateways = gateways.map(|one| (Role::Gateway(one.id), one.key));
    let governance = (0u16..).zip(&genesis.app.governance_keys);
    let governance = governance.map(|(number, key)| (Role::Governance(number), *key));
    let validators = genesis.validators.iter();
    let validators = validators.map(|one| (Role::Validator, one.pub_key));
    let mut all = registers
        .chain(gateways)
        .chain(governance)
        .chain(validators);
    all.find(|(_, key)| key == public).map(|(role, _)| role)
}

/// Refuses a key that the genesis file knows as something else than wanted. A key that it does not know may have come by a
/// decision.
pub(super) fn check(
    genesis: &Genesis,
    wanted: Option<Role>,
    public: &[u8; 32],
) -> Result<(), String> {
    match (known(genesis, public), wanted) {
        (Some(found), Some(wanted)) if found != wanted => {
            Err(format!("this is {found}; {wanted} is wanted"))
        }
        _ => Ok(()),
    }
}
