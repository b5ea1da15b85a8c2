//! The genesis file over the public halves of all keys.

use toend_ledger::genesis::{
    AppState, Genesis, GenesisGateway, GenesisRegister, GenesisValidator, Params,
};
use toend_state_machine::limits::RULES;

use super::{CeremonyError, PublicHalf, Terms};

/// The genesis file; `halves` are checked and stand in the order of their authorities.
pub fn genesis(terms: &Terms, halves: &[PublicHalf]) -> Result<Genesis, CeremonyError> {
    let mut registers: Vec<GenesisRegister> = halves
        .iter()
        .filter_map(|half| half.named().register.as_ref())
        .map(|register| GenesisRegister {
            reg: register.reg,
            seal_key: register.seal,
            answer_key: register.answer,
            vrf_key: register.vrf,
            vrf_pop: register.possession,
        })
        .collect();
    registers.sort_unstable_by_key(|register| register.reg);
    let genesis = Genesis {
        chain_id: terms.chain_id.clone(),
        genesis_time: terms.genesis_time.clone(),
        genesis_time_ms: terms.genesis_time_s.saturating_mul(1000),
        initial_height: 1,
        validators: terms
            .members
            .iter()
            .zip(halves)
            .map(|(member, half)| GenesisValidator {
                name: member.id.clone(),
                pub_key: half.named().consensus,
                power: member.power,
            })
            .collect(),
        params: Params {
            max_bytes: 4 << 20,
            max_gas: -1,
            max_age_num_blocks: 1_000_000,
            max_age_duration_ns: 30 * 24 * 3600 * 1_000_000_000,
            evidence_max_bytes: 1 << 20,
            app_version: RULES,
        },
        app: AppState {
            tick_ms: u64::try_from(terms.tick.as_millis()).unwrap_or(u64::MAX),
            least_batch: terms.least_batch,
            pad_heads: true,
            filings_per_gateway: terms.filings_per_gateway,
            governance_keys: halves.iter().map(|half| half.named().governance).collect(),
            registers,
            gateways: (0u16..)
                .zip(halves)
                .map(|(id, half)| GenesisGateway {
                    id,
                    key: half.named().gateway,
                })
                .collect(),
        },
    };
    // The genesis file's own word for whether it can be run.
    Genesis::parse(&genesis.encode())
        .map(|(genesis, _)| genesis)
        .map_err(|error| CeremonyError::Terms(error.to_string()))
}
