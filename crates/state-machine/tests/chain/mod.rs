//! A chain on the demonstration genesis, block by block, for the tests.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::large_types_passed_by_value
)]

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::genesis::{self, Genesis};
use toend_ledger::hash::{Hash, h};
use toend_ledger::proof::{verify_absence, verify_presence};
use toend_ledger::record::Flag;
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_ledger::tx::{Action, Batch, Filing, Governance, Op, bucket};
use toend_ledger::vrf;
use toend_state_machine::{App, Block, Code, Finalized, TxResult};

pub const HEALTH: Reg = Reg(1);
pub const TAX: Reg = Reg(2);
pub const BUSINESS: Reg = Reg(3);
pub const START_MS: u64 = 1_793_491_200_000;

/// A value that occurs nowhere else.
pub fn id(name: &str, n: u64) -> Hash {
    h("test", &[name.as_bytes(), &[0], &n.to_be_bytes()])
}

pub fn seal_key(reg: Reg) -> SigningKey {
    demo::signing_key(Purpose::Seal, reg.0)
}

pub fn entry(n: u64) -> Op {
    Op::Entry {
        label: id("label", n),
        c: id("c", n),
    }
}

pub fn head(n: u64, v: u32, flag: Flag) -> Op {
    Op::Head {
        r: id("r", n),
        v,
        flag,
        hd: id("hd", n << 32 | u64::from(v)),
    }
}

pub struct Chain {
    pub genesis: Genesis,
    pub net: Hash,
    pub app: App,
    /// What a node would have on disk.
    pub stored: BTreeMap<Vec<u8>, Vec<u8>>,
    pub blocks: Vec<Block>,
    /// Root before the first block, then after each.
    pub roots: Vec<Hash>,
    made: BTreeMap<Reg, u64>,
    decoys: u64,
}

impl Chain {
    pub fn new() -> Self {
        Self::on(demo::genesis())
    }

    /// On a network that begins with this version of the rules.
    pub fn under(rules: u64) -> Self {
        let mut genesis = demo::genesis();
        genesis.params.app_version = rules;
        Self::on(genesis)
    }

    pub fn on(genesis: Genesis) -> Self {
        let app = App::from_genesis(&genesis, genesis.initial_height).unwrap();
        Chain {
            net: genesis::net(&genesis.encode()),
            stored: App::genesis_state(&genesis).into_iter().collect(),
            roots: vec![app.info().app_hash],
            genesis,
            app,
            blocks: Vec::new(),
            made: BTreeMap::new(),
            decoys: 0,
        }
    }

    pub fn height(&self) -> u64 {
        self.app.info().height
    }

    pub fn next_block(&self, txs: Vec<Vec<u8>>) -> Block {
        let height = self.height() + 1;
        Block {
            height,
            time_ms: START_MS + 5000 * height,
            hash: id("block", height),
            txs,
            misbehavior: Vec::new(),
        }
    }

    /// Makes, applies and commits a block.
    pub fn block(&mut self, txs: Vec<Vec<u8>>) -> Vec<TxResult> {
        let block = self.next_block(txs);
        self.take(block).tx_results
    }

    pub fn take(&mut self, block: Block) -> Finalized {
        let done = self.app.finalize_block(block.clone()).unwrap();
        let committed = self.app.commit();
        assert_eq!(committed.height, block.height);
        assert_eq!(self.app.info().app_hash, done.app_hash);
        self.stored.extend(done.changes.iter().cloned());
        self.roots.push(done.app_hash);
        self.blocks.push(block);
        self.made.clear();
        done
    }

    /// A block of one transaction, and what became of it.
    pub fn try_tx(&mut self, tx: Vec<u8>) -> Code {
        self.block(vec![tx])[0].outcome()
    }

    /// A block of one padded batch, and what became of it.
    pub fn try_ops(&mut self, reg: Reg, ops: Vec<Op>) -> Code {
        let tx = self.batch(reg, ops);
        self.try_tx(tx)
    }

    pub fn value(&self, key: Key) -> Option<Vec<u8>> {
        self.app.query(&key.encode(), None).unwrap().value
    }

    /// The value of a key, once the judge has accepted its proof.
    pub fn proven(&self, key: Key, height: Option<u64>) -> Option<Vec<u8>> {
        let answer = self.app.query(&key.encode(), height).unwrap();
        let root = self.app.root(height).unwrap();
        match &answer.value {
            Some(value) => verify_presence(&root, &key.encode(), value, &answer.proof).unwrap(),
            None => verify_absence(&root, &key.encode(), &answer.proof).unwrap(),
        }
        answer.value
    }

    pub fn register(&self, reg: Reg) -> RegisterValue {
        RegisterValue::decode(&self.value(Key::Register(reg)).unwrap()).unwrap()
    }

    /// The register's next batch with these operations, padded as a register pads.
    pub fn batch(&mut self, reg: Reg, ops: Vec<Op>) -> Vec<u8> {
        let made = self.made.entry(reg).or_insert(0);
        let number = self
            .app
            .query(&Key::Register(reg).encode(), None)
            .unwrap()
            .value
            .unwrap();
        let number = RegisterValue::decode(&number).unwrap().next_batch + *made;
        *made += 1;
        let ops = self.padded(ops);
        self.batch_of(reg, number, ops, &seal_key(reg))
    }

    pub fn batch_of(&self, reg: Reg, number: u64, ops: Vec<Op>, key: &SigningKey) -> Vec<u8> {
        Batch::signed(self.net, reg, number, ops, key)
            .unwrap()
            .encode()
    }

    pub fn padded(&mut self, mut ops: Vec<Op>) -> Vec<Op> {
        let least = self.genesis.app.least_batch;
        let entries = ops
            .iter()
            .filter(|op| matches!(op, Op::Entry { .. }))
            .count();
        let heads = ops
            .iter()
            .filter(|op| matches!(op, Op::Head { .. }))
            .count();
        for _ in entries..bucket(entries, least).unwrap() {
            self.decoys += 1;
            ops.push(Op::Entry {
                label: id("decoy label", self.decoys),
                c: id("decoy c", self.decoys),
            });
        }
        for _ in heads..bucket(heads, least).unwrap() {
            self.decoys += 1;
            let (r, hd) = (id("decoy r", self.decoys), id("decoy hd", self.decoys));
            ops.push(Op::Head {
                r,
                v: 1,
                flag: Flag::Current,
                hd,
            });
        }
        ops
    }

    pub fn filing(&self, gateway: u16, f: Hash) -> Vec<u8> {
        Filing::signed(
            self.net,
            gateway,
            f,
            &demo::signing_key(Purpose::Gateway, gateway),
        )
        .encode()
    }

    /// A decision signed by the first `count` authorities.
    pub fn decision(&self, action: Action, count: u16) -> Vec<u8> {
        let keys: Vec<_> = (0..count)
            .map(|i| (i, demo::signing_key(Purpose::Governance, i)))
            .collect();
        let keys: Vec<_> = keys.iter().map(|(i, key)| (*i, key)).collect();
        Governance::signed(self.net, action, &keys)
            .unwrap()
            .encode()
    }

    pub fn epoch(&self, reg: Reg, epoch: u16, secret: &vrf::SecretKey) -> Action {
        let alpha = toend_ledger::list::pop_alpha(&self.net, reg, epoch);
        Action::Epoch {
            reg,
            epoch,
            vrf_key: secret.public(),
            possession: secret.prove(&alpha).unwrap(),
        }
    }

    pub fn restored(&self) -> App {
        let info = self.app.info();
        App::restore(
            self.stored.clone().into_iter(),
            info.height,
            info.app_hash,
            &self.genesis,
        )
        .unwrap()
    }
}

pub fn public(name: &str, n: u64) -> [u8; 32] {
    SigningKey::from_bytes(&id(name, n))
        .verifying_key()
        .to_bytes()
}
