//! What a network is made of before its first block: the genesis file and the keys that go with it.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use toend_ledger::cometbft::{ConsensusParams, Time, Validator};
use toend_ledger::genesis::{Genesis, demo};
use toend_ledger::hash::Hash;
use zeroize::Zeroizing;

/// Reads the time of day.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// This computer's clock. One that stands before 1970 counts as 1970.
    pub fn system() -> Self {
        Self::from_fn(|| {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            i64::try_from(since.as_secs())
                .ok()
                .and_then(|secs| Time::new(secs, since.subsec_nanos()).ok())
                .unwrap_or(Time::UNIX_EPOCH)
        })
    }

    /// Any clock, for tests of wrong ones.
    pub fn from_fn(read: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What it shows now.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Why a genesis file cannot be run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A value in it is not usable.
    #[error("the genesis file's {0} cannot be used")]
    Value(&'static str),
}

/// The network's beginning.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The genesis file as the application reads it.
    pub genesis: Genesis,
    /// The genesis file itself.
    pub genesis_bytes: Vec<u8>,
    /// The genesis file as `/genesis` shows it.
    pub genesis_json: Value,
    /// Hash of the genesis file.
    pub net: Hash,
    /// Time of the first block.
    pub genesis_time: Time,
    /// The consensus parameters that headers commit to.
    pub params: ConsensusParams,
    /// The validators, in the order of the authorities.
    pub validators: Vec<Validator>,
    /// The clock the validators vote by.
    pub clock: Clock,
    secrets: Vec<Zeroizing<[u8; 32]>>,
}

impl Plan {
    /// The demonstration network: all its keys are published constants.
    pub fn demo() -> Result<Self, PlanError> {
        let count = u16::try_from(demo::AUTHORITIES.len()).unwrap_or(u16::MAX);
        let secrets = (0..count)
            .map(|i| demo::key(demo::Purpose::Consensus, i))
            .collect();
        Self::new(&demo::genesis_bytes(), secrets, Clock::system())
    }

    /// A network of one process: the genesis file and the validators' secret keys, in its order.
    pub fn new(genesis: &[u8], secrets: Vec<[u8; 32]>, clock: Clock) -> Result<Self, PlanError> {
        let secrets: Vec<_> = secrets.into_iter().map(Zeroizing::new).collect();
        let genesis_bytes = genesis.to_vec();
        let genesis_json = serde_json::from_slice(genesis).map_err(|_| PlanError::Value("JSON"))?;
        let (genesis, net) = Genesis::parse(genesis).map_err(|_| PlanError::Value("contents"))?;
        if genesis.initial_height != 1 {
            return Err(PlanError::Value("initial_height"));
        }
        let validators: Vec<Validator> = genesis
            .validators
            .iter()
            .map(|v| Validator::new(v.pub_key, v.power))
            .collect();
        let keys_fit = secrets.len() == validators.len()
            && secrets.iter().zip(&validators).all(|(secret, validator)| {
                ed25519_dalek::SigningKey::from_bytes(secret)
                    .verifying_key()
                    .to_bytes()
                    == validator.pub_key
            });
        if !keys_fit {
            return Err(PlanError::Value("validators (their keys are not at hand)"));
        }
        Ok(Self {
            genesis_time: Time::from_millis(genesis.genesis_time_ms)
                .map_err(|_| PlanError::Value("genesis_time"))?,
            params: ConsensusParams {
                block_max_bytes: genesis.params.max_bytes,
                block_max_gas: genesis.params.max_gas,
            },
            genesis,
            genesis_bytes,
            genesis_json,
            net,
            validators,
            clock,
            secrets,
        })
    }

    /// CometBFT chain id.
    pub fn chain_id(&self) -> &str {
        &self.genesis.chain_id
    }

    /// The validators' secret keys, in the order of the authorities.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.secrets.iter().map(|secret| &**secret)
    }
}
