//! Evidence against validators, handed in by anybody: judged against this authority's own pages, then given to its CometBFT.
//!
//! Only what CometBFT can judge goes there: a page that validators signed and the ledger does not have. Who hands it in is
//! neither asked nor written down.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use ed25519_zebra::{Signature, VerificationKey};
use toend_ledger::cometbft::{BlockIdFlag, LightBlock};
use toend_ledger::evidence::{Conflict, EvidenceFile};
use toend_ledger::gateway::{EvidenceAnswer, EvidenceOutcome};
use toend_ledger::hash::Hash;
use toend_ledger::state::{FaultKind, FaultValue, Key};
use toend_ledger::tx::MAX_SIGNATURES;

use super::{Failure, Gateway, blocking};
use crate::comet::accusation::{Accusation, accusation, is_made_up};
use crate::comet::rpc::{CometRpc, RpcError};
use crate::ledger::Ledger;

/// Pages handed in that are remembered, so that the same ones do not go to CometBFT again.
const REMEMBERED: usize = 64;

/// The authority's own CometBFT, as evidence is given to it.
pub struct Engine {
    rpc: CometRpc,
    handed_in: Mutex<VecDeque<Hash>>,
}

impl Engine {
    /// The one behind this RPC.
    pub fn new(rpc: CometRpc) -> Self {
        Self {
            rpc,
            handed_in: Mutex::default(),
        }
    }

    fn knows(&self, page: &Hash) -> bool {
        let handed_in = self.handed_in.lock();
        let handed_in = handed_in.unwrap_or_else(PoisonError::into_inner);
        handed_in.contains(page)
    }

    fn remember(&self, page: Hash) {
        let handed_in = self.handed_in.lock();
        let mut handed_in = handed_in.unwrap_or_else(PoisonError::into_inner);
        handed_in.push_back(page);
        while handed_in.len() > REMEMBERED {
            handed_in.pop_front();
        }
    }
}

/// `POST /v1/evidence`: an evidence file (`docs/formats/evidence.md`).
pub(super) async fn hand_in(
    State(gateway): State<Arc<Gateway>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<EvidenceAnswer>, Failure> {
    let body = body.map_err(|_| Failure::TooLarge)?;
    blocking(move || {
        let ledger = gateway.settings.ledger.as_ref();
        let outcome = judge(ledger, gateway.engine.as_ref(), &body);
        gateway.metrics.accused(match outcome {
            Ok(outcome) => outcome.name(),
            Err(_) => "busy",
        });
        outcome.map(|is| Json(EvidenceAnswer { is }))
    })
    .await
}

fn judge(
    ledger: &dyn Ledger,
    engine: Option<&Engine>,
    body: &[u8],
) -> Result<EvidenceOutcome, Failure> {
    let Ok(file) = EvidenceFile::decode(body) else {
        return Ok(EvidenceOutcome::NotEvidence);
    };
    if file.network.net != ledger.net() || file.network.chain_id != ledger.chain_id() {
        return Ok(EvidenceOutcome::OtherLedger);
    }
    let (common, first, second) = match &file.conflict {
        Conflict::Answers { .. } => return Ok(EvidenceOutcome::NotForValidators),
        Conflict::Links { .. } => return Ok(EvidenceOutcome::NotEvidence),
        Conflict::Blocks {
            common,
            first,
            second,
        } => match (first.blocks.last(), second.blocks.last()) {
            (Some(first), Some(second)) => (common, first, second),
            _ => return Ok(EvidenceOutcome::NotEvidence),
        },
    };
    let Some(engine) = engine else {
        return Ok(EvidenceOutcome::NoEngine);
    };
    let height = first.height();
    if second.height() != height || common.height() == 0 || common.height() >= height {
        return Ok(EvidenceOutcome::NotEvidence);
    }
    // CometBFT has the commit of a page one page later.
    if height >= ledger.tip().height() {
        return Err(Failure::NoLedger);
    }
    let own = (
        ledger.light_block(common.height()),
        ledger.light_block(height),
    );
    let (Some(own_common), Some(decided)) = own else {
        return Ok(EvidenceOutcome::TooOld);
    };
    if own_common.header().hash() != common.header().hash() {
        return Ok(EvidenceOutcome::NotEvidence);
    }
    let mut outcome = EvidenceOutcome::NotEvidence;
    for page in [first, second] {
        let hash = page.header().hash();
        let is_false = hash != decided.header().hash();
        if !is_false || !is_signed(&ledger.chain_id(), &own_common, &decided, page) {
            continue;
        }
        let Some(accusation) = accusation(&own_common, &decided, page) else {
            continue;
        };
        if engine.knows(&hash) || is_written_down(ledger, &accusation) {
            return Ok(EvidenceOutcome::Known);
        }
        outcome = match accusation.submit(&engine.rpc) {
            Ok(()) => EvidenceOutcome::Taken,
            Err(RpcError::Refused(why)) if is_past(&why) => EvidenceOutcome::TooOld,
            Err(RpcError::Refused(why)) => {
                tracing::warn!(height, why, "CometBFT refused evidence");
                EvidenceOutcome::NotEvidence
            }
            Err(error) => {
                tracing::warn!(%error, "evidence could not be given to CometBFT");
                return Err(Failure::Busy);
            }
        };
        if outcome == EvidenceOutcome::Taken {
            tracing::warn!(height, "evidence against validators was handed in");
            engine.remember(hash);
            break;
        }
    }
    Ok(outcome)
}

/// Whether CometBFT's reason is that too much time has passed: it looks back only so far, and has no pages below some height.
fn is_past(why: &str) -> bool {
    why.contains("is too old") || why.contains("don't have header")
}

/// Whether validators of this ledger signed a page: more than a third of those of the last common page if what the page says
/// of before is made up, else more than two thirds of those that signed the ledger's own page. CometBFT judges again, by more.
fn is_signed(chain_id: &str, common: &LightBlock, decided: &LightBlock, page: &LightBlock) -> bool {
    let (header, commit) = (page.header(), &page.signed_header.commit);
    let set = &page.validator_set;
    let named = commit.block_id.map(|id| id.hash);
    let fits = header.chain_id == chain_id
        && commit.height == header.height
        && named == Some(header.hash())
        && set.hash() == header.validators_hash
        && commit.signatures.len() == set.validators().len();
    if !fits {
        return false;
    }
    let made_up = is_made_up(decided, page);
    let trusted = &if made_up { common } else { decided }.validator_set;
    let (mut power, mut counted) = (0u128, BTreeSet::new());
    for (index, vote) in commit.signatures.iter().enumerate() {
        let known = trusted.by_address(&vote.address);
        let (BlockIdFlag::Commit, Some(known)) = (vote.flag, known) else {
            continue;
        };
        // The rule by which CometBFT accepts votes, not the stricter one of our own signatures.
        let verifies = commit.sign_bytes(chain_id, index).is_some_and(|message| {
            VerificationKey::try_from(known.pub_key).is_ok_and(|key| {
                let signature = Signature::from_bytes(&vote.signature);
                key.verify(&signature, &message).is_ok()
            })
        });
        if !verifies {
            return false;
        }
        if counted.insert(vote.address) {
            power += u128::from(known.power);
        }
    }
    let all = u128::from(trusted.total_power());
    if made_up {
        3 * power > all
    } else {
        3 * power > 2 * all
    }
}

/// Whether the ledger holds this accusation against one of those whom it accuses.
fn is_written_down(ledger: &dyn Ledger, accusation: &Accusation) -> bool {
    let height = ledger.tip().height().saturating_sub(1);
    (0..MAX_SIGNATURES as u16).any(|authority| {
        let found = ledger.query(&Key::Fault(authority).encode(), height);
        let Some(value) = found.and_then(|found| found.value) else {
            return false;
        };
        FaultValue::decode(&value).is_ok_and(|value| {
            [value.first, value.last].iter().any(|fault| {
                fault.kind == FaultKind::LightClientAttack
                    && fault.height == accusation.height
                    && accusation.culprits.contains(&fault.address)
            })
        })
    })
}
