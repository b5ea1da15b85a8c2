//! Rate limits: whoever asks too much is told to wait, and nobody else notices.
//!
//! A sender is the person who is signed in, else the address. So people behind one address do not slow each other once they
//! are signed in, and one person has one share however many sessions and addresses she uses.
//!
//! The table is of fixed size and needs no clearing out. Each sender has a slot in either of two rows, chosen by a keyed hash
//! that nobody outside can work out, and is refused only when both are used up: to be slowed by others, one must share
//! both slots with them.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::login::whose;
use super::senders::{Bounds, Level, Sender, Width};
use super::{Failure, Gateway};

/// Slots in a row; a power of two.
const SLOTS: usize = 1 << 13;
/// Requests that are answered at the same time.
const AT_ONCE: Bounds = Bounds {
    way: 4,
    one: 32,
    wider: 48,
    widest: 64,
    gateway: 96,
};

/// How many quarters of the share of one each has: everybody behind a wider network together, a way through another gateway
/// alone, because one person may have several.
const QUARTERS: Bounds = Bounds {
    way: 1,
    one: 4,
    wider: 8,
    widest: 16,
    gateway: 256,
};

/// Size and refill of a share.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    pub burst: u32,
    /// Microseconds until one more request is allowed.
    pub every_us: u32,
}

impl Rate {
    const fn full(self) -> u32 {
        self.burst.saturating_mul(self.every_us)
    }

    /// What a request takes of a share of this width. A larger share is one of the same size of which a request takes less.
    const fn cost(self, width: Width) -> u32 {
        self.every_us.saturating_mul(4) / QUARTERS.of(width)
    }
}

const ALL: Rate = Rate {
    burst: 600,
    every_us: 4_000,
};
const SIGN_IN: Rate = Rate {
    burst: 40,
    every_us: 500_000,
};

/// A gateway's share of a block (`filings_per_gateway` in the genesis file) is for all: nobody uses it up alone.
const FILING: Rate = Rate {
    burst: 32,
    every_us: 1_000_000,
};

/// A megabyte each, and signatures to check.
const EVIDENCE: Rate = Rate {
    burst: 8,
    every_us: 15_000_000,
};

/// What was taken, in microseconds of refill, so that only whole numbers are needed.
#[derive(Clone, Copy, Default)]
struct Slot {
    seen_ms: u64,
    spent_us: u32,
    running: u32,
}

impl Slot {
    fn spent(&self, now_ms: u64) -> u32 {
        let back = now_ms.saturating_sub(self.seen_ms).saturating_mul(1000);
        let back = u32::try_from(back).unwrap_or(u32::MAX);
        self.spent_us.saturating_sub(back)
    }
}

/// Shares of one kind.
pub(super) struct Shares {
    rate: Rate,
    at_once: Bounds,
    rows: [RandomState; 2],
    slots: Mutex<Vec<Slot>>,
}

impl Shares {
    pub(super) fn new(rate: Rate, at_once: Bounds) -> Self {
        Self {
            rate,
            at_once,
            rows: [RandomState::new(), RandomState::new()],
            slots: Mutex::new(vec![Slot::default(); 2 * SLOTS]),
        }
    }

    /// The slots in each row, for everything that a sender is counted under.
    fn places(&self, sender: &Sender) -> Vec<(Width, [usize; 2])> {
        let [first, second] = &self.rows;
        let slot = |row: &RandomState, level: &Level| {
            usize::try_from(row.hash_one(level.whom) % SLOTS as u64).unwrap_or_default()
        };
        let levels = sender.levels().iter();
        levels
            .map(|level| {
                (
                    level.width,
                    [slot(first, level), SLOTS + slot(second, level)],
                )
            })
            .collect()
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one request from the sender's share, and from those of the networks around it; false, and nothing is taken, when
    /// nothing is left of any of them.
    pub(super) fn take(&self, sender: &Sender, now_ms: u64) -> bool {
        let full = self.rate.full();
        let spent = |slot: &Slot, width: Width| {
            let spent = slot.spent(now_ms).saturating_add(self.rate.cost(width));
            (spent <= full).then_some(spent)
        };
        let places = self.places(sender);
        let mut slots = self.slots();
        let room = places.iter().all(|(width, places)| {
            let mut found = places.iter().filter_map(|place| slots.get(*place));
            found.any(|slot| spent(slot, *width).is_some())
        });
        if room {
            for (width, place) in each(&places) {
                if let Some(slot) = slots.get_mut(place)
                    && let Some(spent) = spent(slot, width)
                {
                    slot.spent_us = spent;
                    slot.seen_ms = slot.seen_ms.max(now_ms);
                }
            }
        }
        room
    }

    /// Counts a request that begins, until the answer is dropped; none when as many of the sender's already run.
    pub(super) fn begin(self: &Arc<Self>, sender: &Sender) -> Option<Running> {
        let places = self.places(sender);
        let mut slots = self.slots();
        let room = places.iter().all(|(width, places)| {
            let mut found = places.iter().filter_map(|place| slots.get(*place));
            found.any(|slot| slot.running < self.at_once.of(*width))
        });
        if !room {
            return None;
        }
        for (_, place) in each(&places) {
            if let Some(slot) = slots.get_mut(place) {
                slot.running = slot.running.saturating_add(1);
            }
        }
        drop(slots);
        Some(Running {
            shares: Arc::clone(self),
            places,
        })
    }
}

fn each(places: &[(Width, [usize; 2])]) -> impl Iterator<Item = (Width, usize)> + '_ {
    let places = places.iter();
    places.flat_map(|(width, both)| both.iter().map(|place| (*width, *place)))
}

/// All limits of a gateway.
pub(super) struct Limits {
    all: Arc<Shares>,
    sign_in: Shares,
    filing: Shares,
    evidence: Shares,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Arc::new(Shares::new(ALL, AT_ONCE)),
            sign_in: Shares::new(SIGN_IN, AT_ONCE),
            filing: Shares::new(FILING, AT_ONCE),
            evidence: Shares::new(EVIDENCE, AT_ONCE),
        }
    }
}

/// Something that runs; it no longer does when this is dropped.
pub(super) struct Running {
    shares: Arc<Shares>,
    places: Vec<(Width, [usize; 2])>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut slots = self.shares.slots();
        for (_, place) in each(&self.places) {
            if let Some(slot) = slots.get_mut(place) {
                slot.running = slot.running.saturating_sub(1);
            }
        }
    }
}

/// Every request.
pub(super) async fn all(
    State(gateway): State<Arc<Gateway>>,
    mut request: Request,
    next: Next,
) -> Response {
    let now_ms = gateway.now_ms();
    let sender = whose(&gateway, request.headers()).map_or_else(
        || Sender::address(&request),
        |subject| Sender::person(&subject),
    );
    let shares = &gateway.limits.all;
    if !shares.take(&sender, now_ms) {
        gateway.metrics.limited("rate");
        return Failure::TooMany.into_response();
    }
    let Some(running) = shares.begin(&sender) else {
        gateway.metrics.limited("at_once");
        return Failure::TooMany.into_response();
    };
    request.extensions_mut().insert(Arc::new(running));
    next.run(request).await
}

/// Requests that cost a part of the gateway's share of a block. By address, also of who is signed in: a filing says nothing
/// about who hands it in, and so it stays.
pub(super) async fn filing(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let sender = Sender::address(&request);
    if gateway.limits.filing.take(&sender, gateway.now_ms()) {
        next.run(request).await
    } else {
        gateway.metrics.limited("filing");
        Failure::TooMany.into_response()
    }
}

/// Evidence. By address, also of who is signed in: who hands it in is of no matter.
pub(super) async fn evidence(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let sender = Sender::address(&request);
    if gateway.limits.evidence.take(&sender, gateway.now_ms()) {
        next.run(request).await
    } else {
        gateway.metrics.limited("evidence");
        Failure::TooMany.into_response()
    }
}

/// Requests that cost a signature check or a place in a store.
pub(super) async fn sign_in(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let sender = Sender::address(&request);
    if gateway.limits.sign_in.take(&sender, gateway.now_ms()) {
        next.run(request).await
    } else {
        gateway.metrics.limited("sign_in");
        Failure::TooMany.into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn address(i: u32) -> Sender {
        Sender::at(IpAddr::from(i.to_be_bytes()))
    }

    #[test]
    fn a_share_empties_and_refills_and_senders_do_not_share() {
        let shares = Shares::new(
            Rate {
                burst: 3,
                every_us: 100_000,
            },
            AT_ONCE,
        );
        let (a, b) = (address(1), address(2));
        assert_eq!(
            [0; 4].map(|_| shares.take(&a, 1000)),
            [true, true, true, false]
        );
        assert!(shares.take(&b, 1000));
        assert!(!shares.take(&a, 1099));
        assert!(shares.take(&a, 1100));
        assert_eq!(
            [0; 4].map(|_| shares.take(&a, 9999)),
            [true, true, true, false]
        );
        // A clock that goes back gives nothing and breaks nothing.
        assert!(!shares.take(&a, 5));
    }

    #[test]
    fn a_flood_from_many_addresses_leaves_nearly_everybody_alone_in_the_same_memory() {
        let shares = Shares::new(
            Rate {
                burst: 2,
                every_us: 100_000,
            },
            AT_ONCE,
        );
        for flooder in 0..1000 {
            for _ in 0..50 {
                shares.take(&address(flooder), 0);
            }
        }
        let others = 1_000_000..1_001_000;
        let served = others.filter(|i| shares.take(&address(*i), 0)).count();
        // About 12 % of the slots of a row are used up; both of one's own are with 1.5 %.
        assert!(served > 950, "{served}");
        assert_eq!(shares.slots.lock().unwrap().len(), 2 * SLOTS);
    }

    #[test]
    fn one_sender_runs_only_so_many_requests_at_once() {
        let shares = Arc::new(Shares::new(ALL, AT_ONCE));
        let mut running: Vec<_> = (0..AT_ONCE.one)
            .map(|_| shares.begin(&address(1)).unwrap())
            .collect();
        assert!(shares.begin(&address(1)).is_none());
        assert!(shares.begin(&address(2)).is_some());
        running.pop();
        assert!(shares.begin(&address(1)).is_some());
    }

    #[test]
    fn many_networks_of_one_owner_have_a_few_shares() {
        let shares = Arc::new(Shares::new(SIGN_IN, AT_ONCE));
        let at = |net: u16, sub: u16| {
            let text = format!("2001:db8:{net:x}:{sub:x}::1");
            Sender::at(text.parse().unwrap())
        };
        let took = |net, subs: &[u16]| {
            let asked = subs.iter().flat_map(|sub| [*sub; 50]);
            let took = asked.filter(|sub| shares.take(&at(net, *sub), 0)).count();
            u32::try_from(took).unwrap()
        };
        let near: Vec<u16> = (0..250).collect();
        let spread: Vec<u16> = (0..250).map(|sub| sub << 8).collect();
        assert_eq!(took(1, &[1]), SIGN_IN.burst);
        assert_eq!(took(2, &near), 2 * SIGN_IN.burst);
        assert_eq!(took(3, &spread), 4 * SIGN_IN.burst);
        assert_eq!(took(4, &[1]), SIGN_IN.burst, "another owner");
        // Few of them run, so that hardly ever one shares both its slots with the owner.
        let running: Vec<_> = spread
            .iter()
            .flat_map(|sub| [*sub; 50])
            .filter_map(|sub| shares.begin(&at(5, sub)))
            .collect();
        assert_eq!(running.len(), AT_ONCE.widest as usize);
    }
}
