//! What can be decided, as arguments of a command.

use clap::Subcommand;
use toend_ledger::schema;
use toend_ledger::state::{Address, Key, Reg, TlsIssuer, VACANT, Value};
use toend_ledger::tx::Action;
use toend_ledger::vrf;
use toend_node::govern::Book;
use toend_state_machine::limits::{RULES_WITH_ISSUERS, RULES_WITHOUT_REPLAYS};

/// What is to change.
#[derive(Debug, Subcommand)]
pub enum Change {
    /// A register's keys. A key that is revoked is simply replaced: batches signed with it are refused from then on.
    Register {
        /// Number of the register.
        #[arg(long, value_name = "N")]
        register: u16,
        /// Public half of the new seal key.
        #[arg(long, value_name = "HEX")]
        seal_key: String,
        /// Public half of the new answer key; stays when unsaid.
        #[arg(long, value_name = "HEX")]
        answer_key: Option<String>,
    },
    /// A register's next VRF epoch, from `toend-node keys epoch`.
    Epoch {
        /// Number of the register.
        #[arg(long, value_name = "N")]
        register: u16,
        /// The new VRF key.
        #[arg(long, value_name = "HEX")]
        vrf_key: String,
        /// Shows that whoever drew it has it.
        #[arg(long, value_name = "HEX")]
        possession: String,
    },
    /// An authority joins or changes its governance key; without a key it leaves.
    Authority {
        /// Its number.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// Public half of its governance key.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
    /// An authority's validator; without a key it is taken away.
    Validator {
        /// Number of the authority.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// Public half of its consensus key.
        #[arg(long, requires = "power", value_name = "HEX")]
        key: Option<String>,
        /// Voting power.
        #[arg(long, requires = "key", value_name = "N")]
        power: Option<u64>,
    },
    /// A gateway; without a key it is closed.
    Gateway {
        /// Its number.
        #[arg(long, value_name = "N")]
        gateway: u16,
        /// Number of the authority that runs it.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// Public half of its key.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
        /// Where people's programs ask; as it stands on the ledger when unsaid.
        #[arg(long, value_name = "URL")]
        address: Option<String>,
        /// Where light clients ask; as it stands on the ledger when unsaid.
        #[arg(long, value_name = "URL")]
        rpc_address: Option<String>,
        /// SHA-256 of the public key of the certificate authority that issues its certificates; `system` for those of each
        /// person's system. As it stands when unsaid.
        #[arg(long, value_name = "HEX")]
        tls_issuer: Option<String>,
    },
    /// Changes the application's rules at a block.
    Upgrade {
        /// Version to come; the one in force takes back a change that has not come yet.
        #[arg(long, value_name = "N")]
        version: u64,
        /// First block under it.
        #[arg(long, value_name = "N")]
        height: u64,
    },
    /// Begins or ends the right of a register to seal a kind of record.
    Right {
        /// Number of the register.
        #[arg(long, value_name = "N")]
        register: u16,
        /// The kind of record, by name.
        #[arg(long, value_name = "KIND")]
        kind: String,
        /// Number of the authority that runs the register.
        #[arg(long, value_name = "N")]
        authority: u16,
        /// End it; begin it when unsaid.
        #[arg(long)]
        end: bool,
    },
}

impl Change {
    /// The decision, after what stands on the ledger now.
    pub fn action(self, book: &Book) -> Result<Action, Box<dyn std::error::Error>> {
        let key_or_none = |key: Option<String>, what: &str| match key {
            Some(key) => hex_of::<32>(&key, what),
            None => Ok(VACANT),
        };
        Ok(match self {
            Self::Register {
                register,
                seal_key,
                answer_key,
            } => {
                let reg = Reg(register);
                let (old_seal_key, old_answer_key) = book.register_keys(reg)?;
                let seal_key = hex_of(&seal_key, "--seal-key")?;
                let answer_key = match answer_key {
                    Some(key) => hex_of(&key, "--answer-key")?,
                    None => old_answer_key,
                };
                if book.rules()? < RULES_WITHOUT_REPLAYS {
                    Action::Register {
                        reg,
                        old_seal_key,
                        seal_key,
                        answer_key,
                    }
                } else {
                    Action::Keys {
                        reg,
                        serial: book.next_serial(&Key::Register(reg))?,
                        seal_key,
                        answer_key,
                    }
                }
            }
            Self::Epoch {
                register,
                vrf_key,
                possession,
            } => {
                let reg = Reg(register);
                Action::Epoch {
                    reg,
                    epoch: book.latest_epoch(reg)?.saturating_add(1),
                    vrf_key: vrf::PublicKey::from_bytes(&hex_of::<32>(&vrf_key, "--vrf-key")?)?,
                    possession: vrf::Proof::from_bytes(&hex_of::<80>(
                        &possession,
                        "--possession",
                    )?)?,
                }
            }
            Self::Authority { authority, key } => Action::Authority {
                authority,
                serial: book.next_serial(&Key::Authority(authority))?,
                governance_key: key_or_none(key, "--key")?,
            },
            Self::Validator {
                authority,
                key,
                power,
            } => Action::Validator {
                authority,
                serial: book.next_serial(&Key::Validator(authority))?,
                pub_key: key_or_none(key, "--key")?,
                power: power.unwrap_or(0),
            },
            Self::Gateway {
                gateway,
                authority,
                key,
                address,
                rpc_address,
                tls_issuer,
            } => {
                let stands = match book.value(&Key::Gateway(gateway))? {
                    Some(Value::Gateway(value)) => Some(value),
                    _ => None,
                };
                let or_standing = |said: Option<String>, standing: Option<Address>, what: &str| {
                    if said.as_deref().is_some_and(|said| !is_origin(said)) {
                        let wanted = "an address of the form https://HOST or https://HOST:PORT is expected, and nothing behind it";
                        return Err(format!("{what}: {wanted}"));
                    }
                    let said = said.as_deref().map(Address::new);
                    said.or(standing.map(Ok))
                        .unwrap_or_else(|| Address::new(""))
                        .map_err(|error| format!("{what}: {error}"))
                };
                Action::Gateway {
                    gateway,
                    serial: book.next_serial(&Key::Gateway(gateway))?,
                    key: key_or_none(key, "--key")?,
                    authority,
                    gateway_address: or_standing(
                        address,
                        stands.as_ref().map(|value| value.gateway),
                        "--address",
                    )?,
                    rpc_address: or_standing(
                        rpc_address,
                        stands.as_ref().map(|value| value.rpc),
                        "--rpc-address",
                    )?,
                    tls_issuer: match tls_issuer {
                        Some(said) => issuer(book, &said)?,
                        None => stands.map_or(TlsIssuer::Unsaid, |value| value.tls_issuer),
                    },
                }
            }
            Self::Upgrade { version, height } => Action::Upgrade {
                serial: book.next_serial(&Key::Rules)?,
                version,
                height,
            },
            Self::Right {
                register,
                kind,
                authority,
                end,
            } => {
                let schema = schema::by_name(&kind)
                    .filter(|schema| schema.reg == register)
                    .ok_or("this register knows no such kind of record")?;
                let reg = Reg(register);
                Action::Right {
                    reg,
                    schema: schema.id,
                    period: book.period(reg, schema.id, !end)?,
                    authority,
                    begins: !end,
                }
            }
        })
    }
}

/// Whether people's programs can ask there; nothing takes an address back.
fn is_origin(address: &str) -> bool {
    let rest = address.strip_prefix("https://");
    let rest = rest.or_else(|| address.strip_prefix("http://"));
    address.is_empty()
        || rest.is_some_and(|host| {
            let named = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
            !host.is_empty() && host.bytes().all(named)
        })
}

/// What is to be said about a gateway's issuer.
fn issuer(book: &Book, said: &str) -> Result<TlsIssuer, Box<dyn std::error::Error>> {
    let version = book.rules()?;
    if version < RULES_WITH_ISSUERS {
        return Err(format!(
            "this network follows version {version} of the rules, which knows no issuers; \
             first decide `upgrade --version {RULES_WITH_ISSUERS}`"
        )
        .into());
    }
    if said == "system" {
        return Ok(TlsIssuer::System);
    }
    let issuer = hex_of::<32>(said, "--tls-issuer")?;
    match TlsIssuer::from_bytes(issuer) {
        TlsIssuer::System => Err("--tls-issuer: zeros name nobody; say `system`".into()),
        named => Ok(named),
    }
}

fn hex_of<const N: usize>(text: &str, what: &str) -> Result<[u8; N], String> {
    let mut out = [0; N];
    hex::decode_to_slice(text, &mut out)
        .map_err(|_| format!("{what}: {} hexadecimal digits are expected", 2 * N))?;
    Ok(out)
}
