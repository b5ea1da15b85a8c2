//! Backup and restore of the authority's register.

use std::path::Path;

use toend_ledger::hash::Hash;

use super::house::settings;
use super::{AuthorityError, Config, make_private};
use crate::embedded::{StartError, lock};
use crate::registers::backup::Extent;
use crate::registers::{self, Settings};

fn register(config: &Config) -> Result<(Settings, Hash), AuthorityError> {
    let settings = settings(config).ok_or(AuthorityError::NoRegister)?;
    Ok((settings, toend_ledger::genesis::net(&config.genesis_file)))
}

/// Writes the register's database to a new file. The authority may run meanwhile.
///
/// # Errors
/// [`AuthorityError`]: no register, or [`registers::backup`]'s.
pub fn backup_register(
    config: &Config,
    output: &Path,
    now_ms: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<Extent, AuthorityError> {
    let (settings, net) = register(config)?;
    Ok(registers::backup(
        &settings, &net, output, now_ms, progress,
    )?)
}

/// Notes a person's decision that the register goes on from batch `batches` of the ledger, although its database does not
/// stand there. The authority may run meanwhile.
///
/// # Errors
/// [`AuthorityError`]: no register, or the disk.
pub fn let_register_go_on(config: &Config, batches: u64) -> Result<(), AuthorityError> {
    let (settings, _) = register(config)?;
    Ok(registers::permit(&settings, batches)?)
}

/// Fills the register's empty database from a backup. The authority must not run.
///
/// # Errors
/// [`AuthorityError`]: no register, a running authority, or [`registers::restore`]'s.
pub fn restore_register(
    config: &Config,
    input: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Extent, AuthorityError> {
    let (settings, net) = register(config)?;
    make_private(&config.data)?;
    let Some(_lock) = lock(&config.data)? else {
        return Err(StartError::Held(config.data.clone()).into());
    };
    Ok(registers::restore(&settings, &net, input, progress)?)
}
