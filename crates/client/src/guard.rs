//! What runs beside the commands: the status goes out, a session ends with its card, lists are asked for again.

use std::sync::Arc;
use std::time::Duration;

use crate::client::{Event, Handle, Inner};

/// At most two status events a second, besides those of a card that comes or goes.
const STATUS: Duration = Duration::from_millis(500);
/// A status goes out at least this often, because ages grow.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How often held lists are asked for again.
const REFRESH: Duration = Duration::from_secs(20);

/// Starts all of it. The tasks end with the client.
pub(crate) fn start(inner: &Arc<Inner>) {
    tokio::spawn(publish(Arc::downgrade(inner)));
    tokio::spawn(watch_card(Arc::downgrade(inner)));
    tokio::spawn(refresh(Arc::downgrade(inner)));
    #[cfg(feature = "embedded")]
    tokio::spawn(take_over(Arc::downgrade(inner)));
}

/// Looks whether the process that runs the demonstration network is still there.
#[cfg(feature = "embedded")]
async fn take_over(handle: Handle) {
    let Some(mut stop) = handle.upgrade().map(|inner| inner.stopped()) else {
        return;
    };
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        let Some(inner) = handle.upgrade() else {
            return;
        };
        inner.take_over().await;
    }
}

async fn publish(handle: Handle) {
    let Some((mut view, mut cards, mut stop)) = handle.upgrade().map(|inner| {
        (
            inner.worker.subscribe(),
            inner.cards.subscribe(),
            inner.stopped(),
        )
    }) else {
        return;
    };
    let mut state = crate::dto::LedgerState::Starting;
    loop {
        tokio::select! {
            changed = view.changed() => if changed.is_err() { return },
            changed = cards.changed() => if changed.is_err() { return },
            _ = stop.changed() => return,
            () = tokio::time::sleep(HEARTBEAT) => {}
        }
        {
            let Some(inner) = handle.upgrade() else {
                return;
            };
            let status = inner.status();
            if let Some(surprise) = crate::surprise::of_ledger(state, status.ledger.state) {
                inner.emit(Event::Unexpected(surprise));
            }
            state = status.ledger.state;
            inner.emit(Event::Status(Box::new(status)));
        }
        tokio::time::sleep(STATUS).await;
    }
}

async fn watch_card(handle: Handle) {
    let Some((mut cards, mut stop)) = handle
        .upgrade()
        .map(|inner| (inner.cards.subscribe(), inner.stopped()))
    else {
        return;
    };
    loop {
        tokio::select! {
            changed = cards.changed() => if changed.is_err() { return },
            _ = stop.changed() => return,
        }
        let Some(inner) = handle.upgrade() else {
            return;
        };
        // What is in the reader goes first: a window must not greet by name, for a moment, somebody whose card is out.
        inner.emit(Event::Status(Box::new(inner.status())));
        inner.end_session_without_card();
    }
}

async fn refresh(handle: Handle) {
    let Some(mut stop) = handle.upgrade().map(|inner| inner.stopped()) else {
        return;
    };
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(REFRESH) => {}
        }
        let Some(inner) = handle.upgrade() else {
            return;
        };
        inner.refresh_held().await;
    }
}
