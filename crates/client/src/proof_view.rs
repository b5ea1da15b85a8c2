//! "Why can I trust this?": five checks in order, numbers, and the raw proof.

use std::collections::BTreeMap;

use serde_json::json;
use toend_ledger::network::NetworkFile;
use toend_light_client::verify::signers;

use crate::dto::{Check, CheckState, ProofNumbers, ProofView, SignerView, Verdict};
use crate::network::{authority_of, checkpoint_view};
use crate::records::Contents;
use crate::records::held::Held;
use crate::records::judged::Entry;
use crate::records::rows::signed;

/// Longest raw text.
const MAX_RAW: usize = 256 * 1024;

/// The proof of one entry.
pub fn view(network: &NetworkFile, held: &Held, entry: &Entry) -> ProofView {
    let who = Who::of(network, held);
    let checks = checks(held, entry, &who);
    ProofView {
        id: held.place.id(entry.n, false),
        verdict: entry.verdict.clone(),
        numbers: entry
            .contents()
            .map(|contents| numbers(held, entry, contents, &who)),
        checkpoint: Some(checkpoint_view(network)),
        raw: raw(held, entry, &checks),
        checks,
    }
}

/// Who signed the page.
struct Who {
    signers: Vec<SignerView>,
    signed: usize,
    needed: usize,
    total: usize,
}

impl Who {
    fn of(network: &NetworkFile, held: &Held) -> Self {
        let block = held.block.block();
        let counted = signers(block);
        let signers: Vec<SignerView> = block
            .validator_set
            .validators()
            .iter()
            .map(|validator| SignerView {
                authority: authority_of(network, &validator.address)
                    .unwrap_or_else(|| hex::encode(validator.address)),
                signed: counted.signed.contains(&validator.address),
            })
            .collect();
        let total = signers.len();
        Self {
            signed: counted.signed.len(),
            needed: total * 2 / 3 + 1,
            total,
            signers,
        }
    }
}

fn params<const N: usize>(given: [(&str, String); N]) -> BTreeMap<String, String> {
    given
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn checks(held: &Held, entry: &Entry, who: &Who) -> Vec<Check> {
    use CheckState::{CannotTell, Failed, Fits};
    let verdict = entry.verdict.verdict;
    let contents = entry.contents();
    let count = held.judged.count;
    let unchanged = match verdict {
        Verdict::Proven => Fits,
        Verdict::Altered => Failed,
        _ => CannotTell,
    };
    let whole = held.judged.problems.is_empty() && held.noticed.is_empty();
    let complete = match verdict {
        Verdict::Withheld => Failed,
        _ if whole => Fits,
        _ if held.judged.held() == count && held.noticed.is_empty() => Fits,
        _ => Failed,
    };
    let current = match verdict {
        Verdict::OldVersion => Failed,
        Verdict::Proven if entry.head.is_some() || entry.superseded => Fits,
        // Records without a head cannot be replaced: the list itself is what is current.
        Verdict::Proven => Fits,
        _ => CannotTell,
    };
    let version = contents.map_or(0, |contents| contents.v);
    let fields = contents.map_or(0, |contents| contents.schema.fields.len());
    let mut out = vec![
        check(
            "unchanged",
            unchanged,
            params([("fields", fields.to_string())]),
        ),
        check(
            "complete",
            complete,
            params([
                ("n", entry.n.to_string()),
                ("count", (count + held.noticed.len() as u64).to_string()),
                ("held", held.judged.held().to_string()),
            ]),
        ),
        check(
            "current",
            current,
            params([
                ("version", version.to_string()),
                (
                    "headed",
                    contents
                        .is_some_and(|contents| contents.schema.headed)
                        .to_string(),
                ),
                ("superseded", entry.superseded.to_string()),
                ("ended", ended(entry).to_string()),
            ]),
        ),
        check(
            "signed",
            Fits,
            params([
                ("signed", who.signed.to_string()),
                ("needed", who.needed.to_string()),
                ("total", who.total.to_string()),
                ("height", held.block.height().to_string()),
                ("time", held.block.time().millis().to_string()),
            ]),
        ),
        check(
            "here",
            Fits,
            params([("checkedAt", held.checked_at_ms.to_string())]),
        ),
    ];
    // After the first joint that does not hold, the following ones about this record say nothing any more.
    if let Some(broken) = out.iter().position(|check| check.state == Failed) {
        for check in out
            .iter_mut()
            .skip(broken + 1)
            .take(2usize.saturating_sub(broken))
        {
            check.state = CheckState::NotReached;
        }
    }
    out
}

fn ended(entry: &Entry) -> bool {
    entry
        .head
        .as_ref()
        .is_some_and(|head| head.value.get().flag == toend_ledger::record::Flag::Ended)
}

fn check(id: &str, state: CheckState, params: BTreeMap<String, String>) -> Check {
    Check {
        id: id.to_owned(),
        state,
        params,
    }
}

fn numbers(held: &Held, entry: &Entry, contents: &Contents, who: &Who) -> ProofNumbers {
    let block = &held.block;
    let depth = entry
        .proof
        .as_ref()
        .map_or(held.judged.list_depth, |proof| {
            u32::try_from(proof.proof.depth()).unwrap_or(u32::MAX)
        });
    ProofNumbers {
        sealed_height: entry.at.map_or(0, |at| at.height),
        proof_height: block.height(),
        proof_time_ms: signed(block.time().millis()),
        n: entry.n,
        count: Some(held.judged.count),
        version: contents.v,
        fields: u32::try_from(contents.schema.fields.len()).unwrap_or(u32::MAX),
        depth,
        signers: who.signers.clone(),
        state_root: block
            .block()
            .header()
            .state_root()
            .map(hex::encode)
            .unwrap_or_default(),
        header_hash: hex::encode(block.hash()),
        commitment: entry.c.map(hex::encode).unwrap_or_default(),
        micros: entry.micros,
    }
}

/// The proof itself, for copying: the page, the state proof, the commitments. It holds no seed and no list key.
fn raw(held: &Held, entry: &Entry, checks: &[Check]) -> String {
    let state = entry.proof.as_ref().map(|proof| {
        json!({
            "commitment": hex::encode(proof.value.get().c),
            "sealedHeight": proof.value.get().at.height.to_string(),
            "proof": hex::encode(proof.proof.encode()),
        })
    });
    let head = entry.head.as_ref().map(|head| {
        let value = head.value.get();
        json!({
            "version": value.v,
            "ended": value.flag == toend_ledger::record::Flag::Ended,
            "commitment": hex::encode(value.hd),
            "proof": hex::encode(head.proof.encode()),
        })
    });
    let contents = entry.contents().map(|contents| {
        json!({
            "schema": contents.schema.id,
            "version": contents.v,
            "content": hex::encode(contents.q),
            "fieldsRoot": hex::encode(contents.fr),
            "place": entry.place.map(hex::encode),
        })
    });
    let raw = json!({
        "id": held.place.id(entry.n, false),
        "verdict": entry.verdict,
        "checks": checks,
        "n": entry.n.to_string(),
        "count": held.judged.count.to_string(),
        "stateHeight": held.judged.height.to_string(),
        "record": contents,
        "entry": state,
        "head": head,
        "page": held.block.block().signed_header,
    });
    let text = serde_json::to_string_pretty(&raw).unwrap_or_default();
    if text.len() > MAX_RAW {
        String::new()
    } else {
        text
    }
}
