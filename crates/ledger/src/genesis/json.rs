//! The genesis file's JSON: CometBFT's names and habits (numbers as strings, keys in base64), ours in hex.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{
    AppState, FILINGS_PER_GATEWAY, Genesis, GenesisError, GenesisGateway, GenesisRegister,
    GenesisValidator, Params,
};
use crate::hash::sha256;
use crate::state::Reg;
use crate::vrf::{self, PublicKey};

const APP_FORMAT: &str = "toend-app-state/1";
const KEY_TYPE: &str = "tendermint/PubKeyEd25519";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    genesis_time: String,
    chain_id: String,
    initial_height: String,
    consensus_params: ConsensusParams,
    validators: Vec<Validator>,
    app_hash: String,
    app_state: App,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsensusParams {
    block: Block,
    evidence: Evidence,
    validator: ValidatorParams,
    version: Version,
    abci: Abci,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    max_bytes: String,
    max_gas: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names)] // CometBFT's names
struct Evidence {
    max_age_num_blocks: String,
    max_age_duration: String,
    max_bytes: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidatorParams {
    pub_key_types: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    app: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Abci {
    vote_extensions_enable_height: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Validator {
    address: String,
    pub_key: PubKey,
    power: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PubKey {
    r#type: String,
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct App {
    format: String,
    tick_ms: u64,
    least_batch: u32,
    pad_heads: bool,
    /// Absent where it is [`FILINGS_PER_GATEWAY`], so that one value has one form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filings_per_gateway: Option<u32>,
    governance_keys: Vec<String>,
    registers: Vec<Register>,
    gateways: Vec<Gateway>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Register {
    reg: u16,
    seal_key: String,
    answer_key: String,
    vrf_key: String,
    vrf_pop: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gateway {
    id: u16,
    key: String,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Genesis, GenesisError> {
    let file: File =
        serde_json::from_slice(bytes).map_err(|error| GenesisError::Json(error.to_string()))?;
    let time = OffsetDateTime::parse(&file.genesis_time, &Rfc3339)
        .map_err(|_| GenesisError::Value("genesis_time"))?;
    let whole_utc = file.genesis_time.ends_with('Z') && time.nanosecond() == 0;
    let seconds = u64::try_from(time.unix_timestamp())
        .ok()
        .filter(|_| whole_utc);
    let params = &file.consensus_params;
    if params.validator.pub_key_types != ["ed25519"] {
        return Err(GenesisError::Value("pub_key_types"));
    }
    if params.abci.vote_extensions_enable_height != "0" {
        return Err(GenesisError::Value("vote_extensions_enable_height"));
    }
    if !file.app_hash.is_empty() {
        return Err(GenesisError::Value("app_hash"));
    }
    Ok(Genesis {
        chain_id: file.chain_id,
        genesis_time: file.genesis_time,
        genesis_time_ms: seconds
            .and_then(|s| s.checked_mul(1000))
            .ok_or(GenesisError::Value("genesis_time"))?,
        initial_height: number(&file.initial_height, "initial_height")?,
        validators: file
            .validators
            .iter()
            .map(validator)
            .collect::<Result<_, _>>()?,
        params: Params {
            max_bytes: number(&params.block.max_bytes, "max_bytes")?,
            max_gas: number(&params.block.max_gas, "max_gas")?,
            max_age_num_blocks: number(&params.evidence.max_age_num_blocks, "max_age_num_blocks")?,
            max_age_duration_ns: number(&params.evidence.max_age_duration, "max_age_duration")?,
            evidence_max_bytes: number(&params.evidence.max_bytes, "evidence max_bytes")?,
            app_version: number(&params.version.app, "app version")?,
        },
        app: app(&file.app_state)?,
    })
}

fn validator(validator: &Validator) -> Result<GenesisValidator, GenesisError> {
    if validator.pub_key.r#type != KEY_TYPE {
        return Err(GenesisError::Value("validator key type"));
    }
    let key = STANDARD
        .decode(&validator.pub_key.value)
        .map_err(|_| GenesisError::Value("validator key"))?;
    let pub_key = <[u8; 32]>::try_from(key).map_err(|_| GenesisError::Value("validator key"))?;
    if validator.address != address(&pub_key) {
        return Err(GenesisError::Value("validator address"));
    }
    Ok(GenesisValidator {
        name: validator.name.clone(),
        pub_key,
        power: number(&validator.power, "validator power")?,
    })
}

fn app(app: &App) -> Result<AppState, GenesisError> {
    if app.format != APP_FORMAT {
        return Err(GenesisError::Value("app_state format"));
    }
    let registers = app.registers.iter().map(|register| {
        Ok(GenesisRegister {
            reg: Reg(register.reg),
            seal_key: key(&register.seal_key, "seal_key")?,
            answer_key: key(&register.answer_key, "answer_key")?,
            vrf_key: PublicKey::from_bytes(&key(&register.vrf_key, "vrf_key")?)
                .map_err(|_| GenesisError::Value("vrf_key"))?,
            vrf_pop: hex::decode(&register.vrf_pop)
                .ok()
                .and_then(|bytes| vrf::Proof::from_bytes(&bytes).ok())
                .ok_or(GenesisError::Value("vrf_pop"))?,
        })
    });
    let gateways = app.gateways.iter().map(|g| {
        Ok(GenesisGateway {
            id: g.id,
            key: key(&g.key, "gateway key")?,
        })
    });
    Ok(AppState {
        tick_ms: app.tick_ms,
        least_batch: app.least_batch,
        pad_heads: app.pad_heads,
        filings_per_gateway: match app.filings_per_gateway {
            None => FILINGS_PER_GATEWAY,
            Some(FILINGS_PER_GATEWAY) => {
                return Err(GenesisError::Value("filings_per_gateway"));
            }
            Some(said) => said,
        },
        governance_keys: app
            .governance_keys
            .iter()
            .map(|k| key(k, "governance_keys"))
            .collect::<Result<_, _>>()?,
        registers: registers.collect::<Result<_, GenesisError>>()?,
        gateways: gateways.collect::<Result<_, GenesisError>>()?,
    })
}

fn number<N: std::str::FromStr + ToString>(
    text: &str,
    name: &'static str,
) -> Result<N, GenesisError> {
    text.parse::<N>()
        .ok()
        .filter(|n| n.to_string() == text)
        .ok_or(GenesisError::Value(name))
}

fn key(text: &str, name: &'static str) -> Result<[u8; 32], GenesisError> {
    let mut out = [0; 32];
    hex::decode_to_slice(text, &mut out).map_err(|_| GenesisError::Value(name))?;
    Ok(out)
}

/// First 20 bytes of the key's hash, in capitals, as CometBFT writes it.
fn address(pub_key: &[u8; 32]) -> String {
    let hash = sha256(&[pub_key]);
    hex::encode_upper(hash.first_chunk::<20>().unwrap_or(&[0; 20]))
}

fn to_app(app: &AppState) -> App {
    App {
        format: APP_FORMAT.to_owned(),
        tick_ms: app.tick_ms,
        least_batch: app.least_batch,
        pad_heads: app.pad_heads,
        filings_per_gateway: Some(app.filings_per_gateway)
            .filter(|filings| *filings != FILINGS_PER_GATEWAY),
        governance_keys: app.governance_keys.iter().map(hex::encode).collect(),
        registers: app
            .registers
            .iter()
            .map(|register| Register {
                reg: register.reg.0,
                seal_key: hex::encode(register.seal_key),
                answer_key: hex::encode(register.answer_key),
                vrf_key: hex::encode(register.vrf_key.as_bytes()),
                vrf_pop: hex::encode(register.vrf_pop.as_bytes()),
            })
            .collect(),
        gateways: app
            .gateways
            .iter()
            .map(|g| Gateway {
                id: g.id,
                key: hex::encode(g.key),
            })
            .collect(),
    }
}

pub(super) fn encode_app(app: &AppState) -> Vec<u8> {
    serde_json::to_vec(&to_app(app)).expect("strings and numbers always have a JSON form")
}

pub(super) fn encode(genesis: &Genesis) -> Vec<u8> {
    let params = &genesis.params;
    let file = File {
        genesis_time: genesis.genesis_time.clone(),
        chain_id: genesis.chain_id.clone(),
        initial_height: genesis.initial_height.to_string(),
        consensus_params: ConsensusParams {
            block: Block {
                max_bytes: params.max_bytes.to_string(),
                max_gas: params.max_gas.to_string(),
            },
            evidence: Evidence {
                max_age_num_blocks: params.max_age_num_blocks.to_string(),
                max_age_duration: params.max_age_duration_ns.to_string(),
                max_bytes: params.evidence_max_bytes.to_string(),
            },
            validator: ValidatorParams {
                pub_key_types: vec!["ed25519".to_owned()],
            },
            version: Version {
                app: params.app_version.to_string(),
            },
            abci: Abci {
                vote_extensions_enable_height: "0".to_owned(),
            },
        },
        validators: genesis
            .validators
            .iter()
            .map(|validator| Validator {
                address: address(&validator.pub_key),
                pub_key: PubKey {
                    r#type: KEY_TYPE.to_owned(),
                    value: STANDARD.encode(validator.pub_key),
                },
                power: validator.power.to_string(),
                name: validator.name.clone(),
            })
            .collect(),
        app_hash: String::new(),
        app_state: to_app(&genesis.app),
    };
    let mut out =
        serde_json::to_vec_pretty(&file).expect("strings and numbers always have a JSON form");
    out.push(b'\n');
    out
}
