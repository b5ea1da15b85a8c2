//! Validators that were caught breaking the engine's rules, as the ledger itself proves: looked for again and again, for such
//! news must not wait until somebody asks who runs the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use toend_ledger::state::{self, FaultKind, FaultValue, Key, Value};
use toend_light_client::trusted::{TrustedBlock, state_root_for};

use crate::client::{Event, Inner};
use crate::dto::{FaultEvidence, FaultNote, FaultSort};
use crate::providers::Provider;
use crate::records::rows::signed;
use crate::records::{Shown, show};

/// How often the ledger is asked; one small answer for each authority.
const EVERY: Duration = Duration::from_secs(15);

/// How often while it has not answered yet.
const AT_FIRST: Duration = Duration::from_secs(2);

/// What a screen shows of the value.
pub(crate) fn note(value: &FaultValue) -> FaultNote {
    FaultNote {
        count: value.count,
        first: evidence(&value.first),
        last: evidence(&value.last),
    }
}

fn evidence(fault: &state::Fault) -> FaultEvidence {
    FaultEvidence {
        sort: match fault.kind {
            FaultKind::DuplicateVote => FaultSort::DoubleVote,
            FaultKind::LightClientAttack => FaultSort::FalsePage,
            FaultKind::Other => FaultSort::Other,
        },
        page: fault.height,
        time_ms: signed(fault.time_ms),
        found_page: fault.at.height,
    }
}

/// Asks until the client ends.
pub(crate) fn start(inner: &Arc<Inner>) {
    let handle = Arc::downgrade(inner);
    let mut stop = inner.stopped();
    tokio::spawn(async move {
        let mut asked = 0;
        loop {
            let Some(inner) = handle.upgrade() else {
                return;
            };
            let head = inner.worker.head();
            if let Some(head) = head.filter(|head| head.height() > asked)
                && let Some(found) = ask(&inner, &head).await
            {
                asked = head.height();
                if inner.note_faults(found) {
                    inner.emit(Event::Status(Box::new(inner.status())));
                }
            }
            drop(inner);
            tokio::select! {
                () = tokio::time::sleep(if asked == 0 { AT_FIRST } else { EVERY }) => {}
                _ = stop.changed() => return,
            }
        }
    });
}

/// The faults of all authorities of the network file at one verified page, from the first gateway that proves them.
async fn ask(inner: &Inner, head: &TrustedBlock) -> Option<BTreeMap<u16, FaultNote>> {
    for provider in inner.worker.providers() {
        if let Some(found) = ask_one(inner, &provider, head).await {
            return Some(found);
        }
    }
    None
}

async fn ask_one(
    inner: &Inner,
    provider: &Provider,
    head: &TrustedBlock,
) -> Option<BTreeMap<u16, FaultNote>> {
    let height = head.height().checked_sub(1)?;
    let root = state_root_for(height, &head.header()).ok()?;
    let mut found = BTreeMap::new();
    for (number, _) in (0..).zip(&inner.network.authorities) {
        let key = Key::Fault(number);
        let given = provider.state(&key.encode(), height).await.ok()?;
        if let Shown::Present(value, _) = show(&root, &key, &given).ok()?
            && let Value::Fault(value) = value.get()
        {
            found.insert(number, note(value));
        }
    }
    Some(found)
}
