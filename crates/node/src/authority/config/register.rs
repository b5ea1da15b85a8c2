//! The register's part of the configuration: its keys, and where its database is.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use serde::Deserialize;
use toend_ledger::genesis::Genesis;
use toend_ledger::state::Reg;
use toend_ledger::vrf;
use toml::Spanned;
use zeroize::Zeroizing;

use super::files::read_bytes;
use super::roles::{self, Role};
use super::{ConfigError, Source};
use crate::authority::keys;
use crate::registers::{AddressError, Server, Storage};

/// Where the password of the database server may stand instead of in a file.
pub const PASSWORD: &str = "TOEND_DATABASE_PASSWORD";
/// Most bytes of a password's file.
const MAX_PASSWORD: usize = 1024;
/// Most bytes of a file of certificates.
const MAX_AUTHORITIES: usize = 1024 * 1024;

/// The register that an authority keeps.
pub struct RegisterKeys {
    /// Its number.
    pub reg: Reg,
    /// Signs batches.
    pub seal_key: SigningKey,
    /// Signs answers.
    pub answer_key: SigningKey,
    /// Takes the seal key's place when a decision says so.
    pub next_seal_key: Option<SigningKey>,
    /// Takes the answer key's place when a decision says so.
    pub next_answer_key: Option<SigningKey>,
    /// VRF keys by epoch, oldest first.
    pub vrf_keys: Vec<(u16, vrf::SecretKey)>,
    /// Where its database is.
    pub storage: Storage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterTable {
    number: Spanned<u16>,
    seal_key: Spanned<PathBuf>,
    answer_key: Spanned<PathBuf>,
    next_seal_key: Option<Spanned<PathBuf>>,
    next_answer_key: Option<Spanned<PathBuf>>,
    vrf_keys: Vec<Spanned<PathBuf>>,
    database: Option<Spanned<String>>,
    database_password: Option<Spanned<PathBuf>>,
    database_ca: Option<Spanned<PathBuf>>,
}

impl RegisterTable {
    /// The register's number.
    pub(super) const fn number(&self) -> &Spanned<u16> {
        &self.number
    }
}

pub(super) fn read_register(
    source: &Source<'_>,
    folder: &Path,
    table: &RegisterTable,
    genesis: &Genesis,
) -> Result<RegisterKeys, ConfigError> {
    let secret = |named: &Spanned<PathBuf>| {
        let path = folder.join(named.get_ref());
        keys::read(&path)
            .map_err(|what| source.at(&named.span(), format!("{}: {what}", path.display())))
    };
    let number = *table.number.get_ref();
    let known = genesis.app.registers.iter().find(|r| r.reg.0 == number);
    if known.is_none() {
        let what = "the genesis file knows no register of this number";
        return Err(source.at(&table.number.span(), what));
    }
    if table.vrf_keys.is_empty() {
        let what = "a register needs a VRF key for each epoch, oldest first";
        return Err(source.at(&table.number.span(), what));
    }
    // Keys that a decision has brought meanwhile are in no genesis file; somebody else's key is a mistake in any case.
    let signing = |named: &Spanned<PathBuf>, role: Role| {
        let key = SigningKey::from_bytes(&*secret(named)?);
        let path = folder.join(named.get_ref());
        roles::check(genesis, Some(role), &key.verifying_key().to_bytes())
            .map_err(|what| source.at(&named.span(), format!("{}: {what}", path.display())))?;
        Ok::<_, ConfigError>(key)
    };
    let vrf_keys = (1u16..)
        .zip(&table.vrf_keys)
        .map(|(epoch, named)| {
            let key = vrf::SecretKey::from_bytes(*secret(named)?);
            let path = folder.join(named.get_ref());
            roles::check(genesis, Some(Role::Vrf(number)), key.public().as_bytes())
                .map_err(|what| source.at(&named.span(), format!("{}: {what}", path.display())))?;
            Ok((epoch, key))
        })
        .collect::<Result<_, ConfigError>>()?;
    let next = |named: &Option<Spanned<PathBuf>>| {
        let key = named.as_ref().map(secret).transpose()?;
        Ok::<_, ConfigError>(key.map(|key| SigningKey::from_bytes(&key)))
    };
    Ok(RegisterKeys {
        next_seal_key: next(&table.next_seal_key)?,
        next_answer_key: next(&table.next_answer_key)?,
        reg: Reg(number),
        seal_key: signing(&table.seal_key, Role::Seal(number))?,
        answer_key: signing(&table.answer_key, Role::Answer(number))?,
        vrf_keys,
        storage: read_storage(source, folder, table)?,
    })
}

fn read_storage(
    source: &Source<'_>,
    folder: &Path,
    table: &RegisterTable,
) -> Result<Storage, ConfigError> {
    let Some(address) = &table.database else {
        let alone = table
            .database_password
            .as_ref()
            .or(table.database_ca.as_ref());
        return match alone {
            None => Ok(Storage::File),
            Some(alone) => {
                let what = "this is about a database server, and database names none";
                Err(source.at(&alone.span(), what))
            }
        };
    };
    let password = match &table.database_password {
        Some(named) => Some(read_password(source, folder, named)?),
        None => std::env::var(PASSWORD).ok().map(Zeroizing::new),
    };
    let authorities = table
        .database_ca
        .as_ref()
        .map(|named| read_bytes(source, folder, named, MAX_AUTHORITIES))
        .transpose()?;
    let server = Server::new(address.get_ref(), password, authorities.as_deref());
    server
        .map(|server| Storage::Server(Box::new(server)))
        .map_err(|error| {
            let about = match (&error, &table.database_ca) {
                (AddressError::Authority, Some(named)) => named.span(),
                _ => address.span(),
            };
            source.at(&about, error.to_string())
        })
}

fn read_password(
    source: &Source<'_>,
    folder: &Path,
    named: &Spanned<PathBuf>,
) -> Result<Zeroizing<String>, ConfigError> {
    let path = folder.join(named.get_ref());
    let wrong = |what: &str| source.at(&named.span(), format!("{}: {what}", path.display()));
    keys::check_private(&path).map_err(|what| wrong(&what))?;
    let bytes = Zeroizing::new(read_bytes(source, folder, named, MAX_PASSWORD)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8"))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(wrong("it is empty")),
        line if line.contains('\n') => Err(wrong("it holds more than one line")),
        line => Ok(Zeroizing::new(line.to_owned())),
    }
}
