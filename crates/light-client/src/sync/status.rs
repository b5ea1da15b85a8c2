use std::time::Duration;

use toend_ledger::cometbft::{Hash, Time};

use super::ProviderId;

/// The highest block that may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Height.
    pub height: u64,
    /// Header hash.
    pub hash: Hash,
    /// Header time.
    pub time: Time,
}

/// What the client can say about the ledger now. These states read differently on screen and are never merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Fetching the checkpoint's block; nothing is known yet.
    Starting,
    /// Verifying towards a newer block.
    Climbing {
        /// Its height.
        target: u64,
    },
    /// The head is fresh.
    Current,
    /// The head is old, and sources do not answer or do not agree on how far the ledger is.
    Stale {
        /// Age of the head.
        age: Duration,
    },
    /// The head is old although sources of two authorities answer: the ledger itself makes no blocks.
    LedgerPaused {
        /// Age of the head.
        age: Duration,
    },
    /// Sources name different blocks for one height; neither is believed until it is known whether both are signed.
    Split {
        /// The height.
        height: u64,
    },
    /// Two verified histories exclude each other. Nothing above the last common block is used, and nothing moves any more.
    Attacked {
        /// Height of the conflict.
        height: u64,
    },
    /// The head is older than the trusting period: a newer checkpoint is needed, compared by a person.
    Expired,
    /// This computer's clock is earlier than a time that the authorities have signed.
    ClockBehind {
        /// By how much at least.
        by: Duration,
    },
    /// No source serves the checkpoint's block as the checkpoint names it.
    CheckpointRefused,
    /// The user paused synchronisation.
    Paused,
}

/// Whether independent sources confirm the head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CrossCheck {
    /// Sources of other authorities that gave the same block.
    pub agreeing: Vec<ProviderId>,
    /// The highest block that was confirmed so.
    pub height: Option<u64>,
}

/// How far the history is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Verified headers.
    pub verified: u64,
    /// Headers up to the head.
    pub total: u64,
    /// Headers per second, lately.
    pub per_second: u64,
    /// Time left at that rate; `None` while nothing can be said.
    pub time_left: Option<Duration>,
}

/// Everything the screen shows about synchronisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What the client can say about the ledger.
    pub phase: Phase,
    /// The highest block that may be relied on.
    pub head: Option<Head>,
    /// Whether independent sources confirm it.
    pub cross_check: CrossCheck,
    /// How far the history is filled in.
    pub history: Progress,
    /// The source that is asked for new blocks.
    pub primary: Option<ProviderId>,
    /// Sources whose last answer was good.
    pub answering: Vec<ProviderId>,
}

/// Headers per second over the last seconds.
#[derive(Debug, Clone, Default)]
pub struct Rate {
    window: Option<(Time, u64)>,
    per_second: u64,
}

/// Seconds after which a measurement is renewed.
const WINDOW: Duration = Duration::from_secs(2);

impl Rate {
    /// Notes that `count` headers were verified by now.
    pub fn note(&mut self, now: Time, count: u64) {
        let (since, before) = self.window.unwrap_or((now, 0));
        let counted = before + count;
        let elapsed = elapsed(since, now);
        if elapsed >= WINDOW {
            let millis = u64::try_from(elapsed.as_millis())
                .unwrap_or(u64::MAX)
                .max(1);
            self.per_second = counted.saturating_mul(1000) / millis;
            self.window = Some((now, 0));
        } else {
            self.window = Some((since, counted));
            if self.per_second == 0 {
                let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
                self.per_second = counted
                    .saturating_mul(1000)
                    .checked_div(millis)
                    .unwrap_or(0);
            }
        }
    }

    /// The figures for a gap of this size.
    pub fn progress(&self, verified: u64, total: u64) -> Progress {
        let left = total.saturating_sub(verified);
        let time_left = if left == 0 {
            Some(Duration::ZERO)
        } else {
            left.checked_div(self.per_second).map(Duration::from_secs)
        };
        Progress {
            verified,
            total,
            per_second: self.per_second,
            time_left,
        }
    }
}

/// Time from one point to a later one; zero if it is not later.
pub fn elapsed(from: Time, to: Time) -> Duration {
    let nanos = to.unix_nanos() - from.unix_nanos();
    u64::try_from(nanos.max(0)).map_or(Duration::MAX, Duration::from_nanos)
}
