//! A register made of plain maps, whose every move a test tells, over a page signed by the demonstration's authorities.

use std::collections::BTreeMap;

use toend_ledger::cbor::{self, Value};
use toend_ledger::commitment::{
    FieldTree, RowTree, Seed, content_commitment, entry_commitment, place_commitment, prev_root,
};
use toend_ledger::gateway::{
    B64, EntryContents, EpochAnswer, HeadAnswer, LabelAnswer, ListAnswer, Proven, RowGroup,
};
use toend_ledger::genesis::demo;
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::ladder::Ladder;
use toend_ledger::list::{Class, ListKey, list_commitment, open_alpha, place};
use toend_ledger::record::{Flag, head_commitment, record_key};
use toend_ledger::schema::{self, FieldKind};
use toend_ledger::state::{
    EntryValue, EpochValue, HeadValue, Key, OpeningValue, Reg, RegisterValue,
};
use toend_ledger::subject::Subject;
use toend_ledger::vrf::SecretKey;
use toend_light_client::trusted::StateRoot;
use toend_state_machine::tree::{Leaf, Tree};

use crate::pages::{at, state_root};

pub const REG: Reg = Reg(1);
/// Height of the state; its page is one higher.
pub const HEIGHT: u64 = 100;

/// The register and all it has sealed.
pub struct World {
    pub net: Hash,
    pub subject: Subject,
    pub secret: [u8; 32],
    state: BTreeMap<Vec<u8>, Vec<u8>>,
    owner: Hash,
    alpha: Vec<u8>,
    epochs: Vec<EpochValue>,
    /// Commitments by index, gaps and all.
    sealed: BTreeMap<u64, Hash>,
    delivered: Vec<EntryContents>,
    heads: Vec<Hash>,
}

/// One entry's contents: a visit (headed, with rows) or a lab value (neither), with `words` in its first text field.
pub fn contents(kind: &str, n: u64, record: u8, v: u32, words: &str) -> EntryContents {
    let schema = schema::by_name(kind).unwrap();
    let seed = Seed::from_bytes([n as u8; 32]);
    let mut rows = Vec::new();
    let mut said = false;
    let values: Vec<Value> = (0u16..)
        .zip(schema.fields)
        .map(|(position, field)| match field.kind {
            FieldKind::Text if !said => {
                said = true;
                Value::text(words)
            }
            FieldKind::Date => Value::text("2026-11-20"),
            FieldKind::Rows(columns) if rows.is_empty() => {
                let row = Value::Array(columns.iter().map(|_| Value::Array(Vec::new())).collect());
                rows.push(RowGroup {
                    field: position,
                    rows: vec![B64(cbor::encode(&row).unwrap())],
                });
                RowTree::new(&seed, position, vec![row])
                    .unwrap()
                    .field_value()
            }
            _ => Value::Absent,
        })
        .collect();
    EntryContents {
        n,
        record: B64(vec![record; 32]),
        v,
        schema: schema.id,
        seed: B64(seed.as_bytes().to_vec()),
        blind: B64(vec![n as u8 ^ 0xAA; 32]),
        fields: values
            .iter()
            .map(|value| B64(cbor::encode(value).unwrap()))
            .collect(),
        rows,
    }
}

/// Q of delivered contents, computed the register's way.
pub fn q(net: &Hash, given: &EntryContents) -> Hash {
    let seed = Seed::from_bytes(given.seed.0.as_slice().try_into().unwrap());
    let values = given
        .fields
        .iter()
        .map(|field| cbor::decode(&field.0).unwrap())
        .collect();
    let fr = FieldTree::new(&seed, values).unwrap().root();
    content_commitment(
        net,
        REG,
        &given.record.0.as_slice().try_into().unwrap(),
        given.v,
        given.schema,
        &fr,
    )
}

impl World {
    /// A register in which the person's list is open and empty.
    pub fn new() -> Self {
        let (net, subject) = (demo::net(), Subject::person("EE", "47101010033").unwrap());
        let secret = [5; 32];
        let mut world = Self {
            net,
            alpha: open_alpha(&net, REG, 1, &subject),
            subject,
            secret,
            state: BTreeMap::new(),
            owner: [0; 32],
            epochs: vec![EpochValue {
                vrf_key: *demo::vrf_key(REG).public().as_bytes(),
                from: 1,
                until: EpochValue::OPEN,
            }],
            sealed: BTreeMap::new(),
            delivered: Vec::new(),
            heads: Vec::new(),
        };
        world.owner = place(&demo::vrf_key(REG).output(&world.alpha).unwrap());
        let lpk = SecretKey::from_bytes(secret).public();
        world.put(
            &Key::Opening {
                reg: REG,
                epoch: 1,
                o: world.owner,
            },
            OpeningValue {
                k: list_commitment(&world.owner, &lpk),
                at: at(1),
            }
            .encode(),
        );
        let keys = RegisterValue {
            seal_key: [1; 32],
            answer_key: [2; 32],
            next_batch: 9,
            opened: 1,
            entries: 9,
            heads: 9,
            changed: None,
        };
        world.put(&Key::Register(REG), keys.encode());
        world
    }

    pub fn put(&mut self, key: &Key, value: Vec<u8>) {
        self.state.insert(key.encode(), value);
    }

    fn key(&self) -> ListKey {
        ListKey::new(self.net, REG, SecretKey::from_bytes(self.secret))
    }

    /// Seals contents at their index, at a height, and delivers them.
    pub fn seal(&mut self, given: EntryContents, height: u64) {
        let older: Vec<Hash> = self.sealed.range(..given.n).map(|(_, c)| *c).collect();
        let blind = given.blind.0.as_slice().try_into().unwrap();
        let p = place_commitment(
            &blind,
            &self.owner,
            Class::Records,
            given.n,
            &prev_root(&older),
        );
        let c = entry_commitment(&p, &q(&self.net, &given));
        let key = self.key().entry_key(Class::Records, given.n).unwrap();
        self.put(&key, EntryValue { c, at: at(height) }.encode());
        self.sealed.insert(given.n, c);
        self.delivered.push(given);
    }

    /// Writes a head.
    pub fn head(&mut self, record: u8, v: u32, hd: Hash) {
        let record = [record; 32];
        let key = Key::Head {
            reg: REG,
            r: record_key(REG, &record),
        };
        self.put(
            &key,
            HeadValue {
                v,
                flag: Flag::Current,
                hd,
                at: at(50),
            }
            .encode(),
        );
        if !self.heads.contains(&record) {
            self.heads.push(record);
        }
    }

    /// Seals contents and raises the record's head to them.
    pub fn seal_headed(&mut self, given: EntryContents, height: u64) {
        let record = given.record.0[0];
        let hd = head_commitment(&[record; 32], given.v, &q(&self.net, &given));
        self.head(record, given.v, hd);
        self.seal(given, height);
    }

    /// A second epoch; the first ends.
    pub fn second_epoch(&mut self, key: &SecretKey) {
        if let Some(first) = self.epochs.first_mut() {
            first.until = 60;
        }
        self.epochs.push(EpochValue {
            vrf_key: *key.public().as_bytes(),
            from: 60,
            until: EpochValue::OPEN,
        });
    }

    /// Opens the same list again in epoch 2.
    pub fn open_again(&mut self, key: &SecretKey) {
        let o = place(
            &key.output(&open_alpha(&self.net, REG, 2, &self.subject))
                .unwrap(),
        );
        let lpk = SecretKey::from_bytes(self.secret).public();
        self.put(
            &Key::Opening {
                reg: REG,
                epoch: 2,
                o,
            },
            OpeningValue {
                k: list_commitment(&o, &lpk),
                at: at(60),
            }
            .encode(),
        );
    }

    fn tree(&mut self) -> Tree {
        for (epoch, value) in (1u16..).zip(self.epochs.clone()) {
            self.put(&Key::Epoch { reg: REG, epoch }, value.encode());
        }
        let leaves = self
            .state
            .iter()
            .map(|(key, value)| Leaf::whole(sha256(&[key]), value.clone()));
        let mut tree = Tree::new();
        tree.write(HEIGHT, Tree::sorted(leaves.collect())).unwrap();
        tree
    }

    /// The honest answer, and the root of a page that really carries it.
    pub fn answer(&mut self) -> (ListAnswer, StateRoot) {
        let second = SecretKey::from_bytes([66; 32]);
        let tree = self.tree();
        let view = tree.newest();
        let show = |key: &Key| Proven {
            value: self.state.get(&key.encode()).cloned().map(B64),
            proof: B64(view.prove(&key.hash()).encode()),
        };
        let label = |n: u64| LabelAnswer {
            n,
            state: show(&self.key().entry_key(Class::Records, n).unwrap()),
        };
        let mut labels: BTreeMap<u64, LabelAnswer> =
            self.sealed.keys().map(|n| (*n, label(*n))).collect();
        let mut ladder = Ladder::new();
        while let Some(n) = ladder.next_probe() {
            labels.entry(n).or_insert_with(|| label(n));
            ladder.answer(self.sealed.contains_key(&n)).unwrap();
        }
        for n in 1..=ladder.outcome().unwrap() {
            labels.entry(n).or_insert_with(|| label(n));
        }
        let epochs = (1u16..)
            .zip(&self.epochs)
            .map(|(epoch, _)| {
                let (secret, alpha) = match epoch {
                    1 => (demo::vrf_key(REG), self.alpha.clone()),
                    _ => (
                        second.clone(),
                        open_alpha(&self.net, REG, epoch, &self.subject),
                    ),
                };
                let proof = secret.prove(&alpha).unwrap();
                let o = place(&secret.output(&alpha).unwrap());
                EpochAnswer {
                    epoch,
                    key: show(&Key::Epoch { reg: REG, epoch }),
                    vrf_proof: B64(proof.as_bytes().to_vec()),
                    opening: show(&Key::Opening { reg: REG, epoch, o }),
                }
            })
            .collect();
        let heads = self
            .heads
            .iter()
            .map(|record| HeadAnswer {
                record: B64(record.to_vec()),
                state: show(&Key::Head {
                    reg: REG,
                    r: record_key(REG, record),
                }),
            })
            .collect();
        let answer = ListAnswer {
            height: HEIGHT,
            class: 0,
            register: show(&Key::Register(REG)),
            epochs,
            list_key: B64(self.secret.to_vec()),
            labels: labels.into_values().collect(),
            entries: self.delivered.clone(),
            heads,
            pending: Vec::new(),
        };
        (answer, state_root(HEIGHT, 1, view.root()))
    }

    /// Another subject, or another spelling, is answered for.
    pub fn answer_for(&mut self, alpha: Vec<u8>) {
        self.alpha = alpha;
    }
}
