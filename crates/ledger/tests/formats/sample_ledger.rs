//! A small ledger in memory: one register, one person's list, heads, the history of its blocks, and signed headers.

use std::collections::BTreeMap;

use ed25519_dalek::Signer as _;
use toend_ledger::cbor::Value;
use toend_ledger::cometbft::{
    BLOCK_PROTOCOL, BlockId, BlockIdFlag, Commit, CommitSig, Header, PartSetHeader, Time,
    Validator, ValidatorSet, Version, VoteKind, sign_bytes,
};
use toend_ledger::commitment::{
    FieldTree, RowTree, Seed, content_commitment, entry_commitment, place_commitment, prev_root,
};
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::history::HistoryProof;
use toend_ledger::list::{self, Class, ListKey};
use toend_ledger::merkle::{self, Frontier};
use toend_ledger::proof_file::{
    self, EpochStep, Evidence, IndexProof, Language, ProofDocument, Rung, SealedBy, Signers,
    Statement,
};
use toend_ledger::record::{Flag, head_commitment, record_key};
use toend_ledger::rights::RightProof;
use toend_ledger::schema::{self, Schema};
use toend_ledger::state::{
    At, EntryValue, EpochValue, HeadValue, HistoryValue, Key, OpeningValue, Reg, RightValue,
};
use toend_ledger::subject::Subject;
use toend_ledger::vrf::SecretKey;

use crate::sample_tree::SampleTree;

pub const REG: Reg = Reg(1);
pub const FIRST: u64 = 1;

/// One entry of the sample person's list.
pub struct Entry {
    pub schema: &'static Schema,
    pub record: Hash,
    pub v: u32,
    pub seed: Seed,
    pub blind: Hash,
    pub prev: Hash,
    pub tree: FieldTree,
    pub rows: Option<RowTree>,
    pub p: Hash,
    pub q: Hash,
    pub c: Hash,
    pub at: At,
}

pub struct SampleLedger {
    pub net: Hash,
    pub subject: Subject,
    pub vrf: Vec<SecretKey>,
    pub key: ListKey,
    pub o: Hash,
    pub entries: Vec<Entry>,
    pub state: BTreeMap<Vec<u8>, Vec<u8>>,
    pub headers: Vec<Header>,
}

fn secret(name: &str, n: u64) -> Hash {
    sha256(&[b"sample", name.as_bytes(), &n.to_be_bytes()])
}

pub fn time(height: u64) -> u64 {
    1_793_491_200_000 + height * 5000
}

/// Values that fit the schema; `fill` makes them differ.
pub fn values(schema: &Schema, seed: &Seed, fill: u64) -> (Vec<Value>, Option<RowTree>) {
    let mut group = None;
    let mut values = Vec::new();
    for (i, field) in (0u16..).zip(schema.fields) {
        let number = i64::try_from(fill).unwrap() * 100 + i64::from(i);
        values.push(match field.kind {
            _ if i % 5 == 4 => Value::Absent,
            schema::FieldKind::Text | schema::FieldKind::Code => {
                Value::text(&format!("{} <{fill}> õ", field.name))
            }
            schema::FieldKind::Int | schema::FieldKind::Money => Value::Int(number),
            schema::FieldKind::Time => Value::Int(1_793_491_200 + number),
            schema::FieldKind::Decimal => Value::Array(vec![Value::Int(number), Value::Int(1)]),
            schema::FieldKind::Date => Value::text("2026-11-02"),
            schema::FieldKind::Bool => Value::Bool(i % 2 == 0),
            schema::FieldKind::Rows(columns) => {
                let row =
                    |n: i64| Value::Array(columns.iter().map(|_| Value::Int(number + n)).collect());
                let tree = RowTree::new(seed, i, (0..3).map(row).collect()).unwrap();
                let value = tree.field_value();
                group = group.or(Some(tree));
                value
            }
        });
    }
    (values, group)
}

impl SampleLedger {
    /// A person's list of `count` entries, one block each, opened in epoch `epochs`.
    pub fn new(schema: &'static Schema, count: u64, epochs: u16) -> Self {
        let net = demo::net();
        let subject = Subject::person("EE", "47101010033").unwrap();
        let key = ListKey::new(net, REG, SecretKey::from_bytes(secret("list", 0)));
        let vrf: Vec<_> = (1..=epochs)
            .map(|e| SecretKey::from_bytes(secret("epoch", u64::from(e))))
            .collect();
        let o = list::opening(vrf.last().unwrap(), &net, REG, epochs, &subject).unwrap();
        let mut ledger = Self {
            net,
            subject,
            vrf,
            key,
            o,
            entries: Vec::new(),
            state: BTreeMap::new(),
            headers: Vec::new(),
        };
        for (epoch, vrf) in (1u16..).zip(&ledger.vrf) {
            let until = if epoch == epochs { EpochValue::OPEN } else { 1 };
            let value = EpochValue {
                vrf_key: *vrf.public().as_bytes(),
                from: 1,
                until,
            };
            ledger
                .state
                .insert(Key::Epoch { reg: REG, epoch }.encode(), value.encode());
        }
        let at = At {
            height: FIRST,
            time_ms: time(FIRST),
        };
        let opening = OpeningValue {
            k: list::list_commitment(&o, &ledger.key.public()),
            at,
        };
        ledger.state.insert(
            Key::Opening {
                reg: REG,
                epoch: epochs,
                o,
            }
            .encode(),
            opening.encode(),
        );
        for i in 0..40u64 {
            let other = Key::Entry {
                reg: Reg(2),
                label: secret("other", i),
            };
            ledger.state.insert(
                other.encode(),
                EntryValue {
                    c: secret("c", i),
                    at,
                }
                .encode(),
            );
        }
        for n in 1..=count {
            ledger.seal(
                schema,
                n,
                At {
                    height: FIRST + n,
                    time_ms: time(FIRST + n),
                },
            );
        }
        ledger.make_headers(FIRST + count + 3);
        ledger
    }

    fn seal(&mut self, schema: &'static Schema, n: u64, at: At) {
        let (record, seed) = (secret("record", n), Seed::from_bytes(secret("seed", n)));
        let (values, rows) = values(schema, &seed, n);
        let tree = FieldTree::new(&seed, values).unwrap();
        let v = 1;
        let q = content_commitment(&self.net, REG, &record, v, schema.id, &tree.root());
        let older: Vec<Hash> = self.entries.iter().map(|entry| entry.c).collect();
        let (blind, prev) = (secret("blind", n), prev_root(&older));
        let p = place_commitment(&blind, &self.o, Class::Records, n, &prev);
        let c = entry_commitment(&p, &q);
        let key = self.key.entry_key(Class::Records, n).unwrap();
        self.state
            .insert(key.encode(), EntryValue { c, at }.encode());
        if schema.headed {
            let value = HeadValue {
                v,
                flag: Flag::Current,
                hd: head_commitment(&record, v, &q),
                at,
            };
            let key = Key::Head {
                reg: REG,
                r: record_key(REG, &record),
            };
            self.state.insert(key.encode(), value.encode());
        }
        self.entries.push(Entry {
            schema,
            record,
            v,
            seed,
            blind,
            prev,
            tree,
            rows,
            p,
            q,
            c,
            at,
        });
    }

    /// Headers FIRST..=tip. Only the tip commits to the whole state; the others have some root of their own.
    pub fn make_headers(&mut self, tip: u64) {
        self.headers.clear();
        let mut frontier = Frontier::new();
        for height in FIRST..=tip {
            if let Some(last) = self.headers.last() {
                frontier.push(merkle::leaf_hash(&last.hash()));
            }
            let history = HistoryValue {
                frontier: frontier.clone(),
            };
            self.state.insert(Key::History.encode(), history.encode());
            let app_hash = if height == tip {
                self.tree().root()
            } else {
                secret("root", height)
            };
            let header = self.header(height, app_hash);
            self.headers.push(header);
        }
    }

    fn header(&self, height: u64, app_hash: Hash) -> Header {
        let set = validators();
        Header {
            version: Version {
                block: BLOCK_PROTOCOL,
                app: 1,
            },
            chain_id: demo::CHAIN_ID.to_owned(),
            height,
            time: Time::from_millis(time(height)).unwrap(),
            last_block_id: self.headers.last().map(block_id),
            last_commit_hash: Some(secret("commit", height)),
            data_hash: Some(secret("data", height)),
            validators_hash: set.hash(),
            next_validators_hash: set.hash(),
            consensus_hash: secret("consensus", 0),
            app_hash: app_hash.to_vec(),
            last_results_hash: Some(merkle::EMPTY_ROOT),
            evidence_hash: Some(merkle::EMPTY_ROOT),
            proposer_address: set.validators()[0].address,
        }
    }

    pub fn tree(&self) -> SampleTree {
        SampleTree::new(self.state.clone())
    }

    pub fn tip(&self) -> &Header {
        self.headers.last().unwrap()
    }

    pub fn root(&self) -> Hash {
        self.tip().state_root().unwrap()
    }

    /// History proof of a header below the tip, in the tip's state.
    pub fn history(&self, height: u64) -> HistoryProof {
        let below: Vec<Hash> = self.headers[..self.headers.len() - 1]
            .iter()
            .map(|header| merkle::leaf_hash(&header.hash()))
            .collect();
        HistoryProof {
            value: HistoryValue::decode(&self.state[&Key::History.encode()]).unwrap(),
            path: merkle::inclusion_proof(&below, height - FIRST).unwrap(),
            state_proof: self.tree().prove(&Key::History.encode()),
        }
    }

    pub fn rung(&self, n: u64) -> Rung {
        let key = self.key.entry_key(Class::Records, n).unwrap().encode();
        Rung {
            n,
            label: self.key.prove_label(Class::Records, n).unwrap(),
            value: self
                .state
                .get(&key)
                .map(|value| EntryValue::decode(value).unwrap()),
            proof: self.tree().prove(&key),
        }
    }

    pub fn index(&self, n: u64) -> IndexProof {
        let tree = self.tree();
        let epochs = (1u16..).zip(&self.vrf).map(|(epoch, vrf)| {
            let key = Key::Epoch { reg: REG, epoch }.encode();
            let alpha = list::open_alpha(&self.net, REG, epoch, &self.subject);
            let o = list::opening(vrf, &self.net, REG, epoch, &self.subject).unwrap();
            EpochStep {
                value: EpochValue::decode(&self.state[&key]).unwrap(),
                proof: tree.prove(&key),
                o: vrf.prove(&alpha).unwrap(),
                opening: tree.prove(&Key::Opening { reg: REG, epoch, o }.encode()),
            }
        });
        let epoch = self.vrf.len() as u16;
        let opening = Key::Opening {
            reg: REG,
            epoch,
            o: self.o,
        }
        .encode();
        let entry = &self.entries[n as usize - 1];
        let mut ladder = toend_ledger::ladder::Ladder::new();
        let mut rungs = Vec::new();
        while let Some(probe) = ladder.next_probe() {
            let rung = self.rung(probe);
            ladder.answer(rung.value.is_some()).unwrap();
            rungs.push(rung);
        }
        IndexProof {
            subject: self.subject.clone(),
            epochs: epochs.collect(),
            opening: OpeningValue::decode(&self.state[&opening]).unwrap(),
            list_key: self.key.public(),
            class: Class::Records,
            blind: entry.blind,
            prev: entry.prev,
            entry: self.rung(n),
            ladder: rungs,
        }
    }

    /// Entry `n` with these positions shown, proven by its head or by its place.
    pub fn statement(&self, n: u64, positions: &[u16]) -> Statement {
        let entry = &self.entries[n as usize - 1];
        let tree = self.tree();
        let evidence = if entry.schema.headed {
            let key = Key::Head {
                reg: REG,
                r: record_key(REG, &entry.record),
            }
            .encode();
            Evidence::Head {
                value: HeadValue::decode(&self.state[&key]).unwrap(),
                proof: tree.prove(&key),
            }
        } else {
            let label = self.key.label(Class::Records, n).unwrap();
            let key = Key::Entry { reg: REG, label }.encode();
            Evidence::Entry {
                label,
                p: entry.p,
                value: EntryValue::decode(&self.state[&key]).unwrap(),
                proof: tree.prove(&key),
            }
        };
        let next = entry.at.height + 1;
        Statement {
            reg: REG,
            schema: entry.schema.id,
            record: entry.record,
            v: entry.v,
            fr: entry.tree.root(),
            fields: positions
                .iter()
                .map(|i| entry.tree.open(*i).unwrap())
                .collect(),
            rows: Vec::new(),
            evidence,
            sealed_by: Some(SealedBy {
                header: self.headers[(next - FIRST) as usize].clone(),
                history: self.history(next),
            }),
            index: None,
            right: None,
        }
    }

    /// Puts periods of a right into the state; to be called before the headers are made.
    pub fn set_periods(&mut self, schema: u32, periods: &[(u16, u64, u64)]) {
        for (period, (authority, from, until)) in (1u16..).zip(periods) {
            let key = Key::Right {
                reg: REG,
                schema,
                period,
            };
            let value = RightValue {
                authority: *authority,
                from: *from,
                until: *until,
            };
            self.state.insert(key.encode(), value.encode());
        }
    }

    /// All periods of a right, and the proof that there is no further one.
    pub fn right(&self, schema: u32) -> RightProof {
        let tree = self.tree();
        let mut periods = Vec::new();
        for period in 1u16.. {
            let key = Key::Right {
                reg: REG,
                schema,
                period,
            }
            .encode();
            let proof = tree.prove(&key);
            match self.state.get(&key) {
                Some(value) => periods.push((RightValue::decode(value).unwrap(), proof)),
                None => {
                    return RightProof {
                        periods,
                        end: proof,
                    };
                }
            }
        }
        unreachable!("some period does not exist")
    }

    pub fn document(&self, statements: Vec<Statement>) -> ProofDocument {
        ProofDocument {
            version: proof_file::Version::NEWEST,
            net: self.net,
            language: Language::En,
            header: self.tip().clone(),
            commit: commit(self.tip()),
            signers: Signers::Listed,
            pinned: None,
            share: None,
            statements,
        }
    }
}

pub fn validators() -> ValidatorSet {
    let keys = (0..4).map(|i| {
        demo::signing_key(Purpose::Consensus, i)
            .verifying_key()
            .to_bytes()
    });
    ValidatorSet::new(keys.map(|key| Validator::new(key, 10)).collect()).unwrap()
}

fn block_id(header: &Header) -> BlockId {
    BlockId {
        hash: header.hash(),
        parts: PartSetHeader {
            total: 1,
            hash: secret("parts", header.height),
        },
    }
}

/// A commit of three of the four authorities.
pub fn commit(header: &Header) -> Commit {
    let id = block_id(header);
    let at = Time::from_millis(time(header.height) + 100).unwrap();
    let signature = |validator: &Validator| {
        let key = (0..4)
            .map(|i| demo::signing_key(Purpose::Consensus, i))
            .find(|key| key.verifying_key().to_bytes() == validator.pub_key)
            .unwrap();
        let bytes = sign_bytes(
            VoteKind::Precommit,
            demo::CHAIN_ID,
            header.height,
            0,
            Some(&id),
            at,
        );
        CommitSig {
            flag: BlockIdFlag::Commit,
            address: validator.address,
            time: at,
            signature: key.sign(&bytes).to_bytes(),
        }
    };
    let mut signatures: Vec<_> = validators().validators().iter().map(signature).collect();
    signatures[3] = CommitSig::ABSENT;
    Commit {
        height: header.height,
        round: 0,
        block_id: Some(id),
        signatures,
    }
}
