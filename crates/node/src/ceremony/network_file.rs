//! The network file of a network that does not run yet: its checkpoint is the first block, which the genesis file fixes.

use toend_ledger::cometbft::{Validator, ValidatorSet};
use toend_ledger::genesis::Genesis;
use toend_ledger::network::demo::TRUSTING_PERIOD_S;
use toend_ledger::network::{
    AuthorityEntry, Checkpoint, FORMAT, FORMAT_ISSUERS, MinimumSuite, Names, NetworkFile,
    RegisterEntry, Right, SchemaSize, ValidatorEntry, ValidatorSetEntry,
};
use toend_ledger::schema;
use toend_ledger::state::Reg;

use super::{PublicHalf, Terms};
use crate::abci::first_block;

/// The network file; `halves` are checked and stand in the order of their authorities.
pub fn network_file(
    terms: &Terms,
    halves: &[PublicHalf],
    genesis: &Genesis,
    genesis_file: &[u8],
) -> Result<NetworkFile, String> {
    let first = first_block::header(genesis)?;
    let from_height = genesis.initial_height;
    let mut kept: Vec<_> = terms
        .members
        .iter()
        .filter_map(|member| Some((member, member.register?)))
        .collect();
    kept.sort_unstable_by_key(|(_, register)| register.reg);
    let set = ValidatorSet::new(
        genesis
            .validators
            .iter()
            .map(|v| Validator::new(v.pub_key, v.power))
            .collect(),
    )
    .map_err(|error| error.to_string())?;
    let of_register = |reg: Reg| schema::all().filter(move |s| Reg(s.reg) == reg);
    let mut schemas: Vec<SchemaSize> = schema::all()
        .map(|s| SchemaSize {
            id: s.id,
            positions: s.size(),
            headed: s.headed,
        })
        .collect();
    schemas.sort_unstable_by_key(|s| s.id);
    let issued = terms.members.iter().any(|one| one.tls_issuer.is_some());
    let format = if issued { FORMAT_ISSUERS } else { FORMAT };
    Ok(NetworkFile {
        format: format.to_owned(),
        demonstration: true,
        chain_id: genesis.chain_id.clone(),
        net: toend_ledger::genesis::net(genesis_file),
        first_height: from_height,
        names: terms.names.clone(),
        checkpoint: Checkpoint {
            height: first.height,
            time_ms: first.time.millis(),
            header_hash: first.hash(),
            validators_hash: first.validators_hash,
        },
        trusting_period_s: TRUSTING_PERIOD_S,
        authorities: terms
            .members
            .iter()
            .zip(halves)
            .map(|(member, half)| AuthorityEntry {
                id: member.id.clone(),
                names: member.names.clone(),
                validator_pub_key: half.named().consensus,
                gateway: member.gateway.clone(),
                rpc: member.rpc.clone(),
                tls_issuer: member.tls_issuer,
            })
            .collect(),
        registers: kept
            .iter()
            .map(|(member, register)| RegisterEntry {
                reg: register.reg,
                id: register.id.to_owned(),
                authority: member.id.clone(),
                names: three(register.names),
            })
            .collect(),
        rights: kept
            .iter()
            .map(|(_, register)| {
                let mut schemas: Vec<u32> = of_register(register.reg).map(|s| s.id).collect();
                schemas.sort_unstable();
                Right {
                    from_height,
                    reg: register.reg,
                    schemas,
                }
            })
            .collect(),
        validator_sets: vec![ValidatorSetEntry {
            from_height,
            validators: set
                .validators()
                .iter()
                .map(|v| ValidatorEntry {
                    pub_key: v.pub_key,
                    power: v.power,
                })
                .collect(),
        }],
        schemas,
        pins: Vec::new(),
        minimum_suites: vec![MinimumSuite {
            from_height,
            suite: 1,
        }],
    })
}

/// A name in three languages.
fn three([et, en, ru]: [&str; 3]) -> Names {
    Names {
        et: et.to_owned(),
        en: en.to_owned(),
        ru: ru.to_owned(),
    }
}
