//! Makes the files of a network of several authorities: keys, genesis, configurations, network file.
//!
//! Everything lies in one folder, one subfolder per authority, and runs there with `toend-node up`. It is the
//! [`ceremony`](crate::ceremony) with all authorities at one place: whoever runs this has seen every key.

mod certificates;
mod names;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toend_ledger::genesis::demo::REGISTERS;

use self::certificates::Certificates;
use crate::authority::keys;
use crate::ceremony::{
    CeremonyError, Draft, DraftMember, Here, OwnKeys, PublicHalf, Terms, assemble, settle,
};
use crate::disk;

pub use crate::ceremony::{COMET_HOME, CONFIG, NETWORK};

/// Name of the file of terms.
pub const TERMS: &str = "terms.toml";
/// Ports that each authority takes, one after the other: p2p, RPC, gateway, application.
const PORTS: u16 = 10;

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many authorities, 4 to 16.
    pub authorities: u16,
    /// Folder to make; must not exist or be empty.
    pub output: PathBuf,
    /// First port; each authority takes the next ten.
    pub base_port: u16,
    /// Name of the chain; made up when none.
    pub chain_id: Option<String>,
    /// Time between two blocks.
    pub block: Duration,
    /// Time between two batches of a register.
    pub tick: Duration,
    /// Blocks between two snapshots.
    pub snapshot_every: u64,
    /// Gateways speak TLS, each with a certificate of an issuer of its authority's own.
    pub tls: bool,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum TestnetError {
    /// The number of authorities.
    #[error("a network has 4 to 16 authorities, not {0}: with four, one may fail")]
    Authorities(u16),
    /// The folder.
    #[error("{0} is not empty; keys are never overwritten")]
    NotEmpty(PathBuf),
    /// The ports.
    #[error("the ports from {0} on do not suffice")]
    Ports(u16),
    /// The name, or another value.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// A certificate.
    #[error("a certificate cannot be made: {0}")]
    Certificate(String),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The folder of authority `number` (from 0).
pub fn folder_of(network: &Path, number: u16) -> PathBuf {
    network.join(format!("node{number}"))
}

/// Makes all files. The network file's checkpoint is the first block, which the genesis file fixes.
///
/// # Errors
/// [`TestnetError`], before anything was written where it can be known before.
pub fn write(options: &Options, now_s: u64) -> Result<(), TestnetError> {
    if !(4..=16).contains(&options.authorities) {
        return Err(TestnetError::Authorities(options.authorities));
    }
    let last = options
        .authorities
        .checked_mul(PORTS)
        .and_then(|ports| options.base_port.checked_add(ports));
    if last.is_none() || options.base_port == 0 {
        return Err(TestnetError::Ports(options.base_port));
    }
    let certificates = (0..options.authorities)
        .filter(|_| options.tls)
        .map(|number| Certificates::draw(&names::id(number), now_s))
        .collect::<Result<Vec<_>, _>>()?;
    let text = draft(options, &certificates, now_s)?.text();
    let terms = Terms::parse(&options.output.join(TERMS), text).map_err(CeremonyError::from)?;
    std::fs::create_dir_all(&options.output)
        .map_err(|error| disk::about(&options.output, &error))?;
    if std::fs::read_dir(&options.output)?.next().is_some() {
        return Err(TestnetError::NotEmpty(options.output.clone()));
    }
    // Paths that processes started elsewhere understand.
    let output = options.output.canonicalize()?;
    std::fs::write(output.join(TERMS), terms.text())?;
    let halves = (0..options.authorities)
        .map(|number| {
            OwnKeys::draw(&terms, number)?.write(&folder_of(&output, number), &terms, number)
        })
        .collect::<Result<Vec<PublicHalf>, _>>()?;
    for (number, certificates) in (0u16..).zip(&certificates) {
        certificates.write(&folder_of(&output, number))?;
    }
    let assembled = assemble(&terms, halves)?;
    assembled.write(&output)?;
    for number in 0..options.authorities {
        let ports = ports(options.base_port, number);
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let here = Here {
            p2p: at(ports.p2p),
            rpc: at(ports.rpc),
            gateway: at(ports.gateway),
            application: ports.application,
            snapshot_every: options.snapshot_every,
        };
        settle(&terms, &assembled, &folder_of(&output, number), &here)?;
    }
    Ok(())
}

/// Made-up terms. The demonstration's three registers go to the first three authorities.
fn draft(
    options: &Options,
    certificates: &[Certificates],
    now_s: u64,
) -> Result<Draft, TestnetError> {
    let random = keys::fresh()?;
    let made_up = || format!("toend-{}", hex::encode(&random[..4]));
    let chain_id = options.chain_id.clone().unwrap_or_else(made_up);
    let members = (0..options.authorities).map(|number| {
        let ports = ports(options.base_port, number);
        let certificates = certificates.get(usize::from(number));
        let scheme = if options.tls { "https" } else { "http" };
        let register = REGISTERS.iter().find(|one| one.authority == number);
        DraftMember {
            id: names::id(number),
            names: names::names(number),
            p2p: format!("127.0.0.1:{}", ports.p2p),
            gateway: format!("{scheme}://127.0.0.1:{}", ports.gateway),
            rpc: format!("http://127.0.0.1:{}", ports.rpc),
            tls_issuer: certificates.map(|one| one.issuer),
            register: register.map(|one| one.reg),
        }
    });
    Ok(Draft {
        chain_id,
        names: names::three([
            "Tõendi katsevõrk",
            "Tõend test network",
            "Тестовая сеть Tõend",
        ]),
        genesis_time_s: now_s,
        block: options.block,
        tick: options.tick,
        members: members.collect(),
    })
}

/// Where one authority's processes listen on one computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// CometBFT among nodes.
    pub p2p: u16,
    /// CometBFT's RPC.
    pub rpc: u16,
    /// The gateway.
    pub gateway: u16,
    /// The application, where it has no socket file.
    pub application: u16,
}

/// The ports of authority `number`.
pub const fn ports(base: u16, number: u16) -> Ports {
    let first = base.saturating_add(number.saturating_mul(PORTS));
    Ports {
        p2p: first,
        rpc: first.saturating_add(1),
        gateway: first.saturating_add(2),
        application: first.saturating_add(3),
    }
}
