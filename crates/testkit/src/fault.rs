//! What a faulty gateway does to the answers that pass through it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use toend_ledger::{cbor, gateway::EvidenceOutcome};

/// The words that [`Fault::AlterField`] puts into a record. Nothing honest contains them.
pub const FORGERY: &str = "forged by the register";

/// One way of being wrong. Those that touch a list sign the changed answer again with the register's own answer key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Honest.
    None,
    /// Puts [`FORGERY`] into the first text field of entry `n`.
    AlterField {
        /// Index in the list.
        n: u64,
    },
    /// Puts [`FORGERY`] into the first text cell of the first repeated group of entry `n`.
    AlterRow {
        /// Index in the list.
        n: u64,
    },
    /// Leaves out the contents of entry `n`; the ledger's proofs stay.
    DropEntry {
        /// Index in the list.
        n: u64,
    },
    /// Leaves out contents and proof of entry `n`, as if there were a gap.
    DropEntryAndProof {
        /// Index in the list.
        n: u64,
    },
    /// Leaves out the last `count` entries and every proof that could show them.
    Shorten {
        /// How many.
        count: u64,
    },
    /// Gives a flipped seed for entry `n`.
    WrongSalt {
        /// Index in the list.
        n: u64,
    },
    /// Gives other contents (somebody else's, as they stand in an answer) as entry `n`, with their head.
    OtherRecord {
        /// Index in the list.
        n: u64,
        /// An entry of a list answer.
        contents: Value,
    },
    /// Answers with what was captured before (last month's state, or another person's list).
    Replay(Value),
    /// Answers for a register that has no honest program, with a scripted answer.
    Tell(Value),
    /// Ends the body in the middle.
    Truncate,
    /// Sends this many bytes.
    Huge(u64),
    /// Sends bytes that are nothing.
    Garbage,
    /// Sends brackets, 4 MB of them.
    Nested,
    /// Takes requests and does not answer.
    Silent,
    /// Answers 503.
    Down,
    /// Does not sign its answers with its own key.
    BadSignature,
    /// Serves a ledger that was forked at block `from`.
    Fork {
        /// First block that differs.
        from: u64,
    },
    /// Signs its answers to filings with a key that is not this gateway's.
    FilingBadSignature,
    /// Says of a filing by turns that the first block holds it, and that its share is used up, each under gateway `gateway`'s
    /// own signature. It hands nothing in.
    FilingTwoFaced {
        /// Number of the gateway.
        gateway: u16,
    },
    /// Says this of evidence that is handed in, and passes none on.
    Evidence(EvidenceOutcome),
    /// Shows no block after block `at`.
    Frozen {
        /// The last block it shows.
        at: u64,
    },
}

impl Fault {
    /// Applies the fault to a list answer (the JSON inside `Signed`).
    pub fn on_list(&self, answer: &mut Value) {
        match self {
            Self::AlterField { n } => with_entry(answer, *n, alter_text),
            Self::AlterRow { n } => with_entry(answer, *n, alter_row),
            Self::WrongSalt { n } => with_entry(answer, *n, |entry| {
                let mut seed = bytes(&entry["seed"]);
                seed[0] ^= 1;
                entry["seed"] = json!(STANDARD.encode(seed));
            }),
            Self::OtherRecord { n, contents } => with_entry(answer, *n, |entry| {
                *entry = contents.clone();
                entry["n"] = json!(n.to_string());
            }),
            Self::DropEntry { n } => retain(answer, "entries", |entry| index(entry) != *n),
            Self::DropEntryAndProof { n } => {
                retain(answer, "entries", |entry| index(entry) != *n);
                retain(answer, "labels", |label| index(label) != *n);
            }
            Self::Shorten { count } => {
                let last = answer["entries"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(index)
                    .max()
                    .unwrap_or(0);
                let keep = last.saturating_sub(*count);
                retain(answer, "entries", |entry| index(entry) <= keep);
                retain(answer, "labels", |label| {
                    index(label) <= keep || label["state"]["value"].is_null()
                });
            }
            Self::Replay(old) | Self::Tell(old) => *answer = old.clone(),
            _ => {}
        }
    }
}

fn retain(answer: &mut Value, list: &str, keep: impl Fn(&Value) -> bool) {
    answer[list]
        .as_array_mut()
        .unwrap()
        .retain(|item| keep(item));
}

fn index(item: &Value) -> u64 {
    item["n"].as_str().and_then(|n| n.parse().ok()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn with_entry(answer: &mut Value, n: u64, change: impl Fn(&mut Value)) {
    let entry = answer["entries"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|entry| index(entry) == n);
    change(entry.expect("the entry is in the answer"));
}

/// Replaces the first text field: still deterministic CBOR, other words.
fn alter_text(entry: &mut Value) {
    for field in entry["fields"].as_array_mut().unwrap() {
        if let Ok(cbor::Value::Text(_)) = cbor::decode(&bytes(field)) {
            let forged = cbor::encode(&cbor::Value::text(FORGERY)).unwrap();
            *field = json!(STANDARD.encode(forged));
            return;
        }
    }
    panic!("the entry has no text field to alter");
}

/// Replaces the first text cell of a repeated group.
fn alter_row(entry: &mut Value) {
    for group in entry["rows"].as_array_mut().unwrap() {
        for row in group["rows"].as_array_mut().unwrap() {
            let Ok(cbor::Value::Array(mut cells)) = cbor::decode(&bytes(row)) else {
                continue;
            };
            let text = cells
                .iter_mut()
                .find(|cell| matches!(cell, cbor::Value::Text(_)));
            if let Some(text) = text {
                *text = cbor::Value::text(FORGERY);
                *row = json!(STANDARD.encode(cbor::encode(&cbor::Value::Array(cells)).unwrap()));
                return;
            }
        }
    }
    panic!("the entry has no row to alter");
}
