//! How fast history fills in: an average over the last seconds, so that bundles of 256 pages do not make it jump.

use std::collections::VecDeque;

/// The span that is averaged.
const WINDOW_MS: u64 = 10_000;
/// No figure before this much time: a first bundle says nothing.
const LEAST_MS: u64 = 1_000;
/// Points closer together than this are one.
const STEP_MS: u64 = 200;

/// Verified pages over time.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    points: VecDeque<(u64, u64)>,
}

impl Pace {
    /// Notes how many pages are verified by now. Fewer than before, or a clock set back, begins anew.
    pub fn note(&mut self, now_ms: u64, verified: u64) {
        if let Some((at, count)) = self.points.back().copied()
            && (now_ms < at || verified < count)
        {
            self.points.clear();
        }
        let crowded = self.points.len() > 1
            && self
                .points
                .iter()
                .nth_back(1)
                .is_some_and(|(at, _)| now_ms - at < STEP_MS);
        if crowded {
            self.points.pop_back();
        }
        self.points.push_back((now_ms, verified));
        // One point before the window stays, so that the window is always full.
        while self
            .points
            .get(1)
            .is_some_and(|(at, _)| now_ms - at >= WINDOW_MS)
        {
            self.points.pop_front();
        }
    }

    /// Pages a second up to now; 0 while nothing can be said or nothing moves.
    pub fn per_second(&self, now_ms: u64) -> u64 {
        let (Some((from, first)), Some((_, last))) = (self.points.front(), self.points.back())
        else {
            return 0;
        };
        let span = now_ms.saturating_sub(*from);
        if span < LEAST_MS {
            return 0;
        }
        (last - first).saturating_mul(1000) / span
    }

    /// Seconds for so many pages more, rounded up; `None` while nothing can be said.
    pub fn seconds_for(&self, pages: u64, now_ms: u64) -> Option<u64> {
        let rate = self.per_second(now_ms);
        (rate > 0).then(|| pages.div_ceil(rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bundles of 256 pages, `every` milliseconds.
    fn steady(every: u64, count: u64) -> (Pace, u64) {
        let mut pace = Pace::default();
        for at in 0..=count {
            pace.note(at * every, at * 256);
        }
        (pace, count * every)
    }

    #[test]
    fn a_steady_stream_has_its_rate() {
        for every in [10, 100, 1000] {
            let (pace, now) = steady(every, 60_000 / every);
            let (rate, want) = (pace.per_second(now), 256_000 / every);
            assert!(rate.abs_diff(want) * 20 <= want, "{rate} instead of {want}");
            let left = pace.seconds_for(want * 42, now).unwrap();
            assert!((40..=45).contains(&left), "{left}");
        }
    }

    #[test]
    fn a_stream_that_stops_dies_away_and_then_says_nothing() {
        let (mut pace, now) = steady(100, 300);
        let full = pace.per_second(now);
        assert!(pace.per_second(now + 10_000) < full);
        pace.note(now + 15_000, 300 * 256);
        pace.note(now + 30_000, 300 * 256);
        assert_eq!(pace.per_second(now + 30_000), 0);
        assert_eq!(pace.seconds_for(1000, now + 30_000), None);
    }

    #[test]
    fn the_first_moment_a_clock_set_back_and_a_roll_back_say_nothing() {
        let mut pace = Pace::default();
        assert_eq!(pace.per_second(5), 0);
        pace.note(1000, 0);
        pace.note(1100, 256);
        assert_eq!(pace.per_second(1100), 0);
        pace.note(900, 512);
        assert_eq!(pace.per_second(5000), 0);
        pace.note(6000, 100);
        assert_eq!(pace.per_second(6000), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let (pace, _) = steady(1, 100_000);
        assert!(pace.points.len() <= 110, "{}", pace.points.len());
    }
}
