//! Makes the files of a network of several authorities: keys, genesis, configurations, network file.
//!
//! Everything lies in one folder, one subfolder per authority, and runs there with `toend-node up`; `docs/operate.md` says
//! how to move the parts to computers of their own. Whoever runs this has seen every key.

mod comet_files;
mod names;
mod network_file;
mod plan;

use std::path::{Path, PathBuf};
use std::time::Duration;

use toend_ledger::genesis::Genesis;
use zeroize::Zeroizing;

use crate::abci::server::Address;
use crate::authority::config::FORMAT;
use crate::authority::keys;
use plan::{Authority, Plan};

/// Name of an authority's configuration file in its folder.
pub const CONFIG: &str = "toend.toml";
/// Name of the network file.
pub const NETWORK: &str = "network.json";
/// Name of the folder that CometBFT calls its home.
pub const COMET_HOME: &str = "cometbft";
/// Ports that each authority takes, one after the other: p2p, RPC, gateway, application.
const PORTS: u16 = 10;
/// Longest path of a socket file; systems differ, the shortest limit is 104.
const LONGEST_SOCKET: usize = 100;

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
    /// The name.
    #[error("the chain's name or another value cannot be used: {0}")]
    Genesis(String),
    /// The disk.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The folder of authority `number` (from 0).
pub fn folder_of(network: &Path, number: u16) -> PathBuf {
    network.join(format!("node{number}"))
}

/// Makes all files. The network file's checkpoint is the first block, which the genesis file fixes.
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
    std::fs::create_dir_all(&options.output)?;
    if std::fs::read_dir(&options.output)?.next().is_some() {
        return Err(TestnetError::NotEmpty(options.output.clone()));
    }
    // Paths that processes started elsewhere understand.
    let output = options.output.canonicalize()?;
    let plan = Plan::draw(options)?;
    let genesis = plan.genesis(options, now_s)?;
    let genesis_file = genesis.encode();
    let network = network_file::network_file(&plan, &genesis, &genesis_file, options.base_port)
        .map_err(TestnetError::Genesis)?
        .encode();
    std::fs::write(output.join(NETWORK), &network)?;
    for (number, authority) in (0u16..).zip(&plan.authorities) {
        let folder = folder_of(&output, number);
        make_private(&folder.join("keys"))?;
        write_keys(&folder.join("keys"), authority)?;
        std::fs::write(folder.join(NETWORK), &network)?;
        let abci = abci_address(&folder, ports(options.base_port, number).application);
        comet_files::write(&folder, &plan, number, &genesis_file, &abci, options)?;
        let config = configuration(authority, number, options, &abci, &folder);
        std::fs::write(folder.join(CONFIG), config)?;
    }
    Ok(())
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

/// A socket file, or a port where its path would be too long or there is no such thing.
fn abci_address(folder: &Path, port: u16) -> Address {
    let path = folder.join("application.sock");
    #[cfg(unix)]
    if path.as_os_str().len() <= LONGEST_SOCKET {
        return Address::Unix(path);
    }
    let _ = (path, LONGEST_SOCKET);
    Address::Tcp(format!("127.0.0.1:{port}"))
}

fn write_keys(folder: &Path, authority: &Authority) -> Result<(), TestnetError> {
    keys::write(&folder.join("governance.key"), &authority.governance)?;
    keys::write(&folder.join("gateway.key"), &authority.gateway)?;
    if let Some(register) = &authority.register {
        keys::write(&folder.join("seal.key"), &register.seal)?;
        keys::write(&folder.join("answer.key"), &register.answer)?;
        keys::write(&folder.join("vrf-1.key"), &register.vrf)?;
    }
    Ok(())
}

/// The configuration file of an authority's own program.
fn configuration(
    authority: &Authority,
    number: u16,
    options: &Options,
    abci: &Address,
    folder: &Path,
) -> String {
    let ports = ports(options.base_port, number);
    let listen = match abci {
        #[cfg(unix)]
        Address::Unix(path) => {
            let name = path.strip_prefix(folder).unwrap_or(path);
            format!("unix:{}", name.display())
        }
        Address::Tcp(address) => format!("tcp:{address}"),
    };
    let register = authority.register.as_ref().map_or(String::new(), |register| {
        format!(
            "\n# The register this authority keeps. VRF keys: one for each epoch, oldest first.\n\
             [register]\n\
             number = {}\n\
             seal_key = \"keys/seal.key\"\n\
             answer_key = \"keys/answer.key\"\n\
             vrf_keys = [\"keys/vrf-1.key\"]\n",
            register.reg.0
        )
    });
    format!(
        "# One authority of a Tõend network. Relative paths lie beside this file.\n\
         format = \"{FORMAT}\"\n\
         authority = \"{id}\"\n\
         genesis = \"{COMET_HOME}/config/genesis.json\"\n\
         network = \"{NETWORK}\"\n\
         data = \"data\"\n\n\
         # CometBFT's proxy_app connects here: unix:PATH or tcp:HOST:PORT.\n\
         [abci]\n\
         listen = \"{listen}\"\n\n\
         # This authority's own CometBFT.\n\
         [cometbft]\n\
         rpc = \"http://127.0.0.1:{rpc}\"\n\n\
         # Where people's programs ask. The origin is what they see, also in front of a proxy.\n\
         # Trusted: DER files of the certificate authorities whose cards may sign in.\n\
         [gateway]\n\
         listen = \"127.0.0.1:{gateway}\"\n\
         origin = \"http://127.0.0.1:{gateway}\"\n\
         trusted = [\"demonstration\"]\n\
         {register}\n\
         # For nodes that join or were wiped; every = 0 makes none.\n\
         [snapshots]\n\
         every = {every}\n\
         keep = 2\n",
        id = authority.id,
        rpc = ports.rpc,
        gateway = ports.gateway,
        every = options.snapshot_every,
    )
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A secret key as CometBFT writes it: secret and public half.
fn both_halves(secret: &keys::Secret) -> Zeroizing<[u8; 64]> {
    Zeroizing::new(ed25519_dalek::SigningKey::from_bytes(secret).to_keypair_bytes())
}

/// The public half of a secret key.
fn public(secret: &keys::Secret) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(secret)
        .verifying_key()
        .to_bytes()
}

/// The genesis file's own word for whether it can be run.
fn checked(genesis: &Genesis) -> Result<Genesis, TestnetError> {
    Genesis::parse(&genesis.encode())
        .map(|(genesis, _)| genesis)
        .map_err(|error| TestnetError::Genesis(error.to_string()))
}
