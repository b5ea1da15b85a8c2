//! Pure computation on every core, its results taken in order by one thread.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Below this many pieces of work starting threads costs more than it gains.
const WORTH_IT: usize = 8;

/// Calls `work` for 0 to `count - 1` on all cores and `take` with each result, in order and on this thread, until it says
/// no or fails.
pub(super) fn in_order<T: Send, E>(
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<bool, E>,
) -> Result<(), E> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if count < WORTH_IT || cores < 2 {
        for i in 0..count {
            if !take(i, work(i))? {
                break;
            }
        }
        return Ok(());
    }
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores {
            let sender = sender.clone();
            let (next, over, work) = (&next, &over, &work);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count || over.load(Ordering::Relaxed) {
                        return;
                    }
                    if sender.send((i, work(i))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = HashMap::new();
        let mut taken = 0;
        for (i, result) in results {
            early.insert(i, result);
            while let Some(result) = early.remove(&taken) {
                match take(taken, result) {
                    Ok(true) => taken += 1,
                    other => {
                        over.store(true, Ordering::Relaxed);
                        return other.map(|_| ());
                    }
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_until_it_is_enough() {
        for count in [0, 3, 1000] {
            let mut seen = Vec::new();
            in_order(
                count,
                |i| i * 2,
                |i, twice| {
                    seen.push((i, twice));
                    Ok::<_, ()>(true)
                },
            )
            .unwrap();
            assert_eq!(seen, (0..count).map(|i| (i, i * 2)).collect::<Vec<_>>());
        }
        let mut seen = 0;
        in_order(
            1000,
            |i| i,
            |i, _| {
                seen = i;
                Ok::<_, ()>(i < 500)
            },
        )
        .unwrap();
        assert_eq!(seen, 500);
        assert_eq!(
            in_order(1000, |i| i, |i, _| if i < 7 { Ok(true) } else { Err(i) }),
            Err(7)
        );
    }
}
