//! Why a register cannot do what was asked.

use thiserror::Error;
use toend_ledger::cbor::CborError;
use toend_ledger::commitment::FieldError;
use toend_ledger::tx::TxError;
use toend_ledger::vrf::VrfError;

use super::{BackupError, ContentsError};
use crate::storage::StorageError;

/// A register's failure. None of them carries personal data.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// This computer's disk.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// There is no key file, and a database or a backup that needs it.
    #[error(
        "the register's key file is missing: put its copy into data/registers, with the name register-NUMBER.key"
    )]
    NoKey,
    /// The key file is another one than the database's.
    #[error(
        "the register's key file does not belong to its database: put the right one into data/registers, or let the \
         configuration name this register's own database"
    )]
    Key,
    /// The database was made by a newer program. Update the program.
    #[error(
        "the register's database was written by a newer program (schema {found}, known {known}): update this program"
    )]
    Newer {
        /// Schema found.
        found: i64,
        /// Newest known.
        known: i64,
    },
    /// The database belongs to another network or register.
    #[error(
        "the register's database belongs to another network or register: let the configuration name its own"
    )]
    OtherNetwork,
    /// No register was ever opened here, or by an older program only. Start the authority once.
    #[error(
        "there is no database of a register yet, or an older program's; start the authority once"
    )]
    NotThere,
    /// The ledger holds batches that this database never made: it was lost, or restored from an old copy.
    #[error(
        "the ledger has {ledger} batches of this register, its database only {database}: it was lost or restored from a backup that is too old; restore a newer one, or give up what the missing batches contain with `toend-node register go-on --batches {ledger}`"
    )]
    DatabaseBehind {
        /// Batches in the ledger.
        ledger: u64,
        /// Batches in the database.
        database: u64,
    },
    /// The ledger lacks batches that this database saw sealed: it was lost, or is another one.
    #[error(
        "the ledger has {ledger} batches of this register, its database saw {database}: either this node is still catching up, or the ledger came back from a backup and the rest is to be sealed again with `toend-node register go-on --batches {ledger}`"
    )]
    LedgerBehind {
        /// Batches in the ledger.
        ledger: u64,
        /// Batches in the database.
        database: u64,
    },
    /// Something was taken in after an old backup was restored and before the register went on, at a number that the ledger
    /// gave to a lost entry. Whoever restored it is to blame.
    #[error(
        "entries were taken in after the backup was restored: restore it again, let the register go on, and take them in then"
    )]
    TakenInSince,
    /// A block that says which entries are lost is not on this node.
    #[error(
        "block {0} is not on this node, and says which public entries are lost: use a node that has all blocks"
    )]
    NoBlock(u64),
    /// The state holds what it cannot hold, or is not kept any more.
    #[error("the ledger's state about this register cannot be read")]
    State,
    /// The ledger refused a batch of ours: a fault of this program.
    #[error("the ledger refused a batch with code {0}")]
    Refused(u32),
    /// The ledger takes nothing now; trying again helps.
    #[error("the ledger takes no transactions now")]
    LedgerBusy,
    /// A decision gave the register another seal key. Whoever keeps its keys must put the new one into the configuration.
    #[error(
        "the ledger names a seal key that is not in the configuration: add it as next_seal_key"
    )]
    OtherSealKey,
    /// The next VRF epoch is in the configuration and not yet on the ledger: nobody new is taken in until it is.
    #[error("VRF epoch {0} is announced and not decided yet: nobody new is taken in")]
    EpochAnnounced(u16),
    /// The newest VRF key of the configuration is not the one of its epoch.
    #[error("the ledger names another VRF key for epoch {0}")]
    OtherVrfKey(u16),
    /// A further epoch has begun, whose key is not in the configuration.
    #[error("VRF epoch {0} is over, and the next one's key is not in the configuration")]
    EpochOver(u16),
    /// Entries for a subject the register does not know. The office that sent them is to blame.
    #[error("the register does not know this subject")]
    UnknownSubject,
    /// The kind of record does not belong into this register or list.
    #[error("this kind of record does not belong into this list")]
    WrongList,
    /// A version that is not the next one, or one after the record's end.
    #[error("version {given} of the record does not follow version {newest}")]
    Version {
        /// Newest version.
        newest: u32,
        /// Version given.
        given: u32,
    },
    /// The same record and version came again with other contents.
    #[error("the same version of a record came twice with different contents")]
    Conflict,
    /// Contents that fit no schema.
    #[error(transparent)]
    Contents(#[from] ContentsError),
    /// Contents that cannot be committed to.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Contents that cannot be encoded.
    #[error(transparent)]
    Cbor(#[from] CborError),
    /// A batch that cannot be made: a fault of this program.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// A VRF key or input: a fault of the settings.
    #[error(transparent)]
    Vrf(#[from] VrfError),
    /// The file of a backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// This computer gives no random numbers.
    #[error("this computer gives no random numbers")]
    Random,
}

impl From<rusqlite::Error> for RegisterError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(StorageError::from_sqlite(error))
    }
}

impl RegisterError {
    /// Whether the database server does not answer, and may come back.
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Unreachable(_)))
    }

    /// Whether another program uses the database, or one that just lost its connection still seems to.
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Busy))
    }

    pub(super) fn io(error: &std::io::Error) -> Self {
        Self::Storage(StorageError::from_io(error))
    }

    /// The contents of the database contradict each other.
    pub(super) fn damaged(what: &'static str) -> Self {
        Self::Storage(StorageError::Damaged(what.to_owned()))
    }

    /// Whether one delivery is at fault, and others can be taken.
    pub const fn is_about_delivery(&self) -> bool {
        matches!(
            self,
            Self::UnknownSubject
                | Self::WrongList
                | Self::Version { .. }
                | Self::Conflict
                | Self::Contents(_)
                | Self::Field(_)
                | Self::Cbor(_)
        )
    }

    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Storage(error) => error.is_passing(),
            Self::LedgerBusy | Self::State | Self::EpochAnnounced(_) => true,
            _ => false,
        }
    }
}
