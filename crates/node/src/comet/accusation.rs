//! Evidence of a fork in the form in which CometBFT takes it: `LightClientAttackEvidence`.
//!
//! Whoever found a fork does not know which of the two histories is the network's; each node knows its own. So there are two
//! accusations, one for each reading, and a node refuses the one that accuses its own blocks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use toend_ledger::cometbft::{Address, BlockIdFlag, LightBlock, Validator, ValidatorSet};
use toend_ledger::evidence::{Conflict, EvidenceFile};

use super::rpc::{CometRpc, RpcError};

/// An accusation as CometBFT takes it.
pub struct Accusation {
    value: Value,
    /// The height that the ledger names when it writes this down.
    pub height: u64,
    /// Addresses of the validators that certainly are accused; nobody where signatures alone tell no culprit.
    pub culprits: Vec<Address>,
}

impl Accusation {
    /// Gives it to a node. Ok: the node has checked it and will propose it for a block, or knew it already.
    ///
    /// # Errors
    /// [`RpcError::Refused`] with CometBFT's reason when it proves nothing to this node.
    pub fn submit(&self, rpc: &CometRpc) -> Result<(), RpcError> {
        match rpc.call("broadcast_evidence", &json!({ "evidence": self.value })) {
            Ok(_) => Ok(()),
            // CometBFT repeats all of the evidence behind its reason.
            Err(RpcError::Refused(reason)) => {
                let reason = reason.split(". Evidence: ").next().unwrap_or_default();
                Err(RpcError::Refused(reason.trim().to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}

/// Hands the evidence to a node. Ok: the node has checked it and will propose it for a block, or knew it already.
///
/// # Errors
/// [`RpcError::Refused`] when it proves nothing to this node, or is no fork of signed pages.
pub fn hand_in(rpc: &CometRpc, file: &EvidenceFile) -> Result<(), RpcError> {
    let mut reasons = Vec::new();
    for accusation in accusations(file) {
        match accusation.submit(rpc) {
            Ok(()) => return Ok(()),
            Err(RpcError::Refused(reason)) => reasons.push(reason),
            Err(error) => return Err(error),
        }
    }
    if reasons.is_empty() {
        let why = match file.conflict {
            Conflict::Answers { .. } => {
                "two answers of a gateway accuse no validator: show the file to the other authorities, an auditor or a court"
            }
            _ => "hash links carry no signatures",
        };
        reasons.push(why.to_owned());
    }
    Err(RpcError::Refused(
        reasons.join("; and read the other way: "),
    ))
}

/// Both readings of the evidence.
fn accusations(file: &EvidenceFile) -> Vec<Accusation> {
    let Conflict::Blocks {
        common,
        first,
        second,
    } = &file.conflict
    else {
        return Vec::new();
    };
    let (Some(first), Some(second)) = (first.blocks.last(), second.blocks.last()) else {
        return Vec::new();
    };
    [(first, second), (second, first)]
        .into_iter()
        .filter_map(|(decided, false_one)| accusation(common, decided, false_one))
        .collect()
}

/// That `false_one` was signed although `decided` is the network's block of this height. None where it has no form in JSON.
pub fn accusation(
    common: &LightBlock,
    decided: &LightBlock,
    false_one: &LightBlock,
) -> Option<Accusation> {
    // What follows from the blocks before differs: it was made up. Otherwise the same blocks were signed in two versions,
    // and the last common one is of no matter.
    let made_up = is_made_up(decided, false_one);
    let common = if made_up { common } else { decided };
    let culprits = if made_up {
        signers(false_one, &common.validator_set)
    } else {
        signers_of_both(decided, false_one)
    };
    let addresses = culprits.iter().map(|one| one.address).collect();
    let culprits: Vec<Value> = culprits.iter().map(validator).collect();
    let set = &false_one.validator_set;
    let value = json!({
        "type": "tendermint/LightClientAttackEvidence",
        "value": {
            "ConflictingBlock": {
                "signed_header": serde_json::to_value(&false_one.signed_header).ok()?,
                "validator_set": {
                    "validators": set.validators().iter().map(validator).collect::<Vec<_>>(),
                    // CometBFT wants one, and decides nothing by it.
                    "proposer": validator(set.validators().first()?),
                },
            },
            "CommonHeight": common.height().to_string(),
            // Nobody, rather than an empty list, where signatures alone tell no culprit.
            "ByzantineValidators": if culprits.is_empty() { Value::Null } else { Value::Array(culprits) },
            "TotalVotingPower": common.validator_set.total_power().to_string(),
            "Timestamp": common.header().time.to_string(),
        },
    });
    Some(Accusation {
        value,
        height: common.height(),
        culprits: addresses,
    })
}

/// Whether a field differs that the blocks before decide.
pub fn is_made_up(decided: &LightBlock, false_one: &LightBlock) -> bool {
    let (a, b) = (decided.header(), false_one.header());
    a.validators_hash != b.validators_hash
        || a.next_validators_hash != b.next_validators_hash
        || a.consensus_hash != b.consensus_hash
        || a.app_hash != b.app_hash
        || a.last_results_hash != b.last_results_hash
}

/// Who of a set signed a block, in CometBFT's order.
fn signers(block: &LightBlock, set: &ValidatorSet) -> Vec<Validator> {
    let votes = &block.signed_header.commit.signatures;
    let signed = |one: &&Validator| {
        votes
            .iter()
            .any(|vote| vote.flag == BlockIdFlag::Commit && vote.address == one.address)
    };
    let mut found: Vec<Validator> = set.validators().iter().filter(signed).copied().collect();
    found.sort_by(|a, b| b.power.cmp(&a.power).then(a.address.cmp(&b.address)));
    found
}

/// Who signed both blocks in one round; nobody for certain where the rounds differ.
fn signers_of_both(decided: &LightBlock, false_one: &LightBlock) -> Vec<Validator> {
    let round = |block: &LightBlock| block.signed_header.commit.round;
    if round(decided) != round(false_one) {
        return Vec::new();
    }
    let both = signers(decided, &false_one.validator_set);
    signers(false_one, &false_one.validator_set)
        .into_iter()
        .filter(|one| both.iter().any(|other| other.address == one.address))
        .collect()
}

/// A validator in CometBFT's JSON.
fn validator(one: &Validator) -> Value {
    json!({
        "address": hex::encode_upper(one.address),
        "pub_key": { "type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(one.pub_key) },
        "voting_power": one.power.to_string(),
        "proposer_priority": "0",
    })
}
