//! Judging two answers of a gateway: did its key sign both, and could any ledger make it sign both?

use toend_ledger::gateway::{FilingAnswer, Proven};
use toend_ledger::genesis::Genesis;
use toend_ledger::network::NetworkFile;
use toend_ledger::state::{GatewayValue, Key, VACANT, Value};
use toend_light_client::trusted::state_root_for;

use super::{Conflict, EvidenceFile, GatewayKey, Judgement, Reason, by_listed};
use crate::records::{Shown, show};

/// Judges them by a network file that is trusted.
pub(super) fn judge(
    network: &NetworkFile,
    key: &GatewayKey,
    first: &FilingAnswer,
    second: &FilingAnswer,
) -> (Judgement, Reason) {
    if first.contradicts(second).is_none() {
        return (Judgement::Refuted, Reason::NoConflict);
    }
    let Some(key) = shown(network, first.gateway, key) else {
        return (Judgement::Refuted, Reason::NotTheGateway);
    };
    let signed = |answer: &FilingAnswer| answer.is_signed(&network.net, &key);
    if signed(first) && signed(second) {
        (Judgement::Proven, Reason::TwoAnswers)
    } else {
        (Judgement::Refuted, Reason::NotTheGateway)
    }
}

/// Number of the authority that runs a gateway: what the ledger's value says, else the gateway's own number. What is read here
/// counts once the answers are judged.
pub(super) fn house_of(file: &EvidenceFile, gateway: u16) -> u16 {
    match &file.conflict {
        Conflict::Answers {
            key: GatewayKey::Ledger { value, .. },
            ..
        } => GatewayValue::decode(&value.0).map_or(gateway, |value| value.authority),
        _ => gateway,
    }
}

/// The key, if what is given shows it to be the gateway's.
fn shown(network: &NetworkFile, gateway: u16, key: &GatewayKey) -> Option<[u8; 32]> {
    match key {
        GatewayKey::Genesis { file } => {
            let (genesis, net) = Genesis::parse(&file.0).ok()?;
            let mut gateways = genesis.app.gateways.iter();
            let found = gateways.find(|one| one.id == gateway)?;
            (net == network.net).then_some(found.key)
        }
        GatewayKey::Ledger {
            value,
            proof,
            block,
        } => {
            let page = by_listed(network, block)?;
            let root = state_root_for(page.height().checked_sub(1)?, &page.header()).ok()?;
            let given = Proven {
                value: Some(value.clone()),
                proof: proof.clone(),
            };
            let Shown::Present(value, _) = show(&root, &Key::Gateway(gateway), &given).ok()? else {
                return None;
            };
            match value.get() {
                Value::Gateway(value) if value.key != VACANT => Some(value.key),
                _ => None,
            }
        }
    }
}
