//! From judged lists to what a screen gets. Contents come through [`Entry::contents`] only, so nothing unverified passes.

use std::collections::BTreeMap;

use super::judged::{Entry, Judged, Pending};
use crate::dto::{
    FieldValue, RecordRow, RecordView, RegisterId, SealedInterval, SeriesPoint, Verdict,
    VerdictInfo, VersionView,
};
use crate::register::RowId;

/// Where rows belong.
#[derive(Clone, Debug)]
pub struct Place {
    /// Register.
    pub register: RegisterId,
    /// Company code, `None` for the person's own list.
    pub company: Option<String>,
}

impl Place {
    /// Id of an entry.
    pub fn id(&self, n: u64, pending: bool) -> String {
        RowId {
            register: self.register,
            company: self.company.clone(),
            n,
            pending,
        }
        .to_string()
    }
}

/// All rows of a list: not yet sealed first, then the newest index first.
pub fn rows(place: &Place, judged: &Judged) -> Vec<RecordRow> {
    let waiting = judged
        .pending
        .iter()
        .enumerate()
        .rev()
        .map(|(at, pending)| waiting(place, pending, at as u64 + 1));
    let sealed = judged.entries.iter().rev().map(|entry| row(place, entry));
    waiting.chain(sealed).collect()
}

/// The row of an entry.
pub fn row(place: &Place, entry: &Entry) -> RecordRow {
    let contents = entry.contents();
    RecordRow {
        id: place.id(entry.n, false),
        register: place.register,
        n: entry.n,
        schema: contents
            .map(|contents| contents.schema.name.to_owned())
            .unwrap_or_default(),
        version: contents.map_or(0, |contents| contents.v),
        superseded: entry.superseded,
        date: contents
            .map(super::contents::Contents::date)
            .unwrap_or_default(),
        fields: contents
            .map(super::contents::Contents::summary)
            .unwrap_or_default(),
        verdict: entry.verdict.clone(),
        sealed_ms: entry.at.map(|at| signed(at.time_ms)),
        received_ms: None,
    }
}

/// The row of contents that wait for their seal. Marked so by the verdict: this is the only unproven contents ever shown.
fn waiting(place: &Place, pending: &Pending, k: u64) -> RecordRow {
    RecordRow {
        id: place.id(k, true),
        register: place.register,
        n: 0,
        schema: pending.contents.schema.name.to_owned(),
        version: pending.contents.v,
        superseded: false,
        date: pending.contents.date(),
        fields: pending.contents.summary(),
        verdict: waiting_verdict(),
        sealed_ms: None,
        received_ms: Some(signed(pending.received_ms)),
    }
}

fn waiting_verdict() -> VerdictInfo {
    VerdictInfo {
        verdict: Verdict::NotYetSealed,
        reason: "waiting".to_owned(),
        params: BTreeMap::new(),
    }
}

/// Everything about one entry. `until_ms` is the time of the page after the one that sealed it, where verified.
pub fn view(
    place: &Place,
    judged: &Judged,
    entry: &Entry,
    until_ms: Option<u64>,
    checked_at_ms: u64,
) -> RecordView {
    RecordView {
        row: row(place, entry),
        fields: entry
            .contents()
            .map(super::contents::Contents::fields)
            .unwrap_or_default(),
        sealed: entry.at.map(|at| SealedInterval {
            height: at.height,
            from_ms: signed(at.time_ms),
            until_ms: until_ms.map(signed),
        }),
        checked_at_ms: signed(checked_at_ms),
        versions: versions(place, judged, entry),
        series: series(place, judged, entry),
    }
}

/// Contents that wait for their seal, as a whole.
pub fn waiting_view(place: &Place, pending: &Pending, k: u64, checked_at_ms: u64) -> RecordView {
    RecordView {
        row: waiting(place, pending, k),
        fields: pending.contents.fields(),
        sealed: None,
        checked_at_ms: signed(checked_at_ms),
        versions: Vec::new(),
        series: Vec::new(),
    }
}

fn versions(place: &Place, judged: &Judged, entry: &Entry) -> Vec<VersionView> {
    let Some(contents) = entry.contents() else {
        return Vec::new();
    };
    let mut out: Vec<VersionView> = judged
        .entries
        .iter()
        .filter_map(|other| Some((other, other.contents()?)))
        .filter(|(_, other)| other.record == contents.record)
        .map(|(other, words)| VersionView {
            id: place.id(other.n, false),
            version: words.v,
            n: other.n,
            current: !other.superseded,
            sealed_ms: other.at.map(|at| signed(at.time_ms)),
        })
        .collect();
    out.sort_by_key(|version| version.version);
    out
}

/// Lab values of the same analyte and unit, oldest first. Only proven ones: others have no contents.
fn series(place: &Place, judged: &Judged, entry: &Entry) -> Vec<SeriesPoint> {
    let Some(contents) = entry
        .contents()
        .filter(|contents| contents.schema.name == "lab")
    else {
        return Vec::new();
    };
    let same =
        |name: &str, other: &super::contents::Contents| contents.field(name) == other.field(name);
    let mut out: Vec<SeriesPoint> = judged
        .entries
        .iter()
        .filter(|other| !other.superseded)
        .filter_map(|other| Some((other, other.contents()?)))
        .filter(|(_, other)| {
            other.schema.id == contents.schema.id && same("loinc", other) && same("unit", other)
        })
        .map(|(other, words)| SeriesPoint {
            id: place.id(other.n, false),
            date: words.date(),
            value: words.field("value").unwrap_or(FieldValue::Absent),
            low: words.field("ref_low").unwrap_or(FieldValue::Absent),
            high: words.field("ref_high").unwrap_or(FieldValue::Absent),
            verdict: other.verdict.verdict,
        })
        .collect();
    out.sort_by(|a, b| a.date.cmp(&b.date));
    out
}

/// Milliseconds as screens count them.
pub fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
