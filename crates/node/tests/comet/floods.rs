//! One client that floods, and others that do not notice.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::history;
use crate::network::{NODES, Net, commitment};

/// Where the flood comes from: an address of its own, as on a real network.
const FLOODER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 66));
/// Connections that the flooder opens and leaves.
const HELD: usize = 24;
/// Rounds of honest requests.
const ROUNDS: u64 = 40;

/// What the flooder has done so far.
#[derive(Default)]
struct Flood {
    stop: AtomicBool,
    requests: AtomicU64,
    /// Requests that were told to wait.
    limited: AtomicU64,
    invalid: AtomicU64,
    valid: AtomicU64,
}

impl Flood {
    fn on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}

/// The threads that flood. They hold the network, so their end is waited for, also when the test fails.
struct Senders {
    flood: Arc<Flood>,
    threads: Vec<JoinHandle<()>>,
}

impl Senders {
    /// Ends the flood. A sender that has failed fails the test.
    fn finish(mut self) {
        self.flood.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

impl Drop for Senders {
    fn drop(&mut self) {
        self.flood.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

#[test]
fn a_flood_by_one_client_stops_nobody_else() {
    let Some(net) = Net::start(false, 0) else {
        return;
    };
    let net = Arc::new(net);
    net.go_on(&[0, 1, 2, 3], 3);
    let flood = Arc::new(Flood::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let gateway = net.network_file().authorities[0].gateway.clone();
    let gateway = gateway
        .trim_end_matches('/')
        .trim_end_matches("/v1")
        .to_owned();
    for _ in 0..4 {
        runtime.spawn(flood_gateway(gateway.clone(), Arc::clone(&flood)));
    }
    runtime.spawn(hold_connections(gateway.clone(), Arc::clone(&flood)));
    let senders = Senders {
        flood: Arc::clone(&flood),
        threads: [false, true]
            .map(|valid| flood_rpc(&net, &flood, valid))
            .into(),
    };

    runtime.block_on(honest(&net, &gateway));
    // At the flooded node, and at one that is not.
    let sign = net.signer(2);
    for (node, n) in [(0, 1), (1, 2)] {
        net.wait("the other client's filing", || {
            let _ = net.rpc(node).broadcast(&sign(n));
            [0, 3]
                .iter()
                .all(|node| history::place_of(&net, *node, &commitment(n)).is_some())
        });
    }
    net.wait("the floods", || {
        [&flood.requests, &flood.invalid, &flood.valid]
            .iter()
            .all(|count| count.load(Ordering::Relaxed) > 100)
    });
    net.wait("a word to the flooder that it asks too much", || {
        flood.limited.load(Ordering::Relaxed) > 0
    });
    senders.finish();
    let filed: Vec<_> = [1, 2]
        .map(|n| history::place_of(&net, 0, &commitment(n)).unwrap())
        .to_vec();
    let all: Vec<u16> = (0..NODES).collect();
    net.go_on(&all, 3);
    history::check(&net, &filed);
}

/// Reads, sign-ins and tunnels, as fast as they are answered.
async fn flood_gateway(gateway: String, flood: Arc<Flood>) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .local_address(FLOODER)
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap();
    let paths = [
        "/v1/tip",
        "/v1/light-block/1",
        "/v1/state/01",
        "/v1/nothing",
    ];
    while flood.on() {
        for path in paths {
            let _ = client.get(format!("{gateway}{path}")).send().await;
            flood.requests.fetch_add(1, Ordering::Relaxed);
        }
        let sign_in = format!("{gateway}/v1/login/challenge");
        let told = client.post(sign_in).send().await;
        let limited = told.is_ok_and(|answer| answer.status() == 429);
        flood
            .limited
            .fetch_add(u64::from(limited), Ordering::Relaxed);
        if let Some(mut stream) = connect(&gateway).await {
            let head = b"CONNECT 127.0.0.1:9 HTTP/1.1\r\nHost: 127.0.0.1:9\r\n\r\n";
            let _ = stream.write_all(head).await;
            let mut answer = [0; 512];
            let read = stream.read(&mut answer);
            let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
        }
    }
}

/// Opens connections, begins a request on each and never ends it.
async fn hold_connections(gateway: String, flood: Arc<Flood>) {
    while flood.on() {
        let mut held = Vec::new();
        for _ in 0..HELD {
            if let Some(mut stream) = connect(&gateway).await {
                let _ = stream.write_all(b"GET /v1/tip HT").await;
                held.push(stream);
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

async fn connect(gateway: &str) -> Option<TcpStream> {
    let to = gateway.trim_start_matches("http://").parse().ok()?;
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind((FLOODER, 0).into()).ok()?;
    socket.connect(to).await.ok()
}

/// Transactions without end at one node's RPC: nonsense, or good ones of one gateway.
fn flood_rpc(net: &Arc<Net>, flood: &Arc<Flood>, valid: bool) -> JoinHandle<()> {
    let (net, flood) = (Arc::clone(net), Arc::clone(flood));
    std::thread::spawn(move || {
        let (rpc, sign) = (net.rpc(0), net.signer(0));
        let mut n = 1_000_000_u64;
        while flood.on() {
            n += 1;
            let tx = if valid {
                sign(n)
            } else {
                [&[1, 2][..], &[0xff; 200], &n.to_be_bytes()].concat()
            };
            let Ok(checked) = rpc.broadcast(&tx) else {
                continue;
            };
            let count = if valid { &flood.valid } else { &flood.invalid };
            assert!(valid || checked.code != 0, "nonsense was taken");
            count.fetch_add(1, Ordering::Relaxed);
        }
    })
}

/// Another client's requests at the flooded gateway: every one is answered as it should be.
async fn honest(net: &Net, gateway: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for round in 0..ROUNDS {
        for path in ["/v1/health", "/v1/tip", "/v1/light-block/1", "/v1/state/01"] {
            let answer = client.get(format!("{gateway}{path}")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path} in round {round}");
        }
        if round % 8 == 0 {
            let sign_in = format!("{gateway}/v1/login/challenge");
            let answer = client.post(sign_in).send().await.unwrap();
            assert!(answer.status().is_success(), "a sign-in in round {round}");
        }
    }
    assert!(net.height(0) > 0);
}
