//! What a decision says, in words: one form, made from the bytes alone.

use toend_ledger::network::words_of;
use toend_ledger::state::{Reg, TlsIssuer, VACANT, Value};
use toend_ledger::tx::Action;
use toend_ledger::{hash, schema};

/// A key as its hexadecimal digits and six words that can be compared by voice.
pub fn key(key: &[u8; 32]) -> String {
    if *key == VACANT {
        return "none".to_owned();
    }
    let words = words_of(&hash::sha256(&[key]));
    let words: Vec<String> = words.into_iter().take(6).collect();
    format!("{} ({})", hex::encode(key), words.join(" "))
}

fn kind(number: u32) -> String {
    schema::by_id(number).map_or_else(|| number.to_string(), |s| format!("{} ({number})", s.name))
}

fn register(reg: Reg) -> String {
    format!("register {reg}")
}

/// The lines of a decision.
pub fn says(action: &Action) -> Vec<String> {
    match action {
        Action::Register {
            reg,
            old_seal_key,
            seal_key,
            answer_key,
        } => vec![
            format!("{}: new keys", register(*reg)),
            format!("seal key from {}", key(old_seal_key)),
            format!("seal key to {}", key(seal_key)),
            format!("answer key to {}", key(answer_key)),
        ],
        Action::Keys {
            reg,
            serial,
            seal_key,
            answer_key,
        } => vec![
            format!("{}: new keys, change {serial}", register(*reg)),
            format!("seal key to {}", key(seal_key)),
            format!("answer key to {}", key(answer_key)),
        ],
        Action::Epoch {
            reg,
            epoch,
            vrf_key,
            ..
        } => vec![
            format!(
                "{}: VRF epoch {epoch} begins, the one before it ends",
                register(*reg)
            ),
            format!("VRF key to {}", key(vrf_key.as_bytes())),
        ],
        Action::Authority {
            authority,
            serial,
            governance_key,
        } => vec![
            format!("authority {authority}, change {serial}"),
            if *governance_key == VACANT {
                "it leaves and signs no more decisions".to_owned()
            } else {
                format!("governance key to {}", key(governance_key))
            },
        ],
        Action::Validator {
            authority,
            serial,
            pub_key,
            power,
        } => vec![
            format!("validator of authority {authority}, change {serial}"),
            format!("consensus key to {}", key(pub_key)),
            format!("voting power to {power}"),
        ],
        Action::Gateway {
            gateway,
            serial,
            key: to,
            authority,
            gateway_address,
            rpc_address,
            tls_issuer,
        } => {
            let mut lines = vec![
                format!("gateway {gateway} of authority {authority}, change {serial}"),
                format!("key to {}", key(to)),
                format!("address to {}", shown(gateway_address.as_str())),
                format!("RPC address to {}", shown(rpc_address.as_str())),
            ];
            if *tls_issuer != TlsIssuer::Unsaid {
                lines.push(format!(
                    "certificates to be issued by {}",
                    issuer(*tls_issuer)
                ));
            }
            lines
        }
        Action::Right {
            reg,
            schema,
            period,
            authority,
            begins,
        } => vec![
            format!(
                "{}, records of kind {}, period {period}",
                register(*reg),
                kind(*schema)
            ),
            format!(
                "the right to seal them {} for authority {authority}",
                if *begins { "begins" } else { "ends" }
            ),
        ],
        Action::Upgrade {
            serial,
            version,
            height,
        } => vec![
            format!("rules of the application, change {serial}"),
            format!("version {version} from block {height} on"),
        ],
    }
}

fn issuer(issuer: TlsIssuer) -> String {
    match issuer {
        TlsIssuer::Unsaid => "whom the network file names".to_owned(),
        TlsIssuer::System => "the authorities of each person's system".to_owned(),
        TlsIssuer::Named(hash) => key(&hash),
    }
}

fn shown(address: &str) -> &str {
    if address.is_empty() { "none" } else { address }
}

/// What stands on the ledger, in words.
pub(super) fn stands(value: Option<&Value>) -> Vec<String> {
    match value {
        None => vec!["as when the network began".to_owned()],
        Some(Value::Register(value)) => {
            let mut lines = vec![
                format!("seal key {}", key(&value.seal_key)),
                format!("answer key {}", key(&value.answer_key)),
                format!("next batch {}", value.next_batch),
            ];
            lines.extend(value.changed.map(|changed| {
                format!("change {} in block {}", changed.serial, changed.at.height)
            }));
            lines
        }
        Some(Value::Epoch(value)) => vec![
            format!("VRF key {}", key(&value.vrf_key)),
            format!("from block {}", value.from),
        ],
        Some(Value::Authority(value)) => vec![
            format!("governance key {}", key(&value.governance_key)),
            format!("change {} in block {}", value.serial, value.at.height),
        ],
        Some(Value::Validator(value)) => vec![
            format!("consensus key {}", key(&value.pub_key)),
            format!("voting power {}", value.power),
            format!("change {} in block {}", value.serial, value.at.height),
        ],
        Some(Value::Gateway(value)) => vec![
            format!("key {}", key(&value.key)),
            format!("address {}", shown(value.gateway.as_str())),
            format!("RPC address {}", shown(value.rpc.as_str())),
            format!("certificates issued by {}", issuer(value.tls_issuer)),
            format!("change {} in block {}", value.serial, value.at.height),
        ],
        Some(Value::Right(value)) => vec![format!(
            "authority {} from block {}{}",
            value.authority,
            value.from,
            if value.until == toend_ledger::state::RightValue::OPEN {
                String::new()
            } else {
                format!(" until block {}", value.until)
            }
        )],
        Some(Value::Rules(value)) => vec![
            format!(
                "rules of version {} from block {}",
                value.version, value.from
            ),
            format!("change {} in block {}", value.serial, value.at.height),
        ],
        Some(_) => Vec::new(),
    }
}
