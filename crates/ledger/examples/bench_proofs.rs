//! How fast state proofs are verified, beside the `ics23` crate on the same proofs in the same run:
//! `cargo run --release -p toend-ledger --example bench_proofs -- [--leaves N] [--json PATH]`.
//!
//! Figures are medians of seven samples of processor time, for one proof, decoding included where it says so.

#![allow(clippy::unwrap_used, clippy::too_many_lines)]
#![allow(
    clippy::cast_precision_loss,
    clippy::type_complexity,
    clippy::many_single_char_names,
    clippy::maybe_infinite_iter
)]

#[allow(dead_code)]
#[path = "../tests/formats/sample_tree.rs"]
mod sample_tree;

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ics23::commitment_proof::Proof as Kind;
use ics23::{
    CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager, InnerOp, LeafOp, LengthOp,
    NonExistenceProof, smt_spec, verify_membership, verify_non_membership,
};
use prost_ics23::Message as _;
use sample_tree::{Node, SampleTree, pairs};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::proof::{StateProof, bit, verify_absence, verify_presence};
use toend_ledger::vrf::{Proof, SecretKey};

const SAMPLES: usize = 7;
/// Long beside the system's accounting of processor time.
const SAMPLE_TIME: Duration = Duration::from_millis(150);
const PROOFS: usize = 512;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (mut leaves, mut json) = (100_000, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--leaves" => {
                leaves = arguments
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(leaves)
            }
            "--json" => json = arguments.next(),
            other => {
                eprintln!("unknown argument {other}; known: --leaves N, --json PATH");
                std::process::exit(64);
            }
        }
    }
    let figures = run(leaves);
    println!(
        "{:<34} {:>10} {:>10} {:>7}",
        format!("state proofs, {leaves} leaves"),
        "ours",
        "ics23",
        "factor"
    );
    for figure in &figures {
        let (peer, factor) = figure.peer.map_or((String::new(), String::new()), |peer| {
            (format!("{peer:.2}"), format!("{:.1}x", peer / figure.ours))
        });
        println!(
            "{:<34} {:>10.2} {:>10} {:>7}  {}",
            figure.name, figure.ours, peer, factor, figure.unit
        );
    }
    if let Some(path) = json {
        let rows: Vec<_> = figures
            .iter()
            .map(|f| serde_json::json!({ "name": f.name, "unit": f.unit, "ours": f.ours, "peer": f.peer, "peer_name": "ics23 0.12" }))
            .collect();
        let text = serde_json::json!({ "bench": "ledger proofs", "leaves": leaves, "rows": rows })
            .to_string();
        if let Err(error) = std::fs::write(&path, text) {
            eprintln!("cannot write {path}: {error}");
            std::process::exit(1);
        }
    }
}

struct Figure {
    name: &'static str,
    unit: &'static str,
    ours: f64,
    peer: Option<f64>,
}

struct Presence {
    key: Vec<u8>,
    value: Vec<u8>,
    bytes: Vec<u8>,
    peer: CommitmentProof,
    peer_bytes: Vec<u8>,
}

struct Absence {
    key: Vec<u8>,
    bytes: Vec<u8>,
    peer: CommitmentProof,
    peer_bytes: Vec<u8>,
}

fn run(leaves: u32) -> Vec<Figure> {
    let pairs = pairs(leaves);
    let tree = SampleTree::new(pairs.clone()).build();
    let root = tree.hash();
    let step = (pairs.len() / PROOFS).max(1);
    let presences: Vec<_> = pairs
        .iter()
        .step_by(step)
        .take(PROOFS)
        .map(|(key, value)| presence(&tree, key, value))
        .collect();
    let absences = absences(&tree, &pairs);
    for p in &presences {
        assert!(
            verify_presence(
                &root,
                &p.key,
                &p.value,
                &StateProof::decode(&p.bytes).unwrap()
            )
            .is_ok()
        );
        assert!(verify_membership::<HostFunctionsManager>(
            &p.peer,
            &smt_spec(),
            &root.to_vec(),
            &p.key,
            &p.value
        ));
    }
    for a in &absences {
        assert!(verify_absence(&root, &a.key, &StateProof::decode(&a.bytes).unwrap()).is_ok());
        assert!(verify_non_membership::<HostFunctionsManager>(
            &a.peer,
            &smt_spec(),
            &root.to_vec(),
            &a.key
        ));
    }
    let mean = |total: usize, count: usize| total as f64 / count as f64;
    let secret = SecretKey::from_bytes([1; 32]);
    let vrf = secret.prove(b"alpha").unwrap();
    let public = secret.public();
    vec![
        Figure {
            name: "verify presence, decoded",
            unit: "µs",
            ours: {
                let decoded: Vec<_> = presences
                    .iter()
                    .map(|p| StateProof::decode(&p.bytes).unwrap())
                    .collect();
                median(presences.len(), || {
                    for (p, proof) in presences.iter().zip(&decoded) {
                        black_box(verify_presence(&root, &p.key, &p.value, proof)).unwrap();
                    }
                })
            },
            peer: Some({
                let (spec, root) = (smt_spec(), root.to_vec());
                median(presences.len(), || {
                    for p in &presences {
                        assert!(verify_membership::<HostFunctionsManager>(
                            &p.peer, &spec, &root, &p.key, &p.value
                        ));
                    }
                })
            }),
        },
        Figure {
            name: "verify presence, from bytes",
            unit: "µs",
            ours: median(presences.len(), || {
                for p in &presences {
                    let proof = StateProof::decode(&p.bytes).unwrap();
                    black_box(verify_presence(&root, &p.key, &p.value, &proof)).unwrap();
                }
            }),
            peer: Some({
                let (spec, root) = (smt_spec(), root.to_vec());
                median(presences.len(), || {
                    for p in &presences {
                        let proof = CommitmentProof::decode(p.peer_bytes.as_slice()).unwrap();
                        assert!(verify_membership::<HostFunctionsManager>(
                            &proof, &spec, &root, &p.key, &p.value
                        ));
                    }
                })
            }),
        },
        Figure {
            name: "verify absence, from bytes",
            unit: "µs",
            ours: median(absences.len(), || {
                for a in &absences {
                    let proof = StateProof::decode(&a.bytes).unwrap();
                    black_box(verify_absence(&root, &a.key, &proof)).unwrap();
                }
            }),
            peer: Some({
                let (spec, root) = (smt_spec(), root.to_vec());
                median(absences.len(), || {
                    for a in &absences {
                        let proof = CommitmentProof::decode(a.peer_bytes.as_slice()).unwrap();
                        assert!(verify_non_membership::<HostFunctionsManager>(
                            &proof, &spec, &root, &a.key
                        ));
                    }
                })
            }),
        },
        Figure {
            name: "presence proof, size",
            unit: "bytes",
            ours: mean(
                presences.iter().map(|p| p.bytes.len()).sum(),
                presences.len(),
            ),
            peer: Some(mean(
                presences.iter().map(|p| p.peer_bytes.len()).sum(),
                presences.len(),
            )),
        },
        Figure {
            name: "absence proof, size",
            unit: "bytes",
            ours: mean(absences.iter().map(|a| a.bytes.len()).sum(), absences.len()),
            peer: Some(mean(
                absences.iter().map(|a| a.peer_bytes.len()).sum(),
                absences.len(),
            )),
        },
        Figure {
            name: "VRF prove",
            unit: "µs",
            ours: median(64, || {
                for i in 0u8..64 {
                    black_box(secret.prove(&[i])).unwrap();
                }
            }),
            peer: None,
        },
        Figure {
            name: "VRF verify, from bytes",
            unit: "µs",
            ours: median(64, || {
                for _ in 0..64 {
                    let proof = Proof::from_bytes(vrf.as_bytes()).unwrap();
                    black_box(public.verify(b"alpha", &proof)).unwrap();
                }
            }),
            peer: None,
        },
    ]
}

/// Median over the samples of the processor microseconds for one of `count` repetitions inside `work`.
fn median(count: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut samples: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let (start, wall, mut rounds) = (processor_time(), Instant::now(), 0);
            while wall.elapsed() < SAMPLE_TIME {
                work();
                rounds += 1;
            }
            let spent = processor_time().saturating_sub(start);
            spent.as_secs_f64() * 1e6 / (count * rounds) as f64
        })
        .collect();
    samples.sort_by(f64::total_cmp);
    samples[SAMPLES / 2]
}

/// Time this thread has spent on a processor, so that other programs do not count; where the system does not tell, time.
fn processor_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse().ok())
        .map_or_else(
            || START.get_or_init(Instant::now).elapsed(),
            Duration::from_nanos,
        )
}

fn existence(tree: &Node, key: &[u8], value: &[u8]) -> ExistenceProof {
    let key_hash = sha256(&[key]);
    let proof = tree.prove(&sha256(&[key]));
    let path = proof
        .siblings()
        .iter()
        .enumerate()
        .rev()
        .map(|(depth, sibling)| {
            let (prefix, suffix) = if bit(&key_hash, depth) {
                ([&[1][..], sibling].concat(), Vec::new())
            } else {
                (vec![1], sibling.to_vec())
            };
            InnerOp {
                hash: HashOp::Sha256.into(),
                prefix,
                suffix,
            }
        });
    let leaf = LeafOp {
        hash: HashOp::Sha256.into(),
        prehash_key: HashOp::Sha256.into(),
        prehash_value: HashOp::Sha256.into(),
        length: LengthOp::NoPrefix.into(),
        prefix: vec![0],
    };
    ExistenceProof {
        key: key.to_vec(),
        value: value.to_vec(),
        leaf: Some(leaf),
        path: path.collect(),
    }
}

fn presence(tree: &Node, key: &[u8], value: &[u8]) -> Presence {
    let peer = CommitmentProof {
        proof: Some(Kind::Exist(existence(tree, key, value))),
    };
    Presence {
        key: key.to_vec(),
        value: value.to_vec(),
        bytes: tree.prove(&sha256(&[key])).encode(),
        peer_bytes: peer.encode_to_vec(),
        peer,
    }
}

/// Missing keys with a neighbour on either side, as ics23 wants them.
fn absences(tree: &Node, pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<Absence> {
    let mut sorted: Vec<(Hash, &(Vec<u8>, Vec<u8>))> = pairs
        .iter()
        .map(|pair| (sha256(&[&pair.0]), pair))
        .collect();
    sorted.sort_by_key(|(hash, _)| *hash);
    let mut found = Vec::new();
    for i in 0u32.. {
        let key = [b"missing".as_slice(), &i.to_be_bytes()].concat();
        let at = sorted.partition_point(|(hash, _)| *hash < sha256(&[&key]));
        if let (Some((_, left)), Some((_, right))) = (
            at.checked_sub(1).and_then(|i| sorted.get(i)),
            sorted.get(at),
        ) {
            let peer = CommitmentProof {
                proof: Some(Kind::Nonexist(NonExistenceProof {
                    key: key.clone(),
                    left: Some(existence(tree, &left.0, &left.1)),
                    right: Some(existence(tree, &right.0, &right.1)),
                })),
            };
            found.push(Absence {
                bytes: tree.prove(&sha256(&[&key])).encode(),
                peer_bytes: peer.encode_to_vec(),
                peer,
                key,
            });
        }
        if found.len() == PROOFS {
            break;
        }
    }
    found
}
