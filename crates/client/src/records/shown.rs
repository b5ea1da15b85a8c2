//! One key of the state, shown present or absent against a verified root.

use toend_ledger::gateway::Proven;
use toend_ledger::proof::StateProof;
use toend_ledger::state::{Key, Value};
use toend_light_client::trusted::{StateRoot, Verified};

use super::fault::Fault;

/// What a proof shows under a key.
#[expect(
    clippy::large_enum_variant,
    reason = "present is the rule, and lives for a moment"
)]
#[derive(Clone, Debug)]
pub enum Shown {
    /// This value, by this proof.
    Present(Verified<Value>, StateProof),
    /// Nothing.
    Absent,
}

/// Checks a proof for a key that *we* named. The value is decoded as that key's kind and no other.
pub fn show(root: &StateRoot, key: &Key, given: &Proven) -> Result<Shown, Fault> {
    let proof = StateProof::decode(&given.proof.0).map_err(|_| Fault::ProofInvalid)?;
    let Some(value) = &given.value else {
        root.absent(key, &proof).map_err(|_| Fault::ProofInvalid)?;
        return Ok(Shown::Absent);
    };
    let value = root
        .present(key, &value.0, &proof)
        .map_err(|_| Fault::ProofInvalid)?;
    let value = value
        .derive(|bytes| Value::decode(key, bytes))
        .map_err(|_| Fault::ProofInvalid)?;
    Ok(Shown::Present(value, proof))
}

/// Narrows a verified value to the kind its key has; every other kind is refused.
macro_rules! narrow {
    ($value:expr, $kind:ident) => {
        $value.derive(|value| match value {
            toend_ledger::state::Value::$kind(value) => Ok(value),
            _ => Err($crate::records::Fault::ProofInvalid),
        })
    };
}
pub(super) use narrow;
