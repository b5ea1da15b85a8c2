//! What a faulty gateway does to the answers that pass through it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// One way of being wrong. Those that touch a list sign the changed answer again with the register's own answer key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Honest.
    None,
    /// Changes the first text field of entry `n`.
    AlterField {
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
    /// Answers with what was captured before (last month's state, or another person's list).
    Replay(Value),
    /// Ends the body in the middle.
    Truncate,
    /// Sends this many bytes.
    Huge(u64),
    /// Sends bytes that are nothing.
    Garbage,
    /// Does not answer at all.
    Silent,
    /// Answers 503.
    Down,
    /// Does not sign its answers with its own key.
    BadSignature,
    /// Serves a forked ledger from its tip on.
    Fork,
}

impl Fault {
    /// Applies the fault to a list answer (the JSON inside `Signed`).
    pub(crate) fn on_list(&self, answer: &mut Value) {
        match self {
            Self::AlterField { n } => with_entry(answer, *n, alter_text),
            Self::WrongSalt { n } => with_entry(answer, *n, |entry| {
                let mut seed = bytes(&entry["seed"]);
                seed[0] ^= 1;
                entry["seed"] = json!(STANDARD.encode(seed));
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
            Self::Replay(old) => *answer = old.clone(),
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

/// Replaces the last letter of the first text field: still valid CBOR, another text.
fn alter_text(entry: &mut Value) {
    for field in entry["fields"].as_array_mut().unwrap() {
        let mut cbor = bytes(field);
        // Major type 3 is a text string; a short one holds its length in the first byte.
        let short_text = cbor
            .first()
            .is_some_and(|head| (0x63..=0x77).contains(head));
        if short_text && cbor.last().is_some_and(u8::is_ascii_alphabetic) {
            let last = cbor.len() - 1;
            cbor[last] = if cbor[last] == b'x' { b'y' } else { b'x' };
            *field = json!(STANDARD.encode(cbor));
            return;
        }
    }
    panic!("the entry has no text field to alter");
}
