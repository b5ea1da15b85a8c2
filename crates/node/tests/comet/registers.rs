//! Whether everything that a register took in and believes to be sealed stands in the ledger, and nothing else does.
//!
//! A copy of the register's database is opened beside the running one, over a ledger that stands still where the copy
//! leaves off, and replayed by the register's own audit.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use toend_ledger::cometbft::LightBlock;
use toend_ledger::hash::Hash;
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_node::authority::Config;
use toend_node::comet::rpc::CometRpc;
use toend_node::ledger::{Included, Ledger, QueryResult, SubmitError};
use toend_node::registers::{Register, Settings};
use toend_node::testnet::{CONFIG, folder_of};
use tokio::sync::watch;

use crate::history::state_at;
use crate::network::Net;

/// Authorities that keep a register, the first ones.
const KEEPERS: u16 = 3;

/// Replays every register.
pub fn check(net: &Net) {
    for node in 0..KEEPERS {
        let folder = tempfile::tempdir_in(net.scratch()).unwrap();
        let copy = copy(net, node, folder.path());
        let (reg, kept) = (copy.settings.reg, copy.kept);
        let register = copy.open();
        let audit = register.audit().unwrap();
        println!("register {reg}: {audit:?}");
        assert_eq!(register.waiting().unwrap(), 0, "register {reg}");
        assert_eq!(audit.opened.lists, kept.lists, "a list is lost");
        assert_eq!(audit.entries.lists, kept.entries, "an entry is lost");
        for counted in [audit.opened, audit.entries, audit.heads] {
            assert_eq!(counted.orphans(), 0, "more was sealed than taken in");
        }
    }
}

/// As [`check`], for registers whose ledger came back from a backup: nothing is lost, but batches may be under way.
pub fn check_ahead(net: &Net, nodes: &[u16]) {
    for node in nodes {
        let folder = tempfile::tempdir_in(net.scratch()).unwrap();
        let copy = copy(net, *node, folder.path());
        let (reg, kept) = (copy.settings.reg, copy.kept);
        let audit = copy.open().audit().unwrap();
        println!("register {reg}: {audit:?}");
        assert_eq!(audit.opened.lists, kept.lists, "a list is lost");
        assert_eq!(audit.entries.lists, kept.entries, "an entry is lost");
        for counted in [audit.opened, audit.entries, audit.heads] {
            assert_eq!(counted.orphans(), 0, "more was sealed than taken in");
        }
    }
}

/// A copy of a register, and the ledger as it was then.
pub struct Copied {
    settings: Settings,
    ledger: Still,
    kept: Kept,
}

impl Copied {
    /// Opens it, for the first time or again.
    pub fn open(&self) -> Register {
        let settings = Settings {
            reg: self.settings.reg,
            folder: self.settings.folder.clone(),
            seal_key: self.settings.seal_key.clone(),
            next_seal_key: None,
            vrf_keys: self.settings.vrf_keys.clone(),
            tick: self.settings.tick,
            least_batch: self.settings.least_batch,
            pad_heads: self.settings.pad_heads,
            storage: toend_node::registers::Storage::File,
        };
        Register::open(settings, Arc::new(self.ledger.clone())).unwrap()
    }
}

/// Copies a node's register into a folder.
pub fn copy(net: &Net, node: u16, folder: &Path) -> Copied {
    let own = folder_of(&net.path(), node);
    let config = Config::read(&own.join(CONFIG)).unwrap();
    let keys = config.register.as_ref().unwrap();
    let stem = own
        .join("data")
        .join("registers")
        .join(format!("register-{}", keys.reg));
    let value = |height| {
        let bytes = state_at(net, node, &Key::Register(keys.reg), height)?;
        RegisterValue::decode(&bytes).ok()
    };
    // The height at which the last batch that the copy knows is in state, and none after it: several may come with one
    // block, of which the copy knows some. Then another copy is made.
    let (kept, height) = loop {
        let mut height = net.height(node).saturating_sub(2);
        let kept = copy_of(&stem, folder, keys.reg);
        let mut next = 0;
        net.wait("the register's last batch", || {
            while let Some(value) = value(height) {
                if value.next_batch > kept.batch {
                    next = value.next_batch;
                    return true;
                }
                height += 1;
            }
            false
        });
        if next == kept.batch + 1 {
            break (kept, height);
        }
    };
    let app = &config.genesis.app;
    Copied {
        settings: Settings {
            reg: keys.reg,
            folder: folder.to_path_buf(),
            seal_key: keys.seal_key.clone(),
            next_seal_key: None,
            vrf_keys: keys.vrf_keys.clone(),
            tick: std::time::Duration::from_millis(app.tick_ms),
            least_batch: app.least_batch,
            pad_heads: app.pad_heads,
            storage: toend_node::registers::Storage::File,
        },
        ledger: Still {
            rpc: net.rpc(node),
            net: config.network.net,
            height,
        },
        kept,
    }
}

/// What a register's database holds.
#[derive(Clone, Copy)]
struct Kept {
    /// Newest batch.
    batch: u64,
    /// Private lists.
    lists: u64,
    /// Entries of private lists and decoys.
    entries: u64,
}

/// Copies a running register's database as it is at one moment.
fn copy_of(stem: &Path, folder: &Path, reg: Reg) -> Kept {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let live = Connection::open_with_flags(stem.with_extension("sqlite"), flags).unwrap();
    live.busy_timeout(std::time::Duration::from_secs(10))
        .unwrap();
    let copied = folder.join(format!("register-{reg}.sqlite"));
    let _ = std::fs::remove_file(&copied);
    live.execute("VACUUM INTO ?1", [copied.to_str().unwrap()])
        .unwrap();
    let key = folder.join(format!("register-{reg}.key"));
    std::fs::copy(stem.with_extension("key"), key).unwrap();
    let db = Connection::open(copied).unwrap();
    let count = |sql: &str| -> u64 {
        let count: i64 = db.query_row(sql, [], |row| row.get(0)).unwrap();
        count.unsigned_abs()
    };
    let counter = |name: &str| -> u64 {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        let value: Vec<u8> = db.query_row(sql, [name], |row| row.get(0)).unwrap();
        u64::from_be_bytes(value.try_into().unwrap())
    };
    let under_way = count("SELECT coalesce(max(number), 0) FROM batch");
    Kept {
        batch: under_way.max(counter("sealed-batches")),
        lists: count("SELECT count(*) FROM list WHERE public = 0"),
        entries: counter("decoy-entries")
            + count(
                "SELECT coalesce(sum(size), 0) FROM chain JOIN list ON list.id = chain.list WHERE public = 0",
            ),
    }
}

/// A node's ledger after one block, for ever.
#[derive(Clone)]
struct Still {
    rpc: CometRpc,
    net: Hash,
    height: u64,
}

impl Ledger for Still {
    fn net(&self) -> Hash {
        self.net
    }

    fn chain_id(&self) -> String {
        self.tip().header().chain_id.clone()
    }

    fn tip(&self) -> LightBlock {
        self.light_block(self.height + 1).unwrap()
    }

    fn light_block(&self, height: u64) -> Option<LightBlock> {
        Some(LightBlock {
            signed_header: self.rpc.commit(height).ok()?,
            validator_set: self.rpc.validators(height).ok()?,
            next_validator_set: None,
        })
    }

    fn header_bundle(&self, _: u64) -> Option<Vec<u8>> {
        None
    }

    fn block_txs(&self, height: u64) -> Option<Vec<Vec<u8>>> {
        self.rpc.block_txs(height).ok()
    }

    fn query(&self, key: &[u8], height: u64) -> Option<QueryResult> {
        let height = height.min(self.height);
        let params = json!({
            "path": "/state", "data": hex::encode(key), "height": height.to_string(), "prove": false,
        });
        let answer = self.rpc.call("abci_query", &params).ok()?;
        Some(QueryResult {
            value: crate::history::value_in(&answer)?,
            proof: Vec::new(),
            height,
        })
    }

    fn subtree(&self, _: &Hash, _: u16, _: u64) -> Option<Vec<u8>> {
        None
    }

    fn submit(&self, _: Vec<u8>) -> Result<Hash, SubmitError> {
        Err(SubmitError::Stopped("only looked at".to_owned()))
    }

    fn included(&self, _: &Hash) -> Option<Included> {
        None
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        watch::channel(self.height).1
    }
}
