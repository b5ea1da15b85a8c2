//! The network file of a network that does not run yet: its checkpoint is the first block, which the genesis file fixes.

use toend_ledger::cometbft::{Validator, ValidatorSet};
use toend_ledger::genesis::Genesis;
use toend_ledger::genesis::demo::REGISTERS;
use toend_ledger::network::demo::TRUSTING_PERIOD_S;
use toend_ledger::network::{
    AuthorityEntry, Checkpoint, FORMAT, MinimumSuite, NetworkFile, RegisterEntry, Right,
    SchemaSize, ValidatorEntry, ValidatorSetEntry,
};
use toend_ledger::schema;
use toend_ledger::state::Reg;

use super::names::{names, three};
use super::plan::Plan;
use super::{ports, public};
use crate::abci::first_block;

pub fn network_file(
    plan: &Plan,
    genesis: &Genesis,
    genesis_file: &[u8],
    base_port: u16,
) -> Result<NetworkFile, String> {
    let first = first_block::header(genesis)?;
    let from_height = genesis.initial_height;
    let kept = || {
        plan.authorities
            .iter()
            .filter_map(|a| Some((a, a.register.as_ref()?)))
    };
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
    Ok(NetworkFile {
        format: FORMAT.to_owned(),
        demonstration: true,
        chain_id: genesis.chain_id.clone(),
        net: toend_ledger::genesis::net(genesis_file),
        first_height: from_height,
        names: three([
            "Tõendi katsevõrk",
            "Tõend test network",
            "Тестовая сеть Tõend",
        ]),
        checkpoint: Checkpoint {
            height: first.height,
            time_ms: first.time.millis(),
            header_hash: first.hash(),
            validators_hash: first.validators_hash,
        },
        trusting_period_s: TRUSTING_PERIOD_S,
        authorities: (0u16..)
            .zip(&plan.authorities)
            .map(|(number, authority)| {
                let ports = ports(base_port, number);
                AuthorityEntry {
                    id: authority.id.clone(),
                    names: names(number),
                    validator_pub_key: public(&authority.consensus),
                    gateway: format!("http://127.0.0.1:{}", ports.gateway),
                    rpc: format!("http://127.0.0.1:{}", ports.rpc),
                }
            })
            .collect(),
        registers: kept()
            .filter_map(|(authority, register)| {
                let known = REGISTERS.iter().find(|one| one.reg == register.reg)?;
                Some(RegisterEntry {
                    reg: register.reg,
                    id: known.id.to_owned(),
                    authority: authority.id.clone(),
                    names: three(known.names),
                })
            })
            .collect(),
        rights: kept()
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
