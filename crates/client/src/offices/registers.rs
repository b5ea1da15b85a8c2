//! Registers: whose they are, their keys, their epochs and their rights.

use toend_ledger::network::{self, NetworkFile};
use toend_ledger::schema;
use toend_ledger::state::{EpochValue, Key, Reg, RightValue, Value};
use toend_light_client::trusted::StateRoot;

use super::keys::{FirstKeys, key, six_words};
use super::{Answers, EPOCHS, PERIODS, decided, value};
use crate::dto::{EpochOffice, RegisterId, RegisterOffice, RightOffice};
use crate::records::Fault;

/// A register as it stands.
pub fn register(
    (network, first): (&NetworkFile, FirstKeys<'_>),
    root: &StateRoot,
    answers: &Answers,
    register: RegisterId,
) -> Result<RegisterOffice, Fault> {
    let reg = Reg(register.number());
    let Some(Value::Register(keys)) = value(root, answers, &Key::Register(reg))? else {
        return Err(Fault::ProofInvalid);
    };
    let keeper = network
        .registers
        .iter()
        .find(|entry| entry.reg == reg)
        .and_then(|entry| {
            let is_it = |authority: &network::AuthorityEntry| authority.id == entry.authority;
            network.authorities.iter().position(is_it)
        })
        .and_then(|at| u16::try_from(at).ok());
    let began = first.register(reg);
    Ok(RegisterOffice {
        register,
        authority: keeper,
        batches: keys.next_batch.saturating_sub(1),
        entries: keys.entries,
        seal_key: key(Some(keys.seal_key), began.map(|began| began.seal_key)),
        answer_key: key(Some(keys.answer_key), began.map(|began| began.answer_key)),
        keys_since: keys.changed.map(|change| decided(change.at, change.serial)),
        epochs: epochs(root, answers, reg)?,
        rights: rights(root, answers, reg)?,
    })
}

/// The epochs, from the first on: each is followed by the next, until one is proven absent.
fn epochs(root: &StateRoot, answers: &Answers, reg: Reg) -> Result<Vec<EpochOffice>, Fault> {
    let mut epochs = Vec::new();
    for epoch in 1..=EPOCHS {
        let Some(Value::Epoch(value)) = value(root, answers, &Key::Epoch { reg, epoch })? else {
            break;
        };
        epochs.push(EpochOffice {
            epoch,
            words: six_words(&value.vrf_key),
            from_page: value.from,
            until_page: (value.until != EpochValue::OPEN).then_some(value.until),
        });
    }
    Ok(epochs)
}

fn rights(root: &StateRoot, answers: &Answers, reg: Reg) -> Result<Vec<RightOffice>, Fault> {
    let mut rights = Vec::new();
    for schema in schema::all().filter(|schema| schema.reg == reg.0) {
        for period in 1..=PERIODS {
            let key = Key::Right {
                reg,
                schema: schema.id,
                period,
            };
            if period > 1 && !answers.contains_key(&key) {
                break;
            }
            let Some(Value::Right(value)) = value(root, answers, &key)? else {
                break;
            };
            let lasts = value.until == RightValue::OPEN;
            rights.push(RightOffice {
                schema: schema.name.to_owned(),
                may: lasts,
                from_page: value.from,
                until_page: (!lasts).then_some(value.until),
            });
        }
    }
    Ok(rights)
}
