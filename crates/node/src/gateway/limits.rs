//! Rate limits: a bucket of requests for each sender, a smaller one for signing in.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{Failure, Gateway};

/// Senders remembered; a full table forgets those who have their whole bucket again.
const MAX_SENDERS: usize = 10_000;

/// Size and refill of a bucket.
#[derive(Clone, Copy)]
struct Rate {
    burst: u64,
    /// Milliseconds until one more request is allowed.
    every_ms: u64,
}

const ALL: Rate = Rate {
    burst: 600,
    every_ms: 4,
};
const SIGN_IN: Rate = Rate {
    burst: 40,
    every_ms: 500,
};

/// Requests left, in milliseconds of refill, so that only whole numbers are needed.
struct Bucket {
    credit_ms: u64,
    seen_ms: u64,
}

/// Buckets of one kind.
struct Buckets {
    rate: Rate,
    senders: Mutex<HashMap<Option<IpAddr>, Bucket>>,
}

impl Buckets {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            senders: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request from the sender's bucket; false when it is empty.
    fn take(&self, sender: Option<IpAddr>, now_ms: u64) -> bool {
        let Rate { burst, every_ms } = self.rate;
        let full = burst * every_ms;
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= MAX_SENDERS && !senders.contains_key(&sender) {
            senders.retain(|_, bucket| {
                bucket.credit_ms + now_ms.saturating_sub(bucket.seen_ms) < full
            });
            if senders.len() >= MAX_SENDERS {
                return false;
            }
        }
        let bucket = senders.entry(sender).or_insert(Bucket {
            credit_ms: full,
            seen_ms: now_ms,
        });
        bucket.credit_ms = full.min(bucket.credit_ms + now_ms.saturating_sub(bucket.seen_ms));
        bucket.seen_ms = now_ms;
        match bucket.credit_ms.checked_sub(every_ms) {
            Some(left) => {
                bucket.credit_ms = left;
                true
            }
            None => false,
        }
    }
}

/// All limits of a gateway.
pub(super) struct Limits {
    all: Buckets,
    sign_in: Buckets,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            all: Buckets::new(ALL),
            sign_in: Buckets::new(SIGN_IN),
        }
    }
}

/// The sender's address; where the listener does not tell it, all share one bucket.
fn sender(request: &Request) -> Option<IpAddr> {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip())
}

/// Every request.
pub(super) async fn all(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    if gateway.limits.all.take(sender(&request), gateway.now_ms()) {
        next.run(request).await
    } else {
        Failure::TooMany.into_response()
    }
}

/// Requests that cost a signature check or a place in a store.
pub(super) async fn sign_in(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    if gateway
        .limits
        .sign_in
        .take(sender(&request), gateway.now_ms())
    {
        next.run(request).await
    } else {
        Failure::TooMany.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills_and_senders_do_not_share() {
        let buckets = Buckets::new(Rate {
            burst: 3,
            every_ms: 100,
        });
        let (a, b) = (Some(IpAddr::from([10, 0, 0, 1])), None);
        assert_eq!(
            [0; 4].map(|_| buckets.take(a, 1000)),
            [true, true, true, false]
        );
        assert!(buckets.take(b, 1000));
        assert!(!buckets.take(a, 1099));
        assert!(buckets.take(a, 1100));
        assert_eq!(
            [0; 4].map(|_| buckets.take(a, 9999)),
            [true, true, true, false]
        );
        // A clock that goes back gives nothing and breaks nothing.
        assert!(!buckets.take(a, 5));
    }

    #[test]
    fn a_full_table_forgets_the_quiet_and_refuses_the_rest() {
        let buckets = Buckets::new(Rate {
            burst: 2,
            every_ms: 100,
        });
        let address = |i: usize| Some(IpAddr::from([10, (i >> 16) as u8, (i >> 8) as u8, i as u8]));
        for i in 0..MAX_SENDERS {
            assert!(buckets.take(address(i), 0));
        }
        assert!(!buckets.take(address(MAX_SENDERS), 0));
        assert!(buckets.take(address(MAX_SENDERS), 100_000));
        assert_eq!(buckets.senders.lock().unwrap().len(), 1);
    }
}
