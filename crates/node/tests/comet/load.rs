//! Senders who file one thing after the other, and count as acknowledged what the state shows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::history::{Acknowledged, place_of};
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
    pub fn finish(self) -> Vec<Vec<Acknowledged>> {
        self.stop.store(true, Ordering::Relaxed);
        self.senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    }
}

fn send(net: &Net, node: u16, first: u64, stop: &AtomicBool) -> Vec<Acknowledged> {
    let mut shown = Vec::new();
    let mut n = first + u64::from(node) * 1_000_000;
    while !stop.load(Ordering::Relaxed) {
        let tx = net.filing(node, n);
        // Handed in again and again, as a client does that hears nothing: a repeat changes nothing.
        while !stop.load(Ordering::Relaxed) {
            let _ = net.rpc(node).broadcast(&tx);
            std::thread::sleep(Duration::from_millis(150));
            if let Some(place) = place_of(net, node, &commitment(n)) {
                shown.push(place);
                break;
            }
        }
        n += 1;
    }
    shown
}
