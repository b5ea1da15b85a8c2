//! Keys of a network that does not exist yet, and the genesis file over their public halves.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toend_ledger::genesis::demo::REGISTERS;
use toend_ledger::genesis::{
    AppState, Genesis, GenesisGateway, GenesisRegister, GenesisValidator, Params, genesis_pop_alpha,
};
use toend_ledger::state::Reg;
use toend_ledger::vrf;

use super::{Options, TestnetError, checked, names, public};
use crate::authority::keys::{self, Secret};

/// One authority's keys. One key, one purpose.
pub struct Authority {
    pub id: String,
    pub consensus: Secret,
    pub node: Secret,
    pub governance: Secret,
    pub gateway: Secret,
    pub register: Option<Register>,
}

/// A register's keys.
pub struct Register {
    pub reg: Reg,
    pub seal: Secret,
    pub answer: Secret,
    pub vrf: Secret,
}

/// All authorities.
pub struct Plan {
    pub chain_id: String,
    pub authorities: Vec<Authority>,
}

impl Plan {
    /// Draws all keys. The demonstration's three registers go to the first three authorities.
    pub fn draw(options: &Options) -> Result<Self, TestnetError> {
        let chain_id = match &options.chain_id {
            Some(chain_id) => chain_id.clone(),
            None => format!("toend-{}", hex::encode(&keys::fresh()?[..4])),
        };
        let authorities = (0..options.authorities)
            .map(|number| {
                let register = REGISTERS.iter().find(|one| one.authority == number);
                Ok(Authority {
                    id: names::id(number),
                    consensus: keys::fresh()?,
                    node: keys::fresh()?,
                    governance: keys::fresh()?,
                    gateway: keys::fresh()?,
                    register: register.map(|one| Register::draw(one.reg)).transpose()?,
                })
            })
            .collect::<Result<_, TestnetError>>()?;
        Ok(Self {
            chain_id,
            authorities,
        })
    }

    /// The genesis file. All validators have the same power.
    pub fn genesis(&self, options: &Options, now_s: u64) -> Result<Genesis, TestnetError> {
        let time = i64::try_from(now_s)
            .ok()
            .and_then(|now| OffsetDateTime::from_unix_timestamp(now).ok())
            .and_then(|now| now.format(&Rfc3339).ok())
            .ok_or_else(|| TestnetError::Genesis("the clock".to_owned()))?;
        let registers = self
            .authorities
            .iter()
            .filter_map(|authority| authority.register.as_ref())
            .map(Register::genesis)
            .collect::<Result<_, _>>()?;
        let genesis = Genesis {
            chain_id: self.chain_id.clone(),
            genesis_time: time,
            genesis_time_ms: now_s.saturating_mul(1000),
            initial_height: 1,
            validators: self
                .authorities
                .iter()
                .map(|authority| GenesisValidator {
                    name: authority.id.clone(),
                    pub_key: public(&authority.consensus),
                    power: 10,
                })
                .collect(),
            params: Params {
                max_bytes: 4 << 20,
                max_gas: -1,
                max_age_num_blocks: 1_000_000,
                max_age_duration_ns: 30 * 24 * 3600 * 1_000_000_000,
                evidence_max_bytes: 1 << 20,
                app_version: 1,
            },
            app: AppState {
                tick_ms: u64::try_from(options.tick.as_millis()).unwrap_or(u64::MAX),
                least_batch: 8,
                pad_heads: true,
                governance_keys: self
                    .authorities
                    .iter()
                    .map(|authority| public(&authority.governance))
                    .collect(),
                registers,
                gateways: (0u16..)
                    .zip(&self.authorities)
                    .map(|(id, authority)| GenesisGateway {
                        id,
                        key: public(&authority.gateway),
                    })
                    .collect(),
            },
        };
        checked(&genesis)
    }
}

impl Register {
    /// Some VRF keys cannot prove their possession for the fixed input; such a one is drawn again.
    fn draw(reg: Reg) -> Result<Self, TestnetError> {
        loop {
            let vrf = keys::fresh()?;
            let secret = vrf::SecretKey::from_bytes(*vrf);
            if secret.prove(&genesis_pop_alpha(reg)).is_ok() {
                return Ok(Self {
                    reg,
                    seal: keys::fresh()?,
                    answer: keys::fresh()?,
                    vrf,
                });
            }
        }
    }

    fn genesis(&self) -> Result<GenesisRegister, TestnetError> {
        let secret = vrf::SecretKey::from_bytes(*self.vrf);
        Ok(GenesisRegister {
            reg: self.reg,
            seal_key: public(&self.seal),
            answer_key: public(&self.answer),
            vrf_key: secret.public(),
            vrf_pop: secret
                .prove(&genesis_pop_alpha(self.reg))
                .map_err(|error| TestnetError::Genesis(error.to_string()))?,
        })
    }
}
