//! A register whose every move the test tells: it may leave gaps, plant entries early, raise heads nobody hears of, or open a list
//! under another spelling. Whatever it seals, it seals with the health register's real key.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use ed25519_dalek::SigningKey;
use toend_ledger::{
    cbor::{self, Value},
    commitment::{
        FieldTree, Seed, content_commitment, entry_commitment, place_commitment, prev_root,
    },
    gateway::{B64, EntryContents, EpochAnswer, HeadAnswer, LabelAnswer, ListAnswer, Proven},
    genesis::demo::{self, Purpose},
    hash::{Hash, sha256},
    list::{Class, ListKey, list_commitment, open_alpha, place},
    record::{Flag, head_commitment, record_key},
    state::{Key, Reg, RegisterValue},
    subject::Subject,
    tx::{Batch, Op},
    vrf::SecretKey,
};
use toend_node::ledger::Ledger;

const LEAST_BATCH: usize = 8;
/// The register's only epoch.
const EPOCH: u16 = 1;

/// What one entry says.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Record id.
    pub record: Hash,
    /// Version.
    pub v: u32,
    /// Schema.
    pub schema: u32,
    /// One value per position.
    pub values: Vec<Value>,
}

impl Contents {
    /// The first version of a record, made with the honest registers' own tool. Repeated groups are left out.
    pub fn of(record: Hash, contents: &toend_node::registers::Contents) -> Self {
        Self {
            record,
            v: 1,
            schema: contents.schema().id,
            values: contents.fields().to_vec(),
        }
    }
}

/// A list as the register keeps it.
pub struct ListScript {
    o: Hash,
    alpha: Vec<u8>,
    key: ListKey,
    secret: [u8; 32],
    sealed: BTreeMap<u64, (Contents, Hash, [u8; 32], [u8; 32])>,
}

impl ListScript {
    /// The opening's place.
    pub fn o(&self) -> Hash {
        self.o
    }
}

/// The dishonest register.
pub struct ScriptedRegister {
    ledger: Arc<dyn Ledger>,
    reg: Reg,
    net: Hash,
    seal_key: SigningKey,
    vrf: SecretKey,
    drawn: u64,
}

impl ScriptedRegister {
    /// In place of register `reg`, whose honest program must not be running.
    pub fn new(ledger: Arc<dyn Ledger>, reg: Reg) -> Self {
        let net = ledger.net();
        Self {
            ledger,
            reg,
            net,
            seal_key: demo::signing_key(Purpose::Seal, reg.0),
            vrf: demo::vrf_key(reg),
            drawn: 0,
        }
    }

    /// Bytes that are different each time and the same in each run.
    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        sha256(&[b"testkit", &self.drawn.to_be_bytes()])
    }

    /// Opens a list for a subject, in epoch 1.
    pub async fn open(&mut self, subject: &Subject) -> ListScript {
        self.open_as(open_alpha(&self.net, self.reg, EPOCH, subject))
            .await
    }

    /// Opens a list under any spelling: whatever bytes the VRF is asked for.
    pub async fn open_as(&mut self, alpha: Vec<u8>) -> ListScript {
        let o = place(&self.vrf.output(&alpha).unwrap());
        let secret = self.draw();
        let key = ListKey::new(self.net, self.reg, SecretKey::from_bytes(secret));
        let k = list_commitment(&o, &key.public());
        self.submit(vec![Op::Open { epoch: EPOCH, o, k }]).await;
        ListScript {
            o,
            alpha,
            key,
            secret,
            sealed: BTreeMap::new(),
        }
    }

    /// Seals entries at the given indices, all in one batch, with whatever gaps.
    pub async fn seal(&mut self, list: &mut ListScript, entries: Vec<(u64, Contents)>) {
        let indices: Vec<u64> = entries.iter().map(|(n, _)| *n).collect();
        self.write(list, entries);
        self.send(list, &indices).await;
    }

    /// Writes entries into the list, each tied to those before it, and seals none.
    pub fn write(&mut self, list: &mut ListScript, entries: Vec<(u64, Contents)>) {
        for (n, contents) in entries {
            let (seed, blind) = (self.draw(), self.draw());
            let older: Vec<Hash> = list.sealed.range(..n).map(|(_, sealed)| sealed.1).collect();
            let c = commit(
                &self.net, self.reg, list.o, n, &contents, &seed, &blind, &older,
            );
            list.sealed.insert(n, (contents, c, seed, blind));
        }
    }

    /// Seals entries that were written before, in one batch.
    pub async fn send(&mut self, list: &ListScript, indices: &[u64]) {
        let entry = |n: &u64| Op::Entry {
            label: list.key.label(Class::Records, *n).unwrap(),
            c: list.sealed[n].1,
        };
        self.submit(indices.iter().map(entry).collect()).await;
    }

    /// Raises the head of a record to version `v`, whether or not a list has that version.
    pub async fn head(&mut self, contents: &Contents, v: u32, flag: Flag) {
        let q = self.draw();
        let op = Op::Head {
            r: record_key(self.reg, &contents.record),
            v,
            flag,
            hd: head_commitment(&contents.record, v, &q),
        };
        self.submit(vec![op]).await;
    }

    /// Raises the head to the version that the entry itself has.
    pub async fn true_head(&mut self, list: &ListScript, n: u64) {
        let (contents, _, seed, _) = &list.sealed[&n];
        let fr = FieldTree::new(&Seed::from_bytes(*seed), contents.values.clone())
            .unwrap()
            .root();
        let q = content_commitment(
            &self.net,
            self.reg,
            &contents.record,
            contents.v,
            contents.schema,
            &fr,
        );
        let hd = head_commitment(&contents.record, contents.v, &q);
        let op = Op::Head {
            r: record_key(self.reg, &contents.record),
            v: contents.v,
            flag: Flag::Current,
            hd,
        };
        self.submit(vec![op]).await;
    }

    /// What this register tells the person: contents of `told`, and the state of the labels `probed`.
    pub fn answer(
        &self,
        list: &ListScript,
        told: &[u64],
        probed: impl IntoIterator<Item = u64>,
    ) -> ListAnswer {
        let height = self.ledger.tip().height() - 1;
        let at = |key: &Key| self.proven(key, height);
        let labels = probed.into_iter().map(|n| LabelAnswer {
            n,
            state: at(&list.key.entry_key(Class::Records, n).unwrap()),
        });
        let entries: Vec<EntryContents> = told.iter().map(|n| Self::contents(list, *n)).collect();
        let heads = entries.iter().map(|entry| {
            let record: Hash = entry.record.0.clone().try_into().unwrap();
            HeadAnswer {
                record: entry.record.clone(),
                state: at(&Key::Head {
                    reg: self.reg,
                    r: record_key(self.reg, &record),
                }),
            }
        });
        ListAnswer {
            height,
            class: Class::Records as u8,
            register: at(&Key::Register(self.reg)),
            epochs: vec![EpochAnswer {
                epoch: EPOCH,
                key: at(&Key::Epoch {
                    reg: self.reg,
                    epoch: EPOCH,
                }),
                vrf_proof: B64(self.vrf.prove(&list.alpha).unwrap().as_bytes().to_vec()),
                opening: at(&Key::Opening {
                    reg: self.reg,
                    epoch: EPOCH,
                    o: list.o,
                }),
            }],
            list_key: B64(list.secret.to_vec()),
            labels: labels.collect(),
            heads: heads.collect(),
            entries,
            pending: Vec::new(),
        }
    }

    fn contents(list: &ListScript, n: u64) -> EntryContents {
        let (contents, _, seed, blind) = &list.sealed[&n];
        EntryContents {
            n,
            record: B64(contents.record.to_vec()),
            v: contents.v,
            schema: contents.schema,
            seed: B64(seed.to_vec()),
            blind: B64(blind.to_vec()),
            fields: contents
                .values
                .iter()
                .map(|value| B64(cbor::encode(value).unwrap()))
                .collect(),
            rows: Vec::new(),
        }
    }

    fn proven(&self, key: &Key, height: u64) -> Proven {
        let result = self
            .ledger
            .query(&key.encode(), height)
            .expect("the version is kept");
        Proven {
            value: result.value.map(B64),
            proof: B64(result.proof),
        }
    }

    /// Seals operations in a padded batch and waits until the state shows them.
    async fn submit(&mut self, mut ops: Vec<Op>) {
        let entries = ops
            .iter()
            .filter(|op| matches!(op, Op::Entry { .. }))
            .count();
        let heads = ops
            .iter()
            .filter(|op| matches!(op, Op::Head { .. }))
            .count();
        for _ in entries..bucket(entries) {
            ops.push(Op::Entry {
                label: self.draw(),
                c: self.draw(),
            });
        }
        for _ in heads..bucket(heads) {
            ops.push(Op::Head {
                r: self.draw(),
                v: 1,
                flag: Flag::Current,
                hd: self.draw(),
            });
        }
        let number = self.register().next_batch;
        let batch = Batch::signed(self.net, self.reg, number, ops, &self.seal_key).unwrap();
        self.ledger
            .submit(batch.encode())
            .expect("the machine takes the batch");
        for _try in 0..200 {
            if self.register().next_batch > number {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("batch {number} was not sealed");
    }

    fn register(&self) -> RegisterValue {
        let height = self.ledger.tip().height() - 1;
        let value = self
            .ledger
            .query(&Key::Register(self.reg).encode(), height)
            .and_then(|result| result.value);
        RegisterValue::decode(&value.expect("the register is in the genesis")).unwrap()
    }
}

fn bucket(real: usize) -> usize {
    let mut size = LEAST_BATCH;
    while size < real {
        size *= 4;
    }
    size
}

#[allow(clippy::too_many_arguments)]
fn commit(
    net: &Hash,
    reg: Reg,
    o: Hash,
    n: u64,
    contents: &Contents,
    seed: &[u8; 32],
    blind: &[u8; 32],
    older: &[Hash],
) -> Hash {
    let fr = FieldTree::new(&Seed::from_bytes(*seed), contents.values.clone())
        .unwrap()
        .root();
    let q = content_commitment(net, reg, &contents.record, contents.v, contents.schema, &fr);
    let p = place_commitment(blind, &o, Class::Records, n, &prev_root(older));
    entry_commitment(&p, &q)
}
