//! Signed answers (design §4.12): two that contradict each other are evidence.

use axum::Json;
use axum::http::Uri;
use ed25519_dalek::Signer as _;
use serde::Serialize;
use toend_ledger::cometbft::LightBlock;
use toend_ledger::gateway::{B64, MAX_ANSWER, Signed, signing_bytes};
use toend_ledger::subject::Subject;

use super::{Failure, House};

/// The newest block and the state it commits: everything in one answer is about this one state.
pub(super) struct Moment {
    /// The tip.
    pub tip: LightBlock,
    /// Height of the state that the tip's header commits.
    pub height: u64,
}

impl Moment {
    /// Now, or an error while the ledger has committed no state.
    pub(super) fn now(ledger: &dyn crate::ledger::Ledger) -> Result<Self, Failure> {
        let tip = ledger.tip();
        let height = tip
            .height()
            .checked_sub(1)
            .filter(|height| *height > 0)
            .ok_or(Failure::NoLedger)?;
        Ok(Self { tip, height })
    }
}

/// The request as it is signed: its target, and for a private list the subject it was answered for.
pub(super) fn request_bytes(uri: &Uri, subject: Option<&Subject>) -> Vec<u8> {
    let target = uri
        .path_and_query()
        .map_or_else(|| uri.path(), |target| target.as_str());
    let mut out = format!("GET {target}").into_bytes();
    if let Some(subject) = subject {
        out.push(b'\n');
        out.extend_from_slice(&subject.encode());
    }
    out
}

/// Signs an answer.
pub(super) fn sign<T: Serialize>(
    house: &House,
    moment: &Moment,
    request: &[u8],
    answer: &T,
) -> Result<Json<Signed>, Failure> {
    let answer = serde_json::to_vec(answer).map_err(|_| Failure::Busy)?;
    // Base64 makes four bytes of three.
    if answer.len() > MAX_ANSWER / 4 * 3 - 4096 {
        return Err(Failure::TooLarge);
    }
    let register = &house.register;
    let (net, reg) = (register.ledger().net(), register.reg().0);
    let tip_hash = moment.tip.header().hash();
    let bytes = signing_bytes(&net, reg, request, &answer, moment.tip.height(), &tip_hash);
    // A decision may have changed the key: the state that the answer is about names the one that counts.
    let named = register.answer_key(moment.height);
    let next = house.next_answer_key.as_ref();
    let key = next
        .filter(|next| named == Some(next.verifying_key().to_bytes()))
        .unwrap_or(&house.answer_key);
    Ok(Json(Signed {
        answer: B64(answer),
        reg,
        tip_height: moment.tip.height(),
        tip_hash: B64(tip_hash.to_vec()),
        signature: B64(key.sign(&bytes).to_bytes().to_vec()),
    }))
}
