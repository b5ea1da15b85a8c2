//! An authority's configuration: TOML, read strictly. A mistake stops the start and names file and line.

mod engine;
mod files;
mod register;
mod roles;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use serde::Deserialize;
use toend_id_card::Certificate;
use toend_ledger::genesis::Genesis;
use toend_ledger::network::NetworkFile;
use toml::Spanned;

use self::files::{line_of_name, read_genesis, read_network};
pub use self::register::RegisterKeys;
use self::register::{RegisterTable, read_register};
use self::roles::Role;
use super::keys;
use crate::abci::server::Address;
use crate::abci::snapshots::Schedule;
use crate::comet::rpc::CometRpc;
use crate::gateway::tls::{Files, Tls};

/// The format that this program reads.
pub const FORMAT: &str = "toend-node/1";

/// A mistake in a configuration file, a genesis file or a network file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// The line that is wrong, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// How the gateway is reached, beyond its address.
pub struct DoorConfig {
    /// Its certificate; plain HTTP without.
    pub tls: Option<Arc<Tls>>,
    /// Where metrics are served; nowhere when none.
    pub metrics: Option<SocketAddr>,
    /// Proxies whose word about a sender's address counts.
    pub proxies: Vec<IpAddr>,
}

/// Everything an authority needs to know, with its keys.
pub struct Config {
    /// Its id in the network file.
    pub authority: String,
    /// Bytes of the genesis file.
    pub genesis_file: Vec<u8>,
    /// The genesis file as it is read.
    pub genesis: Genesis,
    /// The network file.
    pub network: NetworkFile,
    /// Where the data lies.
    pub data: PathBuf,
    /// The application's socket.
    pub abci: Address,
    /// CometBFT's RPC.
    pub rpc: CometRpc,
    /// Where the gateway listens.
    pub listen: SocketAddr,
    /// Origin under which people reach the gateway.
    pub origin: String,
    /// How the gateway is reached.
    pub door: DoorConfig,
    /// Signs the filings that the gateway takes; it takes none without.
    pub gateway_key: Option<SigningKey>,
    /// Certificate authorities whose cards may sign in.
    pub trusted: Vec<Certificate>,
    /// The register, if the authority keeps one.
    pub register: Option<RegisterKeys>,
    /// When snapshots are made.
    pub snapshots: Schedule,
    /// Newest version of the rules that this program knows; no file sets it.
    pub rules: u64,
    /// Where things stand that can turn out wrong only when they are used.
    pub(super) places: Places,
}

/// Lines of a configuration, for mistakes that show when it is used.
#[derive(Clone, Debug)]
pub(super) struct Places {
    file: PathBuf,
    /// Line of `data`.
    pub data: usize,
    /// Line of the application's address.
    pub abci: usize,
    /// Line of the gateway's address.
    pub listen: usize,
    /// Line of the address of metrics.
    pub metrics: usize,
    genesis: PathBuf,
    /// Line of `genesis_time` in the genesis file.
    begins: usize,
}

impl Places {
    /// The mistake in a line.
    pub fn at(&self, line: usize, what: impl Into<String>) -> ConfigError {
        ConfigError {
            file: self.file.display().to_string(),
            line,
            what: what.into(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    authority: Spanned<String>,
    genesis: Spanned<PathBuf>,
    network: Spanned<PathBuf>,
    data: Spanned<PathBuf>,
    abci: AbciTable,
    cometbft: CometTable,
    gateway: GatewayTable,
    register: Option<RegisterTable>,
    snapshots: SnapshotTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AbciTable {
    listen: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CometTable {
    rpc: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GatewayTable {
    listen: Spanned<SocketAddr>,
    origin: Spanned<String>,
    trusted: Vec<Spanned<String>>,
    key: Option<Spanned<PathBuf>>,
    tls: Option<TlsTable>,
    metrics_address: Option<Spanned<String>>,
    #[serde(default)]
    proxies: Vec<IpAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsTable {
    certificate: Spanned<PathBuf>,
    key: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SnapshotTable {
    every: u64,
    keep: Spanned<usize>,
}

/// Where a mistake is: a file and its text.
pub(crate) struct Source<'a> {
    pub file: &'a Path,
    pub text: &'a str,
}

impl Source<'_> {
    /// The mistake at a place of the text.
    pub fn at(&self, span: &Range<usize>, what: impl Into<String>) -> ConfigError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        ConfigError {
            file: self.file.display().to_string(),
            line: before.matches('\n').count() + 1,
            what: what.into(),
        }
    }
}

impl Config {
    /// Reads a configuration file and all that it names. Relative paths lie beside it.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            file: path.display().to_string(),
            line: 1,
            what: format!("the file cannot be read: {error}"),
        })?;
        let source = Source {
            file: path,
            text: &text,
        };
        let file: File = toml::from_str(&text).map_err(|error| {
            source.at(&error.span().unwrap_or(0..0), error.message().to_owned())
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        if file.format.get_ref() != FORMAT {
            return Err(source.at(
                &file.format.span(),
                format!("the format must be \"{FORMAT}\""),
            ));
        }
        let (genesis_file, genesis) = read_genesis(&source, folder, &file.genesis)?;
        let network = read_network(&source, folder, &file.network, &genesis_file)?;
        let genesis_path = folder.join(file.genesis.get_ref());
        if !network
            .authorities
            .iter()
            .any(|authority| authority.id == *file.authority.get_ref())
        {
            let what = "the network file knows no authority of this name";
            return Err(source.at(&file.authority.span(), what));
        }
        let abci = Address::parse(file.abci.listen.get_ref(), folder).ok_or_else(|| {
            let what = "an address of the form unix:PATH or tcp:HOST:PORT is expected";
            source.at(&file.abci.listen.span(), what)
        })?;
        let rpc = CometRpc::new(file.cometbft.rpc.get_ref()).ok_or_else(|| {
            let what = "an address of the form http://HOST:PORT is expected";
            source.at(&file.cometbft.rpc.span(), what)
        })?;
        engine::check(&genesis_path, &abci, &rpc)?;
        let gateway = &file.gateway;
        let origin = gateway.origin.get_ref();
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            let what = "an origin of the form https://HOST or https://HOST:PORT is expected";
            return Err(source.at(&gateway.origin.span(), what));
        }
        let gateway_key = gateway.key.as_ref().map(|named| {
            let path = folder.join(named.get_ref());
            let number = (0u16..).zip(&network.authorities);
            let number = number.filter(|(_, one)| one.id == *file.authority.get_ref());
            let wanted = number.map(|(number, _)| Role::Gateway(number)).next();
            keys::read(&path)
                .map(|secret| SigningKey::from_bytes(&secret))
                .and_then(|key| {
                    roles::check(&genesis, wanted, &key.verifying_key().to_bytes())?;
                    Ok(key)
                })
                .map_err(|what| source.at(&named.span(), format!("{}: {what}", path.display())))
        });
        let gateway_key = gateway_key.transpose()?;
        let door = read_door(&source, folder, gateway)?;
        let register = file
            .register
            .as_ref()
            .map(|register| {
                let number = register.number();
                let mut kept = network.registers.iter();
                let keeper = kept.find(|one| one.reg.0 == *number.get_ref());
                match keeper {
                    Some(one) if one.authority != *file.authority.get_ref() => {
                        let what = format!(
                            "the network file says that {} keeps this register",
                            one.authority
                        );
                        Err(source.at(&number.span(), what))
                    }
                    _ => read_register(&source, folder, register, &genesis),
                }
            })
            .transpose()?;
        if *file.snapshots.keep.get_ref() == 0 {
            let what = "at least one snapshot is kept; every = 0 makes none";
            return Err(source.at(&file.snapshots.keep.span(), what));
        }
        let listen = *gateway.listen.get_ref();
        let line = |span: Range<usize>| source.at(&span, "").line;
        let places = Places {
            file: path.to_path_buf(),
            data: line(file.data.span()),
            abci: line(file.abci.listen.span()),
            listen: line(gateway.listen.span()),
            metrics: line(gateway.metrics_address.as_ref().map_or(0..0, Spanned::span)),
            begins: line_of_name(&String::from_utf8_lossy(&genesis_file), "genesis_time"),
            genesis: genesis_path,
        };
        let (origin, trusted) = (origin.clone(), trusted(&source, folder, &gateway.trusted)?);
        Ok(Self {
            authority: file.authority.into_inner(),
            genesis_file,
            genesis,
            network,
            data: folder.join(file.data.get_ref()),
            abci,
            rpc,
            listen,
            origin,
            door,
            gateway_key,
            trusted,
            register,
            places,
            rules: toend_state_machine::limits::RULES,
            snapshots: Schedule {
                every: file.snapshots.every,
                keep: file.snapshots.keep.into_inner(),
            },
        })
    }

    /// What is to be said when the ledger begins later than it is by a clock, Unix milliseconds: CometBFT then waits without
    /// a word. Before a ceremony's hour that is as it should be.
    pub fn before_the_beginning(&self, now_ms: u64) -> Option<ConfigError> {
        let early = self.genesis.genesis_time_ms.checked_sub(now_ms)?;
        (early > 0).then(|| ConfigError {
            file: self.places.genesis.display().to_string(),
            line: self.places.begins,
            what: format!(
                "the ledger begins at {}, which is in {} s by this computer's clock: until then CometBFT waits; if the clock \
                 is wrong, set it",
                self.genesis.genesis_time,
                early.div_ceil(1000)
            ),
        })
    }
}

fn read_door(
    source: &Source<'_>,
    folder: &Path,
    table: &GatewayTable,
) -> Result<DoorConfig, ConfigError> {
    let tls = match &table.tls {
        None => None,
        Some(_) if !table.origin.get_ref().starts_with("https://") => {
            let what = "a gateway with a certificate has an origin that begins with https://";
            return Err(source.at(&table.origin.span(), what));
        }
        Some(tls) => {
            let opened = Tls::open(Files {
                certificate: folder.join(tls.certificate.get_ref()),
                key: folder.join(&tls.key),
            });
            let wrong = |error: crate::gateway::tls::TlsError| {
                source.at(&tls.certificate.span(), error.to_string())
            };
            Some(Arc::new(opened.map_err(wrong)?))
        }
    };
    let metrics = table.metrics_address.as_ref().map(|address| {
        listen_address(address.get_ref()).ok_or_else(|| {
            let what = "an address of the form HOST:PORT is expected, or a port on this computer";
            source.at(&address.span(), what)
        })
    });
    Ok(DoorConfig {
        tls,
        metrics: metrics.transpose()?,
        proxies: table.proxies.iter().map(IpAddr::to_canonical).collect(),
    })
}

/// An address, or a port of this computer alone.
fn listen_address(text: &str) -> Option<SocketAddr> {
    let port = || text.parse().ok().map(|port| (Ipv4Addr::LOCALHOST, port));
    text.parse().ok().or_else(|| port().map(SocketAddr::from))
}

fn trusted(
    source: &Source<'_>,
    folder: &Path,
    named: &[Spanned<String>],
) -> Result<Vec<Certificate>, ConfigError> {
    let mut all = Vec::new();
    for one in named {
        if one.get_ref() == "demonstration" {
            all.extend(toend_id_card::demo::ca_certificates());
            continue;
        }
        let path = folder.join(one.get_ref());
        let wrong = |what: String| source.at(&one.span(), format!("{}: {what}", path.display()));
        let der = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        all.push(Certificate::parse(&der).map_err(|error| wrong(error.to_string()))?);
    }
    Ok(all)
}
