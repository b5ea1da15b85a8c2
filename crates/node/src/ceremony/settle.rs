//! Puts the assembled network into one authority's folder: genesis, network file and configurations beside its own keys.

use std::net::SocketAddr;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use toend_ledger::vrf;

use super::comet_files;
use super::own_keys::public;
use super::terms::Member;
use super::{
    Assembled, COMET_HOME, CONFIG, CeremonyError, GENESIS, NETWORK, PUBLIC, PublicHalf, Terms,
    write_new,
};
use crate::abci::server::Address;
use crate::authority::config::FORMAT;
use crate::authority::keys;

/// Longest path of a socket file; systems differ, the shortest limit is 104.
const LONGEST_SOCKET: usize = 100;

/// The gateway's certificate, then its issuer's, in an authority's folder.
pub const CERTIFICATE: &str = "tls/chain.pem";
/// The gateway's key.
pub const CERTIFICATE_KEY: &str = "tls/key.pem";

/// Where this authority's processes listen on its own computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    /// CometBFT among nodes.
    pub p2p: SocketAddr,
    /// CometBFT's RPC.
    pub rpc: SocketAddr,
    /// The gateway.
    pub gateway: SocketAddr,
    /// The application, where it has no socket file.
    pub application: u16,
    /// Blocks between two snapshots.
    pub snapshot_every: u64,
}

/// Writes what an authority needs beside its keys into its folder, after looking whether the keys there are those that the
/// others have seen. Nothing is overwritten.
///
/// # Errors
/// [`CeremonyError::Folder`] when the folder's keys are not among the assembled halves; what the disk says.
pub fn settle(
    terms: &Terms,
    assembled: &Assembled,
    folder: &Path,
    here: &Here,
) -> Result<(), CeremonyError> {
    let half = PublicHalf::read(&folder.join(PUBLIC))?;
    let number = half.authority();
    let member = terms.member(number).ok_or(CeremonyError::Unknown(number))?;
    let seen = assembled.halves.get(usize::from(number));
    if seen.is_none_or(|seen| seen.text() != half.text()) {
        let what = "the others were shown another public half of this authority";
        return Err(half.at_authority(what.to_owned()).into());
    }
    check_keys(folder, &half)?;
    let abci = abci_address(folder, here.application);
    let config = folder.join(COMET_HOME).join("config");
    write_new(&config.join(GENESIS), &assembled.genesis_file)?;
    write_new(&folder.join(NETWORK), &assembled.network.encode())?;
    let text = comet_files::configuration(terms, &assembled.halves, number, &abci, here);
    write_new(&config.join("config.toml"), text.as_bytes())?;
    let text = configuration(member, &abci, here, folder);
    write_new(&folder.join(CONFIG), text.as_bytes())?;
    Ok(())
}

/// Whether the secret keys in a folder are the ones that its public half names.
fn check_keys(folder: &Path, half: &PublicHalf) -> Result<(), CeremonyError> {
    let named = half.named();
    let wrong = |name: &str, what: &str| {
        CeremonyError::Folder(folder.join(name).display().to_string(), what.to_owned())
    };
    let other = "this is not the key that the public half names";
    let secret = |name: &str| {
        keys::read(&folder.join("keys").join(name))
            .map_err(|what| wrong(&format!("keys/{name}"), &what))
    };
    let mut expected = vec![("gateway.key", named.gateway)];
    if let Some(register) = &named.register {
        expected.extend([("seal.key", register.seal), ("answer.key", register.answer)]);
        if vrf::SecretKey::from_bytes(*secret("vrf-1.key")?).public() != register.vrf {
            return Err(wrong("keys/vrf-1.key", other));
        }
    }
    for (name, key) in expected {
        if public(&secret(name)?) != key {
            return Err(wrong(&format!("keys/{name}"), other));
        }
    }
    let name = format!("{COMET_HOME}/config/priv_validator_key.json");
    let file =
        std::fs::read(folder.join(&name)).map_err(|error| wrong(&name, &error.to_string()))?;
    let file: Option<Value> = serde_json::from_slice(&file).ok();
    let key = file
        .as_ref()
        .and_then(|file| file.pointer("/pub_key/value")?.as_str());
    if key != Some(STANDARD.encode(named.consensus).as_str()) {
        return Err(wrong(&name, other));
    }
    Ok(())
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

/// The configuration file of an authority's own program.
fn configuration(member: &Member, abci: &Address, here: &Here, folder: &Path) -> String {
    let listen = match abci {
        #[cfg(unix)]
        Address::Unix(path) => {
            let name = path.strip_prefix(folder).unwrap_or(path);
            format!("unix:{}", name.display())
        }
        Address::Tcp(address) => format!("tcp:{address}"),
    };
    let register = member.register.map_or(String::new(), |register| {
        format!(
            "\n# The register this authority keeps. VRF keys: one for each epoch, oldest first.\n\
             [register]\n\
             number = {}\n\
             seal_key = \"keys/seal.key\"\n\
             answer_key = \"keys/answer.key\"\n\
             vrf_keys = [\"keys/vrf-1.key\"]\n",
            register.reg
        )
    });
    // Where the certificates already lie, as `testnet --tls` puts them.
    let tls = folder.join(CERTIFICATE).is_file();
    let tls = if tls && member.gateway.starts_with("https://") {
        format!("tls = {{ certificate = \"{CERTIFICATE}\", key = \"{CERTIFICATE_KEY}\" }}\n")
    } else {
        String::new()
    };
    format!(
        "# One authority of a Tõend network. Relative paths lie beside this file.\n\
         format = \"{FORMAT}\"\n\
         authority = \"{id}\"\n\
         genesis = \"{COMET_HOME}/config/{GENESIS}\"\n\
         network = \"{NETWORK}\"\n\
         data = \"data\"\n\n\
         # CometBFT's proxy_app connects here: unix:PATH or tcp:HOST:PORT.\n\
         [abci]\n\
         listen = \"{listen}\"\n\n\
         # This authority's own CometBFT.\n\
         [cometbft]\n\
         rpc = \"http://{rpc}\"\n\n\
         # Where people's programs ask. The origin is what they see, also in front of a proxy.\n\
         # The key signs filings. Trusted: DER files of the certificate authorities whose cards may sign in.\n\
         [gateway]\n\
         listen = \"{gateway}\"\n\
         origin = \"{origin}\"\n\
         trusted = [\"demonstration\"]\n\
         key = \"keys/gateway.key\"\n\
         {tls}\
         {register}\n\
         # For nodes that join or were wiped; every = 0 makes none.\n\
         [snapshots]\n\
         every = {every}\n\
         keep = 2\n",
        id = member.id,
        rpc = here.rpc,
        gateway = here.gateway,
        origin = member.gateway,
        every = here.snapshot_every,
    )
}
