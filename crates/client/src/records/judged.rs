//! What judging a list gives: entries with verdicts, and what is wrong with the whole.

use toend_ledger::hash::Hash;
use toend_ledger::proof::StateProof;
use toend_ledger::state::{At, EntryValue, HeadValue};
use toend_light_client::trusted::{StateRoot, Verified};

use super::contents::Contents;
use super::fault::Fault;
use crate::dto::{ErrorInfo, Verdict, VerdictInfo};

/// Where a list stands and what it is judged against.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// Which ledger.
    pub net: &'a Hash,
    /// State root; it can only come from a verified header.
    pub root: &'a StateRoot,
}

/// What an entry's proof rests on, kept for showing it and for making proof files.
#[derive(Clone, Debug)]
pub struct EntryProof {
    /// State value at the entry's label.
    pub value: Verified<EntryValue>,
    /// Its presence proof.
    pub proof: StateProof,
}

/// Head of a record, proven.
#[derive(Clone, Debug)]
pub struct HeadProof {
    /// State value.
    pub value: Verified<HeadValue>,
    /// Its presence proof.
    pub proof: StateProof,
}

/// One entry with its verdict.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Index in the list, from 1.
    pub n: u64,
    /// When it was sealed; `None` when not known (public lists give it for heads only).
    pub at: Option<At>,
    /// Its commitment, as the ledger has it.
    pub c: Option<Hash>,
    /// Verdict.
    pub verdict: VerdictInfo,
    /// Contents, only where the verdict is *proven*: nothing else can reach a screen.
    contents: Option<Verified<Contents>>,
    /// Proof of the entry in a private list.
    pub proof: Option<EntryProof>,
    /// Proof of the record's head, on the newest version of a headed record.
    pub head: Option<HeadProof>,
    /// Place commitment, for third-party proofs of an entry.
    pub place: Option<Hash>,
    /// A newer version stands later in the list.
    pub superseded: bool,
    /// Time that checking took, microseconds.
    pub micros: u32,
}

impl Entry {
    /// An entry of which nothing is shown.
    pub fn faulty(n: u64, fault: Fault) -> Self {
        Self {
            n,
            at: None,
            c: None,
            verdict: fault.on_entry(),
            contents: None,
            proof: None,
            head: None,
            place: None,
            superseded: false,
            micros: 0,
        }
    }

    /// An entry whose contents were found on the ledger.
    pub fn proven(n: u64, contents: Verified<Contents>) -> Self {
        Self {
            verdict: super::fault::proven(),
            contents: Some(contents),
            ..Self::faulty(n, Fault::ProofInvalid)
        }
    }

    /// The verified contents; `None` unless the verdict is *proven*.
    pub fn contents(&self) -> Option<&Contents> {
        self.contents
            .as_ref()
            .filter(|_| self.verdict.verdict == Verdict::Proven)
            .map(Verified::get)
    }

    /// Takes the good verdict away, and the contents with it.
    pub fn spoil(&mut self, fault: Fault) {
        self.contents = None;
        self.verdict = fault.on_entry();
    }

    /// As [`Entry::spoil`], with a parameter for the sentence.
    pub fn spoil_with(&mut self, fault: Fault, params: &[(&str, String)]) {
        self.spoil(fault);
        self.verdict.params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
    }
}

/// Contents that the register took and has not sealed yet.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Contents, decoded but not proven.
    pub contents: Contents,
    /// When the register took it, by its own word.
    pub received_ms: u64,
}

/// A list that was judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Height of the state it was judged against.
    pub height: u64,
    /// Entries that the ledger proves.
    pub count: u64,
    /// All entries 1..=count (and any beyond, marked), ascending.
    pub entries: Vec<Entry>,
    /// Not sealed yet.
    pub pending: Vec<Pending>,
    /// Faults of the whole, the gravest first.
    pub problems: Vec<(Fault, ErrorInfo)>,
    /// Commitments C₁ … of the entries that count, in order, without gap.
    pub commitments: Vec<Hash>,
    /// The answer key that the register has in state.
    pub answer_key: [u8; 32],
    /// Steps of the state proof of a public list; 0 for a private one, whose entries have proofs of their own.
    pub list_depth: u32,
    /// The list key, for working out where the next entries will stand. Private lists only.
    pub list_key: Option<toend_ledger::list::ListKey>,
}

impl Judged {
    /// Entries in hand and proven.
    pub fn held(&self) -> u64 {
        self.entries
            .iter()
            .filter(|entry| entry.contents().is_some())
            .count() as u64
    }

    /// Adds a problem and keeps the gravest first.
    pub fn problem(&mut self, fault: Fault, error: ErrorInfo) {
        self.problems.push((fault, error));
        self.problems.sort_by_key(|(fault, _)| fault.rank());
    }

    /// The entry at an index.
    pub fn entry(&self, n: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.n == n)
    }
}
