//! The demonstration network's constants. Its secret keys are public: nothing it signs has any legal effect.

use ed25519_dalek::SigningKey;

use super::{
    AppState, Genesis, GenesisGateway, GenesisRegister, GenesisValidator, Params, genesis_pop_alpha,
};
use crate::hash::{Hash, sha256};
use crate::state::Reg;
use crate::vrf;

/// Name of the demonstration chain.
pub const CHAIN_ID: &str = "toend-demo-1";

/// What a derived key is for. One key, one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Votes on blocks; by authority.
    Consensus,
    /// Decisions of the authorities; by authority.
    Governance,
    /// Batches; by register.
    Seal,
    /// Signed answers; by register.
    Answer,
    /// Places of lists; by register.
    Vrf,
    /// Filings; by gateway.
    Gateway,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Consensus => "consensus",
            Self::Governance => "governance",
            Self::Seal => "seal",
            Self::Answer => "answer",
            Self::Vrf => "vrf",
            Self::Gateway => "gateway",
        }
    }
}

/// An authority of the demonstration network; its index is its validator's and its gateway's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authority {
    /// Machine-readable name.
    pub id: &'static str,
    /// Estonian, English, Russian.
    pub names: [&'static str; 3],
}

/// The four authorities. None exists outside the demonstration.
pub const AUTHORITIES: [Authority; 4] = [
    Authority {
        id: "health-house",
        names: ["Tervisemaja", "Health House", "Дом здоровья"],
    },
    Authority {
        id: "tax-house",
        names: ["Maksumaja", "Tax House", "Налоговый дом"],
    },
    Authority {
        id: "business-house",
        names: ["Ettevõttemaja", "Business House", "Дом предпринимательства"],
    },
    Authority {
        id: "land-house",
        names: ["Maamaja", "Land House", "Земельный дом"],
    },
];

/// A register of the demonstration network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    /// Number.
    pub reg: Reg,
    /// Machine-readable name.
    pub id: &'static str,
    /// Index of its authority.
    pub authority: u16,
    /// Estonian, English, Russian.
    pub names: [&'static str; 3],
}

/// The three registers; 4 (property) and 5 (licences) are reserved.
pub const REGISTERS: [Register; 3] = [
    Register {
        reg: Reg(1),
        id: "health",
        authority: 0,
        names: ["Terviseregister", "Health register", "Реестр здоровья"],
    },
    Register {
        reg: Reg(2),
        id: "tax",
        authority: 1,
        names: ["Maksuregister", "Tax register", "Налоговый реестр"],
    },
    Register {
        reg: Reg(3),
        id: "business",
        authority: 2,
        names: [
            "Ettevõtteregister",
            "Business register",
            "Реестр предприятий",
        ],
    },
];

/// A demonstration secret: `SHA256("toend demonstration key, no legal effect" ‖ 00 ‖ purpose ‖ i u16)`.
///
/// Everyone can compute it. `i` is the authority's, register's or gateway's number.
pub fn key(purpose: Purpose, i: u16) -> Hash {
    derived(purpose.name(), i)
}

/// [`key`] for purposes beyond the genesis file's, such as certificates of the demonstration cards.
pub fn derived(purpose: &str, i: u16) -> Hash {
    sha256(&[
        b"toend demonstration key, no legal effect\0",
        purpose.as_bytes(),
        &i.to_be_bytes(),
    ])
}

/// The Ed25519 key pair made from [`key`].
pub fn signing_key(purpose: Purpose, i: u16) -> SigningKey {
    SigningKey::from_bytes(&key(purpose, i))
}

/// A register's secret VRF key in epoch 1.
pub fn vrf_key(reg: Reg) -> vrf::SecretKey {
    vrf::SecretKey::from_bytes(key(Purpose::Vrf, reg.0))
}

/// The demonstration network's beginning.
///
/// # Panics
/// Never: the three fixed VRF inputs map to the curve, as the tests show.
pub fn genesis() -> Genesis {
    let public = |purpose, i| signing_key(purpose, i).verifying_key().to_bytes();
    let register = |reg: Reg| {
        let secret = vrf_key(reg);
        GenesisRegister {
            reg,
            seal_key: public(Purpose::Seal, reg.0),
            answer_key: public(Purpose::Answer, reg.0),
            vrf_key: secret.public(),
            vrf_pop: secret
                .prove(&genesis_pop_alpha(reg))
                .expect("the three fixed inputs map to the curve"),
        }
    };
    Genesis {
        chain_id: CHAIN_ID.to_owned(),
        genesis_time: "2026-11-01T00:00:00Z".to_owned(),
        genesis_time_ms: 1_793_491_200_000,
        initial_height: 1,
        validators: (0u16..)
            .zip(&AUTHORITIES)
            .map(|(i, authority)| GenesisValidator {
                name: authority.id.to_owned(),
                pub_key: public(Purpose::Consensus, i),
                power: 10,
            })
            .collect(),
        params: Params {
            max_bytes: 4 * 1024 * 1024,
            max_gas: -1,
            max_age_num_blocks: 1_000_000,
            max_age_duration_ns: 30 * 24 * 3600 * 1_000_000_000,
            evidence_max_bytes: 1024 * 1024,
            app_version: 1,
        },
        app: AppState {
            tick_ms: 5000,
            least_batch: 8,
            pad_heads: true,
            filings_per_gateway: super::FILINGS_PER_GATEWAY,
            governance_keys: (0..AUTHORITIES.len() as u16)
                .map(|i| public(Purpose::Governance, i))
                .collect(),
            registers: REGISTERS.iter().map(|r| register(r.reg)).collect(),
            gateways: (0..AUTHORITIES.len() as u16)
                .map(|id| GenesisGateway {
                    id,
                    key: public(Purpose::Gateway, id),
                })
                .collect(),
        },
    }
}

/// The demonstration network's genesis file.
pub fn genesis_bytes() -> Vec<u8> {
    genesis().encode()
}

/// The demonstration network's `net`.
pub fn net() -> Hash {
    super::net(&genesis_bytes())
}
