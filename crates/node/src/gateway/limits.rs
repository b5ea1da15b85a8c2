//! Rate limits: whoever asks too much is told to wait, and nobody else notices.
//!
//! A sender is the person who is signed in, else the address. So people behind one address do not slow each other once they
//! are signed in, and one person has one share however many sessions and addresses she uses.
//!
//! The table is of fixed size and needs no clearing out. Each sender has a slot in either of two rows, chosen by a keyed hash
//! that nobody outside can work out, and is refused only when both are used up: to be slowed by others, one must share
//! both slots with them.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::login::whose;
use super::{Failure, Gateway};

/// Slots in a row; a power of two.
const SLOTS: usize = 1 << 13;
/// Requests of one sender that are answered at the same time.
pub(super) const AT_ONCE: u16 = 32;

/// Size and refill of a share.
#[derive(Clone, Copy)]
struct Rate {
    burst: u32,
    /// Milliseconds until one more request is allowed.
    every_ms: u32,
}

impl Rate {
    const fn full(self) -> u32 {
        self.burst.saturating_mul(self.every_ms)
    }
}

const ALL: Rate = Rate {
    burst: 600,
    every_ms: 4,
};
const SIGN_IN: Rate = Rate {
    burst: 40,
    every_ms: 500,
};

/// A gateway's share of a block (`filings_per_gateway` in the genesis file) is for all: nobody uses it up alone.
const FILING: Rate = Rate {
    burst: 32,
    every_ms: 1000,
};

/// A megabyte each, and signatures to check.
const EVIDENCE: Rate = Rate {
    burst: 8,
    every_ms: 15_000,
};

/// Whose share a request is taken from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Sender {
    /// Somebody who is signed in: the encoded subject. It is hashed at once and never kept.
    Person(Vec<u8>),
    /// An address; none where the listener does not tell it.
    Address(Option<IpAddr>),
}

impl Sender {
    /// An address as a share of its own: of IPv6 the network that one household has.
    fn address(request: &Request) -> Self {
        let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
        Self::Address(info.map(|ConnectInfo(address)| household(address.ip())))
    }
}

/// IPv4 as it is; of IPv6 the first 64 bits.
pub(super) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// What was taken, in milliseconds of refill, so that only whole numbers are needed.
#[derive(Clone, Copy, Default)]
struct Slot {
    seen_ms: u64,
    spent_ms: u32,
    running: u16,
}

impl Slot {
    fn spent(&self, now_ms: u64) -> u32 {
        let back = u32::try_from(now_ms.saturating_sub(self.seen_ms)).unwrap_or(u32::MAX);
        self.spent_ms.saturating_sub(back)
    }
}

/// Shares of one kind.
struct Shares {
    rate: Rate,
    rows: [RandomState; 2],
    slots: Mutex<Vec<Slot>>,
}

impl Shares {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            rows: [RandomState::new(), RandomState::new()],
            slots: Mutex::new(vec![Slot::default(); 2 * SLOTS]),
        }
    }

    /// The sender's slot in each row.
    fn places(&self, sender: &Sender) -> [usize; 2] {
        let [first, second] = &self.rows;
        let slot = |row: &RandomState| {
            usize::try_from(row.hash_one(sender) % SLOTS as u64).unwrap_or_default()
        };
        [slot(first), SLOTS + slot(second)]
    }

    /// Changes both slots as `change` says when it says yes to at least one of them.
    fn both(&self, places: [usize; 2], mut change: impl FnMut(&mut Slot) -> bool) -> bool {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut any = false;
        for place in places {
            if let Some(slot) = slots.get_mut(place) {
                any |= change(slot);
            }
        }
        any
    }

    /// Takes one request from the sender's share; false when nothing is left of it.
    fn take(&self, sender: &Sender, now_ms: u64) -> bool {
        let Rate { every_ms, .. } = self.rate;
        let full = self.rate.full();
        self.both(self.places(sender), |slot| {
            let spent = slot.spent(now_ms).saturating_add(every_ms);
            if spent > full {
                return false;
            }
            slot.spent_ms = spent;
            slot.seen_ms = slot.seen_ms.max(now_ms);
            true
        })
    }

    /// Counts a request that begins; false when as many of the sender's already run.
    fn begin(&self, places: [usize; 2]) -> bool {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let room = places
            .iter()
            .filter_map(|place| slots.get(*place))
            .any(|slot| slot.running < AT_ONCE);
        if room {
            for place in places {
                if let Some(slot) = slots.get_mut(place) {
                    slot.running = slot.running.saturating_add(1);
                }
            }
        }
        room
    }

    fn end(&self, places: [usize; 2]) {
        self.both(places, |slot| {
            slot.running = slot.running.saturating_sub(1);
            true
        });
    }
}

/// All limits of a gateway.
pub(super) struct Limits {
    all: Shares,
    sign_in: Shares,
    filing: Shares,
    evidence: Shares,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Shares::new(ALL),
            sign_in: Shares::new(SIGN_IN),
            filing: Shares::new(FILING),
            evidence: Shares::new(EVIDENCE),
        }
    }
}

/// A request that runs; it no longer does when this is dropped.
pub(super) struct Running {
    gateway: Arc<Gateway>,
    places: [usize; 2],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gateway.limits.all.end(self.places);
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
        |subject| Sender::Person(subject.encode()),
    );
    let shares = &gateway.limits.all;
    if !shares.take(&sender, now_ms) {
        gateway.metrics.limited("rate");
        return Failure::TooMany.into_response();
    }
    let places = shares.places(&sender);
    if !shares.begin(places) {
        gateway.metrics.limited("at_once");
        return Failure::TooMany.into_response();
    }
    let running = Arc::new(Running {
        gateway: Arc::clone(&gateway),
        places,
    });
    request.extensions_mut().insert(Arc::clone(&running));
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
    use super::*;

    fn address(i: u32) -> Sender {
        Sender::Address(Some(IpAddr::from(i.to_be_bytes())))
    }

    #[test]
    fn a_share_empties_and_refills_and_senders_do_not_share() {
        let shares = Shares::new(Rate {
            burst: 3,
            every_ms: 100,
        });
        let (a, b) = (address(1), Sender::Address(None));
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
        let shares = Shares::new(Rate {
            burst: 2,
            every_ms: 100,
        });
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
        let shares = Shares::new(ALL);
        let (one, other) = (shares.places(&address(1)), shares.places(&address(2)));
        assert!((0..AT_ONCE).all(|_| shares.begin(one)));
        assert!(!shares.begin(one));
        assert!(shares.begin(other));
        shares.end(one);
        assert!(shares.begin(one));
    }

    #[test]
    fn a_household_is_one_sender() {
        let parse = |text: &str| household(text.parse().unwrap());
        assert_eq!(parse("2001:db8:1:2::1"), parse("2001:db8:1:2:ffff::9"));
        assert_ne!(parse("2001:db8:1:2::1"), parse("2001:db8:1:3::1"));
        assert_eq!(parse("::ffff:192.0.2.1"), parse("192.0.2.1"));
    }
}
