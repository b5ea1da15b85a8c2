//! The demonstration network's file: all but checkpoint and endpoints is compiled in.

use super::{
    AuthorityEntry, Checkpoint, FORMAT, MinimumSuite, Names, NetworkFile, RegisterEntry, Right,
    SchemaSize, ValidatorEntry, ValidatorSetEntry,
};
use crate::genesis::demo::{AUTHORITIES, CHAIN_ID, Purpose, REGISTERS, genesis, net, signing_key};
use crate::schema;
use crate::state::Reg;

/// Seconds for which the demonstration's checkpoint may be trusted: 14 days.
pub const TRUSTING_PERIOD_S: u64 = 14 * 86_400;

/// Where one authority answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoint {
    /// Base address of the gateway.
    pub gateway: String,
    /// Base address of the CometBFT RPC.
    pub rpc: String,
}

/// The file with this checkpoint and the authorities' endpoints, in their order; missing ones stay empty.
pub fn network_file(endpoints: &[Endpoint], checkpoint: Checkpoint) -> NetworkFile {
    let genesis = genesis();
    let names = |[et, en, ru]: [&str; 3]| Names {
        et: et.to_owned(),
        en: en.to_owned(),
        ru: ru.to_owned(),
    };
    let authorities = (0u16..).zip(&AUTHORITIES).map(|(i, authority)| {
        let endpoint = endpoints.get(usize::from(i)).cloned().unwrap_or_default();
        AuthorityEntry {
            id: authority.id.to_owned(),
            names: names(authority.names),
            validator_pub_key: signing_key(Purpose::Consensus, i)
                .verifying_key()
                .to_bytes(),
            gateway: endpoint.gateway,
            rpc: endpoint.rpc,
            tls_issuer: None,
        }
    });
    let registers = REGISTERS.iter().map(|register| RegisterEntry {
        reg: register.reg,
        id: register.id.to_owned(),
        authority: AUTHORITIES
            .get(usize::from(register.authority))
            .map(|a| a.id.to_owned())
            .unwrap_or_default(),
        names: names(register.names),
    });
    let rights = REGISTERS.iter().map(|register| {
        let mut schemas: Vec<u32> = schema::all()
            .filter(|s| Reg(s.reg) == register.reg)
            .map(|s| s.id)
            .collect();
        schemas.sort_unstable();
        Right {
            from_height: genesis.initial_height,
            reg: register.reg,
            schemas,
        }
    });
    let mut schemas: Vec<SchemaSize> = schema::all()
        .map(|s| SchemaSize {
            id: s.id,
            positions: s.size(),
            headed: s.headed,
        })
        .collect();
    schemas.sort_unstable_by_key(|s| s.id);
    // CometBFT's order: falling power, then rising address. All powers are equal here.
    let set = crate::cometbft::ValidatorSet::new(
        genesis
            .validators
            .iter()
            .map(|v| crate::cometbft::Validator::new(v.pub_key, v.power))
            .collect(),
    );
    let validators = set.map_or_else(
        |_| Vec::new(),
        |set| {
            set.validators()
                .iter()
                .map(|v| ValidatorEntry {
                    pub_key: v.pub_key,
                    power: v.power,
                })
                .collect()
        },
    );
    NetworkFile {
        format: FORMAT.to_owned(),
        demonstration: true,
        chain_id: CHAIN_ID.to_owned(),
        net: net(),
        first_height: genesis.initial_height,
        names: names([
            "Tõendi näidisvõrk",
            "Tõend demonstration network",
            "Демонстрационная сеть Tõend",
        ]),
        checkpoint,
        trusting_period_s: TRUSTING_PERIOD_S,
        authorities: authorities.collect(),
        registers: registers.collect(),
        rights: rights.collect(),
        validator_sets: vec![ValidatorSetEntry {
            from_height: genesis.initial_height,
            validators,
        }],
        schemas,
        pins: Vec::new(),
        minimum_suites: vec![MinimumSuite {
            from_height: genesis.initial_height,
            suite: 1,
        }],
    }
}
