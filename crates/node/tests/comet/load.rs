//! Senders who file one thing after the other, and count as acknowledged what the state shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::history::{Acknowledged, seen};
use crate::network::{NODES, Net, commitment};

/// One sender per gateway, each at its own node.
pub struct Load {
    stop: Arc<AtomicBool>,
    senders: Vec<JoinHandle<Vec<Acknowledged>>>,
}

impl Load {
    /// Starts the senders. Their filings begin at number `first`.
    pub fn start(net: &Arc<Net>, first: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let senders = (0..NODES)
            .map(|node| {
                let (net, stop) = (Arc::clone(net), Arc::clone(&stop));
                std::thread::spawn(move || send(&net, node, first, &stop))
            })
            .collect();
        Self { stop, senders }
    }

    /// Stops the senders; what they were shown, each in the order of asking.
    pub fn finish(mut self) -> Vec<Vec<Acknowledged>> {
        self.stop.store(true, Ordering::Relaxed);
        std::mem::take(&mut self.senders)
            .into_iter()
            .map(|sender| sender.join().unwrap())
            .collect()
    }
}

impl Drop for Load {
    /// A test that failed must not keep its network.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for sender in self.senders.drain(..) {
            let _ = sender.join();
        }
    }
}

/// How many each sender has on the way at once.
const AT_ONCE: u64 = 12;

fn send(net: &Net, node: u16, first: u64, stop: &AtomicBool) -> Vec<Acknowledged> {
    let (rpc, sign) = (net.rpc(node), net.signer(node));
    let mut shown = Vec::new();
    let mut n = first + u64::from(node) * 1_000_000;
    while !stop.load(Ordering::Relaxed) {
        let mut under_way: Vec<u64> = (n..n + AT_ONCE).collect();
        n += AT_ONCE;
        let mut group = Vec::new();
        while !under_way.is_empty() && !stop.load(Ordering::Relaxed) {
            // Handed in again and again, as a client does that hears nothing: a repeat changes nothing.
            for n in &under_way {
                let _ = rpc.broadcast(&sign(*n));
            }
            std::thread::sleep(Duration::from_millis(300));
            under_way.retain(|n| match seen(net, node, &commitment(*n)) {
                Some(place) => {
                    group.push(place);
                    false
                }
                None => true,
            });
        }
        // They were on the way together; the next ones are sent after all of these were acknowledged.
        group.sort_unstable_by_key(|one: &Acknowledged| (one.height, one.place));
        shown.extend(group);
    }
    shown
}
