//! People who file at gateways and go by the word "taken": whoever heard it never asks again, so that only the gateway is
//! left to keep it, whatever is killed the moment after.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use reqwest::Client;
use toend_ledger::gateway::{B64, FilingAnswer, FilingOutcome, FilingRequest};
use toend_ledger::hash::Hash;
use tokio::runtime::Runtime;

use crate::history::{Acknowledged, seen};
use crate::network::{NODES, Net, commitment};

/// People at each gateway, each with an address and so with a share of their own.
const PEOPLE: u16 = 3;
/// Between two of a gateway's filings, and before one is handed in again that was not answered.
const PAUSE: Duration = Duration::from_millis(100);
/// How long it is waited for a "taken" at a gateway that may just be dead.
const AIMED: Duration = Duration::from_secs(3);
/// Numbers of filings that nobody else hands in.
const FIRST: u64 = 1 << 40;

/// What a gateway answered for.
struct Promise {
    f: Hash,
    /// The block that it named: the filing was there before, handed in by a request that was not answered.
    sealed: Option<u64>,
}

/// Processes to be killed as soon as a gateway has said "taken" once more.
#[derive(Default)]
enum Aim {
    #[default]
    Nothing,
    Kill(&'static [&'static str]),
    Killed(Vec<&'static str>),
}

/// What a gateway's people share with whoever kills.
#[derive(Default)]
struct Counter {
    stop: bool,
    aim: Aim,
}

/// The people of all gateways.
pub struct Promises {
    net: Arc<Net>,
    counters: Vec<Arc<Mutex<Counter>>>,
    people: Vec<JoinHandle<Vec<Promise>>>,
}

impl Promises {
    /// Begins to file at every gateway.
    pub fn start(net: &Arc<Net>) -> Self {
        let counters: Vec<Arc<Mutex<Counter>>> = (0..NODES).map(|_| Arc::default()).collect();
        let people = (0..NODES)
            .zip(&counters)
            .map(|(node, counter)| {
                let (net, counter) = (Arc::clone(net), Arc::clone(counter));
                std::thread::spawn(move || file(&net, node, &counter))
            })
            .collect();
        Self {
            net: Arc::clone(net),
            counters,
            people,
        }
    }

    /// Kills processes of a node in the moment in which its gateway has said "taken". Those that were killed; none where the
    /// gateway did not say it for a while.
    pub fn kill_after(&self, node: u16, processes: &'static [&'static str]) -> Vec<&'static str> {
        let counter = &self.counters[usize::from(node)];
        counter.lock().unwrap().aim = Aim::Kill(processes);
        let end = Instant::now() + AIMED;
        loop {
            std::thread::sleep(Duration::from_millis(10));
            let mut counter = counter.lock().unwrap();
            match std::mem::take(&mut counter.aim) {
                Aim::Killed(killed) => return killed,
                aim if Instant::now() < end => counter.aim = aim,
                _ => return Vec::new(),
            }
        }
    }

    /// Ends the filing, and waits until the ledger holds everything that a gateway took: where each of them stands.
    pub fn finish(mut self) -> Vec<Acknowledged> {
        self.stop();
        let mut waiting: Vec<Promise> = std::mem::take(&mut self.people)
            .into_iter()
            .flat_map(|people| people.join().unwrap())
            .collect();
        let mut places = Vec::new();
        let mut left = usize::MAX;
        self.net.wait("a filing that a gateway took", || {
            waiting.retain(|one| match seen(&self.net, 0, &one.f) {
                Some(place) => {
                    assert!(one.sealed.is_none_or(|height| height == place.height));
                    places.push(place);
                    false
                }
                None => true,
            });
            if waiting.len() != left {
                left = waiting.len();
                println!("{left} of those that gateways took are not there yet");
            }
            left == 0
        });
        places
    }

    fn stop(&self) {
        for counter in &self.counters {
            counter.lock().unwrap().stop = true;
        }
    }
}

impl Drop for Promises {
    /// A test that failed must not keep its network.
    fn drop(&mut self) {
        self.stop();
        for people in self.people.drain(..) {
            let _ = people.join();
        }
    }
}

/// One filing after the other at a gateway, each handed in until the gateway answers for it.
fn file(net: &Net, node: u16, counter: &Mutex<Counter>) -> Vec<Promise> {
    let runtime = Runtime::new().unwrap();
    let people: Vec<Client> = (0..PEOPLE).map(|number| person(node, number)).collect();
    let mut asking = people.iter().cycle();
    let (url, key) = (
        format!("{}/v1/filings", net.gateway_url(node)),
        net.gateway_key(node).verifying_key().to_bytes(),
    );
    let chain = net.network_file().net;
    let mut promises: Vec<Promise> = Vec::new();
    while !counter.lock().unwrap().stop {
        let n = FIRST + (u64::from(node) << 32) + promises.len() as u64;
        let f = commitment(n);
        let answer = asking
            .next()
            .and_then(|person| runtime.block_on(hand_in(person, &url, &f)));
        let sealed = match answer.as_ref().map(|answer| answer.outcome) {
            Some(FilingOutcome::Taken) => {
                strike(net, node, counter);
                Some(None)
            }
            Some(FilingOutcome::Sealed) => answer.as_ref().map(|answer| Some(answer.height)),
            // Not answered, or told to wait.
            _ => None,
        };
        if let (Some(answer), Some(sealed)) = (answer, sealed) {
            assert!(answer.is_signed(&chain, &key) && answer.commitment.0 == f);
            promises.push(Promise { f, sealed });
        }
        std::thread::sleep(PAUSE);
    }
    promises
}

/// Kills what is to be killed, at once.
fn strike(net: &Net, node: u16, counter: &Mutex<Counter>) {
    let mut counter = counter.lock().unwrap();
    if let Aim::Kill(processes) = counter.aim {
        let killed = processes.iter().filter(|name| net.kill(node, name));
        counter.aim = Aim::Killed(killed.copied().collect());
    }
}

/// Somebody with an address of her own on this computer.
fn person(node: u16, number: u16) -> Client {
    let address = std::net::Ipv4Addr::from_bits(0x7f00_0100 + u32::from(node * PEOPLE + number));
    Client::builder()
        .no_proxy()
        .local_address(std::net::IpAddr::from(address))
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

/// None where the gateway does not answer, or answers that it cannot just now.
async fn hand_in(person: &Client, url: &str, f: &Hash) -> Option<FilingAnswer> {
    let commitment = B64(f.to_vec());
    let answer = person.post(url).json(&FilingRequest { commitment });
    answer.send().await.ok()?.json().await.ok()
}
