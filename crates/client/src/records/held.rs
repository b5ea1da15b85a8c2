//! A judged list in memory, with the answer it came from and the page it was judged against.

use toend_ledger::gateway::Signed;
use toend_light_client::trusted::TrustedBlock;

use super::fault::Fault;
use super::judged::Judged;
use super::rights::Rights;
use super::rows::{self, Place, signed};
use crate::dto::{ErrorInfo, RecordList, RecordRow, SubjectRef, Verdict};

/// A list that this computer holds.
#[derive(Clone, Debug)]
pub struct Held {
    /// Where its rows belong.
    pub place: Place,
    /// Whose it is.
    pub subject: SubjectRef,
    /// Its verdicts.
    pub judged: Judged,
    /// What the register might seal when, as the ledger says; none in a copy that was opened from this computer's disk.
    pub rights: Option<Rights>,
    /// The page whose state root it was judged against.
    pub block: TrustedBlock,
    /// Request target that was answered.
    pub target: String,
    /// The signed answer.
    pub signed: Signed,
    /// When it was checked, by this computer's clock.
    pub checked_at_ms: u64,
    /// The register answered now; otherwise this is the saved copy.
    pub answered: bool,
    /// Errors about the last attempt to fetch.
    pub trouble: Vec<ErrorInfo>,
    /// Entries seen in block data that the register has not shown.
    pub noticed: Vec<u64>,
    /// Block data was searched up to this height.
    pub scanned_to: u64,
}

impl Held {
    /// True when everything is proven and nothing is wrong: worth saving.
    pub fn is_clean(&self) -> bool {
        self.judged.problems.is_empty()
            && self.noticed.is_empty()
            && self
                .judged
                .entries
                .iter()
                .all(|entry| entry.verdict.verdict == Verdict::Proven)
    }

    /// Goes on searching block data where the copy before stopped, and does not forget what that found beyond a gap. What
    /// this answer proves to be absent or present needs no search.
    pub fn go_on_from(&mut self, before: &Self) {
        self.scanned_to = before.scanned_to.min(self.judged.height);
        self.noticed = before
            .noticed
            .iter()
            .copied()
            .filter(|n| *n > self.judged.count + 1)
            .collect();
    }

    /// The list as a screen gets it.
    pub fn view(&self) -> RecordList {
        let mut problems: Vec<(u8, ErrorInfo)> = self
            .judged
            .problems
            .iter()
            .map(|(fault, error)| (fault.rank(), error.clone()))
            .collect();
        if !self.noticed.is_empty() {
            let ledger = self.judged.count + self.noticed.len() as u64;
            let error = Fault::SealedNotShown
                .on_list(self.place.register)
                .with("ledger", &ledger.to_string())
                .with("given", &self.judged.count.to_string())
                .with("held", &self.judged.count.to_string())
                .with("missing", &super::problems::numbers(&self.noticed));
            problems.push((Fault::SealedNotShown.rank(), error));
        }
        problems.extend(
            self.trouble
                .iter()
                .map(|error| (rank(error), error.clone())),
        );
        problems.sort_by_key(|(rank, _)| *rank);
        let mut rows: Vec<RecordRow> = self
            .noticed
            .iter()
            .rev()
            .map(|n| self.noticed_row(*n))
            .collect();
        rows.extend(rows::rows(&self.place, &self.judged));
        RecordList {
            register: self.place.register,
            subject: self.subject.clone(),
            ledger_count: Some(self.judged.count + self.noticed.len() as u64),
            held_count: self.judged.held(),
            answered: self.answered,
            as_of_ms: Some(signed(self.block.time().millis())),
            as_of_height: Some(self.judged.height),
            problems: problems.into_iter().map(|(_, error)| error).collect(),
            rows,
        }
    }

    fn noticed_row(&self, n: u64) -> RecordRow {
        rows::row(
            &self.place,
            &super::judged::Entry::faulty(n, Fault::SealedNotShown),
        )
    }
}

/// Where an error of the last attempt stands among the problems.
fn rank(error: &ErrorInfo) -> u8 {
    match error.code.as_str() {
        "E31" => 0,
        "E36" => 1,
        "E32" => 2,
        "E33" => 3,
        "E35" | "E41" => 4,
        _ => 7,
    }
}

/// A list of which nothing is known now. Its count is unknown, which is not zero.
pub fn unknown(
    place: &Place,
    subject: SubjectRef,
    answered: bool,
    problem: ErrorInfo,
) -> RecordList {
    RecordList {
        register: place.register,
        subject,
        ledger_count: None,
        held_count: 0,
        answered,
        as_of_ms: None,
        as_of_height: None,
        problems: vec![problem],
        rows: Vec::new(),
    }
}
