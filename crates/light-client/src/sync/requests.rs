use std::collections::BTreeMap;
use std::time::Duration;

use toend_ledger::cometbft::Time;

use super::status::elapsed;
use super::{Effect, ProviderId, Question, RequestId};

/// What an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The checkpoint's block.
    Checkpoint,
    /// A new tip.
    Tip,
    /// A block between the trusted one and the tip.
    Climb,
    /// The same height from another authority.
    Witness,
    /// A block on the way to a conflicting one.
    Examine,
    /// History.
    History(u64),
}

/// A question that waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    pub provider: ProviderId,
    pub purpose: Purpose,
    pub question: Question,
    asked: Time,
}

/// Questions that wait. An answer to anything else is ignored.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    next: u64,
    open: BTreeMap<RequestId, Open>,
}

impl Requests {
    pub fn ask(
        &mut self,
        provider: ProviderId,
        purpose: Purpose,
        question: Question,
        now: Time,
        out: &mut Vec<Effect>,
    ) {
        let request = RequestId(self.next);
        self.next += 1;
        self.open.insert(
            request,
            Open {
                provider,
                purpose,
                question,
                asked: now,
            },
        );
        out.push(Effect::Ask {
            request,
            provider,
            question,
        });
    }

    pub fn take(&mut self, request: RequestId) -> Option<Open> {
        self.open.remove(&request)
    }

    /// Takes out what has waited too long.
    pub fn take_late(&mut self, now: Time, timeout: Duration) -> Vec<Open> {
        let late: Vec<RequestId> = self
            .open
            .iter()
            .filter(|(_, open)| elapsed(open.asked, now) > timeout)
            .map(|(id, _)| *id)
            .collect();
        late.into_iter()
            .filter_map(|id| self.open.remove(&id))
            .collect()
    }

    pub fn any(&self, test: impl Fn(Purpose) -> bool) -> bool {
        self.open.values().any(|open| test(open.purpose))
    }

    /// Forgets questions that no longer matter.
    pub fn drop_all(&mut self, test: impl Fn(Purpose) -> bool) {
        self.open.retain(|_, open| !test(open.purpose));
    }
}
