//! The state machine's results in ABCI's words.

use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::{self, ExecTxResult, ResponseCheckTx, ValidatorUpdate};
use tendermint_proto::v0_38::crypto::{PublicKey, public_key::Sum};
use tendermint_proto::v0_38::types::{ConsensusParams, VersionParams};
use toend_ledger::cometbft::Time;
use toend_ledger::state::FaultKind;
use toend_state_machine::{CODESPACE, Misbehavior, TxResult};

/// A time of the engine in Unix milliseconds.
pub(super) fn millis(time: Option<&Timestamp>) -> Option<u64> {
    let time = time?;
    let nanos = u32::try_from(time.nanos).ok()?;
    Time::new(time.seconds, nanos).ok().map(Time::millis)
}

/// A change that the authorities decided, as CometBFT reads it.
pub(super) fn update(change: &toend_state_machine::ValidatorUpdate) -> ValidatorUpdate {
    ValidatorUpdate {
        pub_key: Some(PublicKey {
            sum: Some(Sum::Ed25519(change.pub_key.to_vec())),
        }),
        power: i64::try_from(change.power).unwrap_or(i64::MAX),
    }
}

/// The rules from the next block on, as CometBFT puts them into its header.
pub(super) fn version(app: u64) -> ConsensusParams {
    ConsensusParams {
        version: Some(VersionParams { app }),
        ..ConsensusParams::default()
    }
}

/// Evidence as the state machine takes it. CometBFT names a validator by an address of 20 bytes and a height from 1.
pub(super) fn misbehavior(shown: &abci::Misbehavior) -> Option<Misbehavior> {
    let validator = shown.validator.as_ref()?;
    Some(Misbehavior {
        kind: FaultKind::from_abci(shown.r#type),
        address: validator.address[..].try_into().ok()?,
        height: u64::try_from(shown.height).ok()?,
        time_ms: millis(shown.time.as_ref()).unwrap_or(0),
    })
}

fn log_of(result: &TxResult) -> String {
    if result.is_ok() {
        String::new()
    } else {
        result.outcome().to_string()
    }
}

fn codespace_of(result: &TxResult) -> String {
    if result.is_ok() {
        String::new()
    } else {
        CODESPACE.to_owned()
    }
}

pub(super) fn checked(result: TxResult) -> ResponseCheckTx {
    ResponseCheckTx {
        code: result.code,
        log: log_of(&result),
        codespace: codespace_of(&result),
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        ..ResponseCheckTx::default()
    }
}

pub(super) fn executed(result: TxResult) -> ExecTxResult {
    ExecTxResult {
        code: result.code,
        log: log_of(&result),
        codespace: codespace_of(&result),
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        ..ExecTxResult::default()
    }
}
