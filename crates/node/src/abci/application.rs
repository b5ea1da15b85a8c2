//! What each ABCI request does.
//!
//! The rules are `toend_state_machine::App`'s; here they meet the disk. Nothing is shown as committed before it is on disk,
//! and a request that fails leaves the disk as it was.

use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use prost::bytes::Bytes;
use tendermint_proto::v0_38::abci::{
    RequestInitChain, ResponseEcho, ResponseException, ResponseFlush, ResponseInfo,
    ResponseInitChain, ResponseLoadSnapshotChunk, ResponseVerifyVoteExtension, request, response,
    response_verify_vote_extension,
};
use tendermint_proto::v0_38::crypto::public_key::Sum;
use toend_ledger::genesis::Genesis;
use toend_ledger::hash::Hash;
use toend_state_machine::limits::RULES;
use toend_state_machine::{App, Block};
use tokio::sync::watch;

use super::answers::checked;
use super::error::{ApplicationError, inconsistent};
use super::first_block;
use super::incoming::Incoming;
use super::reader::AppReader;
use super::snapshot::FORMAT;
use super::snapshots::{Schedule, Snapshots};
use super::store::{AppStore, Base, Newest};
use super::times::{self, Times};
use crate::cometbft;
use crate::ledger::{Included, QueryResult};
use crate::storage::{Pairs, StorageError};

/// The application of one authority.
#[derive(Debug)]
pub struct Application {
    pub(super) genesis: Genesis,
    pub(super) genesis_file: Vec<u8>,
    pub(super) net: Hash,
    pub(super) first_block: Hash,
    pub(super) snapshots: Snapshots,
    machine: RwLock<Machine>,
    reader: Mutex<AppReader>,
    pub(super) committed: watch::Sender<u64>,
    times: Times,
}

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) app: App,
    /// Behind a lock only because a database connection is not to be shared; used by whoever writes.
    pub(super) store: Mutex<AppStore>,
    /// What the newest committed block wrote, and where that leaves the state: not on disk yet.
    pub(super) ahead: Option<(Pairs, Base)>,
    /// The newest committed block.
    pub(super) newest: Option<Block>,
    /// Executed and not committed.
    pub(super) pending: Option<Pending>,
    pub(super) incoming: Option<Incoming>,
}

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) newest: Newest,
    pub(super) changes: Pairs,
    pub(super) hashes: Vec<Hash>,
    pub(super) codes: Vec<u32>,
}

impl Application {
    /// Takes up where the disk in `folder` leaves off, or at the genesis file.
    pub fn open(
        genesis_file: &[u8],
        folder: &Path,
        schedule: Schedule,
    ) -> Result<Self, ApplicationError> {
        Self::open_knowing(genesis_file, folder, schedule, RULES)
    }

    /// As [`open`](Self::open), in a program that knows rules up to version `rules`.
    pub fn open_knowing(
        genesis_file: &[u8],
        folder: &Path,
        schedule: Schedule,
        rules: u64,
    ) -> Result<Self, ApplicationError> {
        let (genesis, net) = Genesis::parse(genesis_file)?;
        let first_block = first_block::header(&genesis)
            .map_err(ApplicationError::Inconsistent)?
            .hash();
        let mut store = AppStore::open(folder, &net)?;
        let base = if let Some(base) = store.base()? {
            base
        } else {
            let info = App::from_genesis_file(genesis_file)
                .map_err(inconsistent)?
                .info();
            let base = Base {
                height: info.height,
                root: info.app_hash,
            };
            store.begin(App::genesis_state(&genesis).into_iter().map(Ok), base)?;
            base
        };
        let mut fault = None;
        let state = store
            .state()
            .map_while(|pair| pair.map_err(|error| fault = Some(error)).ok());
        let restored = App::restore_with_file(state, base.height, base.root, genesis_file);
        if let Some(fault) = fault {
            return Err(fault.into());
        }
        let mut app = restored.map_err(inconsistent)?.knowing(rules);
        let mut ahead = None;
        if let Some(newest) = store.newest()? {
            app.check_rules()?;
            let done = app.finalize_block(newest.block).map_err(inconsistent)?;
            if done.app_hash != newest.root {
                return Err(ApplicationError::Inconsistent(
                    "the newest block gives another root than it did before".to_owned(),
                ));
            }
            let height = app.commit().height;
            let root = newest.root;
            ahead = Some((done.changes, Base { height, root }));
        }
        app.check_rules()?;
        let reader = Mutex::new(store.reader()?);
        let (committed, _) = watch::channel(app.info().height);
        let snapshots = Snapshots::new(folder.join("snapshots"), net, schedule);
        snapshots.clear_half_made();
        Ok(Self {
            snapshots,
            genesis,
            genesis_file: genesis_file.to_vec(),
            net,
            first_block,
            machine: RwLock::new(Machine {
                app,
                store: Mutex::new(store),
                ahead,
                newest: None,
                pending: None,
                incoming: None,
            }),
            reader,
            committed,
            times: Times::default(),
        })
    }

    /// Hash of the genesis file.
    pub const fn net(&self) -> Hash {
        self.net
    }

    /// The genesis file as it is read.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Hash of the one first block there can be.
    pub const fn first_block(&self) -> Hash {
        self.first_block
    }

    /// Follows the height of the last committed block.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// How many signatures had to be checked since the start.
    pub fn signature_checks(&self) -> u64 {
        self.read().app.signature_checks()
    }

    /// The state under a key after block `height`, proven. None when that version is not kept.
    pub fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        let found = self.read().app.query(key, Some(height)).ok()?;
        Some(QueryResult {
            value: found.value,
            proof: found.proof.encode(),
            height: found.height,
        })
    }

    /// The subtree under the first `bits` bits of a place, proven.
    pub fn subtree(&self, place: &Hash, bits: usize, height: u64) -> Option<Vec<u8>> {
        let shown = self.read().app.subtree(place, bits, Some(height)).ok()?;
        Some(shown.encode())
    }

    /// Where a transaction stands, as far as this node has executed it.
    pub fn included(&self, hash: &Hash) -> Option<Included> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.included(hash).ok()?
    }

    /// The transactions of the newest block; none of any other, which the engine keeps.
    pub fn newest_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
        let machine = self.read();
        let newest = machine.newest.as_ref();
        newest
            .filter(|block| block.height == height)
            .map(|block| block.txs.clone())
    }

    /// Whether a request would be answered at once, without waiting for another one.
    pub(super) fn is_idle(&self) -> bool {
        self.machine.try_write().is_ok()
    }

    /// Calls `each` for the state keys that begin with this byte, if the state on disk stands after a later height than
    /// `known`; says after which then.
    pub fn each_key(
        &self,
        first: u8,
        known: u64,
        each: impl FnMut(&[u8]) -> Result<(), StorageError>,
    ) -> Result<Option<u64>, StorageError> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.each_key(first, known, each)
    }

    /// How long requests take.
    pub const fn times(&self) -> &Times {
        &self.times
    }

    /// Answers one request.
    pub fn answer(&self, request: request::Value) -> Result<response::Value, ApplicationError> {
        let (name, began) = (times::name(&request), Instant::now());
        let answer = self.answer_untimed(request);
        if let Some(name) = name {
            self.times.note(name, began.elapsed());
        }
        answer
    }

    fn answer_untimed(&self, request: request::Value) -> Result<response::Value, ApplicationError> {
        use response::Value as Answer;
        Ok(match request {
            request::Value::Echo(asked) => Answer::Echo(ResponseEcho {
                message: asked.message,
            }),
            request::Value::Flush(_) => Answer::Flush(ResponseFlush {}),
            request::Value::Info(asked) => {
                cometbft::permit(&asked.version)?;
                Answer::Info(self.info())
            }
            request::Value::InitChain(asked) => Answer::InitChain(self.init_chain(&asked)?),
            request::Value::Query(asked) => Answer::Query(self.abci_query(&asked)),
            request::Value::CheckTx(asked) => {
                Answer::CheckTx(checked(self.write().app.check_tx(&asked.tx)))
            }
            request::Value::PrepareProposal(asked) => {
                Answer::PrepareProposal(self.prepare(&asked)?)
            }
            request::Value::ProcessProposal(asked) => {
                Answer::ProcessProposal(self.process(&asked)?)
            }
            request::Value::FinalizeBlock(asked) => Answer::FinalizeBlock(self.finalize(&asked)?),
            request::Value::Commit(_) => Answer::Commit(self.commit()?),
            request::Value::ListSnapshots(_) => Answer::ListSnapshots(self.list_snapshots()),
            request::Value::LoadSnapshotChunk(asked) => {
                Answer::LoadSnapshotChunk(ResponseLoadSnapshotChunk {
                    chunk: (asked.format == FORMAT)
                        .then(|| self.snapshots.chunk(asked.height, asked.chunk))
                        .flatten()
                        .unwrap_or_default()
                        .into(),
                })
            }
            request::Value::OfferSnapshot(asked) => {
                Answer::OfferSnapshot(self.offer(asked.snapshot, &asked.app_hash))
            }
            request::Value::ApplySnapshotChunk(asked) => {
                Answer::ApplySnapshotChunk(self.apply_chunk(asked)?)
            }
            // Vote extensions are off in the genesis file, so that CometBFT asks for neither.
            request::Value::ExtendVote(_) => Answer::Exception(ResponseException {
                error: "vote extensions are not used".to_owned(),
            }),
            request::Value::VerifyVoteExtension(_) => {
                Answer::VerifyVoteExtension(ResponseVerifyVoteExtension {
                    status: response_verify_vote_extension::VerifyStatus::Reject.into(),
                })
            }
        })
    }

    fn info(&self) -> ResponseInfo {
        let (info, app_version) = {
            let app = &self.read().app;
            (app.info(), app.version())
        };
        // Before the first block CometBFT wants 0, wherever the chain begins.
        let begun = info.height >= self.genesis.initial_height;
        ResponseInfo {
            data: "toend".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            app_version,
            last_block_height: if begun { info.height.cast_signed() } else { 0 },
            last_block_app_hash: if begun {
                info.app_hash.to_vec().into()
            } else {
                Bytes::new()
            },
        }
    }

    fn init_chain(&self, asked: &RequestInitChain) -> Result<ResponseInitChain, ApplicationError> {
        let info = self.read().app.info();
        let genesis = &self.genesis;
        if info.height >= genesis.initial_height {
            return Err(ApplicationError::EngineBehind(info.height));
        }
        let same_validators = asked.validators.len() == genesis.validators.len()
            && genesis.validators.iter().all(|validator| {
                asked.validators.iter().any(|update| {
                    let key = update.pub_key.as_ref().and_then(|key| key.sum.as_ref());
                    matches!(key, Some(Sum::Ed25519(key)) if key[..] == validator.pub_key)
                        && u64::try_from(update.power) == Ok(validator.power)
                })
            });
        let app_state = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
        let checks = [
            (asked.chain_id == genesis.chain_id, "chain id"),
            (
                u64::try_from(asked.initial_height) == Ok(genesis.initial_height),
                "first height",
            ),
            (same_validators, "validator set"),
            (
                app_state(&asked.app_state_bytes) == app_state(&genesis.app_state_json()),
                "application state",
            ),
        ];
        if let Some((_, what)) = checks.iter().find(|(fits, _)| !fits) {
            return Err(ApplicationError::OtherBeginning(what));
        }
        Ok(ResponseInitChain {
            consensus_params: None,
            validators: Vec::new(),
            app_hash: info.app_hash.to_vec().into(),
        })
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Machine> {
        self.machine.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Machine> {
        self.machine.write().unwrap_or_else(PoisonError::into_inner)
    }
}
