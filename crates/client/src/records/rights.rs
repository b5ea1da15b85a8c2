//! Which kinds of record a register might seal when, as the ledger itself says: asked with proof, at the page of a list.

use std::collections::BTreeMap;

use toend_ledger::gateway::Proven;
use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;
use toend_ledger::proof::StateProof;
use toend_ledger::rights::{MAX_PERIODS, Periods, RightAt, RightProof};
use toend_ledger::schema;
use toend_ledger::state::{Key, Reg, RightValue};
use toend_light_client::trusted::TrustedBlock;

use super::fault::Fault;
use super::judged::Judged;
use super::problems;
use crate::dto::RegisterId;
use crate::providers::Provider;

/// The rights of one register, proven in one state.
#[derive(Clone, Debug)]
pub struct Rights {
    /// Height of that state: what was sealed later is not judged by it.
    height: u64,
    /// By kind of record.
    by_schema: BTreeMap<u32, (RightProof, Periods)>,
}

impl Rights {
    /// The proof for a kind of record, where it rests on the state after `height`.
    pub fn proof_at(&self, height: u64, schema: u32) -> Option<&RightProof> {
        let (proof, _) = self
            .by_schema
            .get(&schema)
            .filter(|_| self.height == height)?;
        Some(proof)
    }

    /// Whether the register might seal this kind at a height; none when that cannot be told from these.
    fn may_seal(&self, network: &NetworkFile, reg: Reg, schema: u32, height: u64) -> Option<bool> {
        if height > self.height {
            return None;
        }
        let (_, periods) = self.by_schema.get(&schema)?;
        Some(match periods.at(height) {
            RightAt::Held(_) => true,
            RightAt::Nobody => false,
            RightAt::AsListed => network.may_seal(reg, schema, height),
        })
    }
}

/// What is asked for: all kinds of the register, never only those that a person has.
///
/// `known` serves on when nothing in the list is newer. None when no gateway proves what is needed.
pub async fn ask(
    providers: &[Provider],
    own: &Provider,
    register: RegisterId,
    block: &TrustedBlock,
    newest_entry: u64,
    known: Option<&Rights>,
) -> Option<Rights> {
    if let Some(known) = known
        && known.height >= newest_entry
    {
        return Some(known.clone());
    }
    let others = providers
        .iter()
        .filter(|other| other.authority() != own.authority());
    for provider in std::iter::once(own).chain(others) {
        if let Some(rights) = ask_one(provider, register, block).await {
            return Some(rights);
        }
    }
    None
}

async fn ask_one(
    provider: &Provider,
    register: RegisterId,
    block: &TrustedBlock,
) -> Option<Rights> {
    let reg = Reg(register.number());
    let height = block.height().saturating_sub(1);
    let root = block.block().header().state_root()?;
    let mut by_schema = BTreeMap::new();
    for schema in schema::all().filter(|schema| schema.reg == reg.0) {
        let right = periods(provider, &root, height, reg, schema.id).await?;
        by_schema.insert(schema.id, right);
    }
    Some(Rights { height, by_schema })
}

async fn periods(
    provider: &Provider,
    root: &Hash,
    height: u64,
    reg: Reg,
    schema: u32,
) -> Option<(RightProof, Periods)> {
    let mut shown = Vec::new();
    for period in 1..=u16::try_from(MAX_PERIODS + 1).ok()? {
        let key = Key::Right {
            reg,
            schema,
            period,
        };
        let Proven { value, proof } = provider.state(&key.encode(), height).await.ok()?;
        let proof = StateProof::decode(&proof.0).ok()?;
        if let Some(value) = value {
            shown.push((RightValue::decode(&value.0).ok()?, proof));
            continue;
        }
        let right = RightProof {
            periods: shown,
            end: proof,
        };
        let periods = right.verify(root, reg, schema).ok()?;
        return Some((right, periods));
    }
    None
}

/// Judges every entry by the right in force at the height that sealed it. Without rights from the ledger no entry of a
/// list that was answered now counts: whoever hides that a right ended must not gain by it.
pub fn judge(
    network: &NetworkFile,
    register: RegisterId,
    rights: Option<&Rights>,
    judged: &mut Judged,
) {
    let reg = Reg(register.number());
    let height = judged.height;
    let mut hit: BTreeMap<Fault, Vec<u64>> = BTreeMap::new();
    for entry in &mut judged.entries {
        let sealed = entry.at.map_or(height, |at| at.height);
        let Some(schema) = entry.contents().map(|contents| contents.schema) else {
            continue;
        };
        let right = || rights?.may_seal(network, reg, schema.id, sealed);
        let fault = if schema.reg == reg.0 {
            match right() {
                Some(true) => continue,
                Some(false) => Fault::NotEntitled,
                None => Fault::ProofInvalid,
            }
        } else {
            Fault::UnknownSchema
        };
        entry.spoil_with(fault, &[("height", sealed.to_string())]);
        hit.entry(fault).or_default().push(entry.n);
    }
    for (fault, entries) in hit {
        let error = fault
            .on_list(register)
            .with("n", &problems::numbers(&entries));
        judged.problem(fault, error);
    }
}
