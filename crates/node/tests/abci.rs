//! The application behind the ABCI socket, driven as CometBFT drives it, and as an enemy would.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::filing;
use prost::Message as _;
use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::{
    Request, RequestApplySnapshotChunk, RequestCheckTx, RequestCommit, RequestEcho,
    RequestExtendVote, RequestFinalizeBlock, RequestFlush, RequestInfo, RequestInitChain,
    RequestListSnapshots, RequestLoadSnapshotChunk, RequestOfferSnapshot, RequestPrepareProposal,
    RequestProcessProposal, RequestQuery, Response, Snapshot, request, response,
    response_apply_snapshot_chunk::Result as Applied, response_offer_snapshot::Result as Offered,
    response_process_proposal,
};
use toend_ledger::genesis::demo;
use toend_ledger::proof::StateProof;
use toend_ledger::record::Flag;
use toend_ledger::state::{At, HeadValue, Key, Reg};
use toend_ledger::tx::{Batch, Filing, MAX_TX, Op};
use toend_node::abci::server::{self, Listener};
use toend_node::abci::snapshot::Writer;
use toend_node::abci::snapshots::Schedule;
use toend_node::abci::{Application, ApplicationError, frame};
use toend_state_machine::Code;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

const NO_SNAPSHOTS: Schedule = Schedule { every: 0, keep: 1 };

fn open(folder: &Path, schedule: Schedule) -> Application {
    Application::open(&demo::genesis_bytes(), folder, schedule).unwrap()
}

fn ask(application: &Application, request: request::Value) -> response::Value {
    application.answer(request).unwrap()
}

macro_rules! answered {
    ($application:expr, $kind:ident, $request:expr) => {
        match ask($application, request::Value::$kind($request)) {
            response::Value::$kind(answer) => answer,
            other => panic!("{other:?}"),
        }
    };
}

fn check(application: &Application, tx: &[u8]) -> u32 {
    let request = RequestCheckTx {
        tx: tx.to_vec().into(),
        r#type: 0,
    };
    answered!(application, CheckTx, request).code
}

fn block(height: i64, txs: &[Vec<u8>]) -> RequestFinalizeBlock {
    RequestFinalizeBlock {
        txs: txs.iter().map(|tx| tx.clone().into()).collect(),
        hash: vec![height.to_be_bytes()[7]; 32].into(),
        height,
        time: Some(Timestamp {
            seconds: 1_793_500_000 + height,
            nanos: 0,
        }),
        ..RequestFinalizeBlock::default()
    }
}

/// Executes a block and commits it: codes and root.
fn decide(application: &Application, height: i64, txs: &[Vec<u8>]) -> (Vec<u32>, Vec<u8>) {
    let done = answered!(application, FinalizeBlock, block(height, txs));
    answered!(application, Commit, RequestCommit {});
    let codes = done.tx_results.iter().map(|result| result.code).collect();
    (codes, done.app_hash.to_vec())
}

fn hello(version: &str) -> RequestInfo {
    RequestInfo {
        version: version.to_owned(),
        ..RequestInfo::default()
    }
}

fn info(application: &Application) -> (i64, Vec<u8>) {
    let info = answered!(application, Info, hello("0.38.25"));
    (info.last_block_height, info.last_block_app_hash.to_vec())
}

/// So many entries and as many heads, the first at this byte.
fn ops(first: u8, count: u8) -> Vec<Op> {
    (0..count)
        .flat_map(|i| {
            [
                Op::Entry {
                    label: [first + i; 32],
                    c: [7; 32],
                },
                Op::Head {
                    r: [first + i; 32],
                    v: 1,
                    flag: Flag::Current,
                    hd: [7; 32],
                },
            ]
        })
        .collect()
}

/// Every way to be refused, with the code that says so, and whether a whole proposal is refused for it.
fn hostile() -> Vec<(&'static str, Vec<u8>, Code, bool)> {
    let net = demo::net();
    let gateway = demo::signing_key(demo::Purpose::Gateway, 0);
    let seal = demo::signing_key(demo::Purpose::Seal, 1);
    let f = common::commitment(1);
    let batch = |reg, number, count| {
        Batch::signed(net, Reg(reg), number, ops(0, count), &seal)
            .unwrap()
            .encode()
    };
    let mut unsigned = filing(0, 1);
    let at = unsigned.len() - 64;
    unsigned[at..].fill(0);
    let mut left_over = filing(0, 1);
    left_over.push(0);
    vec![
        ("empty", vec![], Code::Malformed, true),
        ("nonsense", vec![0xff; 100], Code::Malformed, true),
        (
            "cut short",
            filing(0, 1)[..50].to_vec(),
            Code::Malformed,
            true,
        ),
        ("left-over bytes", left_over, Code::Malformed, true),
        ("oversized", vec![1; MAX_TX + 1], Code::Oversized, true),
        (
            "another network's",
            Filing::signed([9; 32], 0, f, &gateway).encode(),
            Code::WrongNet,
            true,
        ),
        ("unsigned", unsigned, Code::BadSignature, false),
        (
            "another gateway's",
            Filing::signed(net, 1, f, &gateway).encode(),
            Code::BadSignature,
            false,
        ),
        (
            "no gateway's",
            Filing::signed(net, 77, f, &gateway).encode(),
            Code::UnknownGateway,
            false,
        ),
        (
            "no register's",
            batch(77, 2, 8),
            Code::UnknownRegister,
            false,
        ),
        (
            "another register's",
            batch(2, 1, 8),
            Code::BadSignature,
            false,
        ),
        ("a used number", batch(1, 1, 8), Code::BatchReplayed, false),
        ("no bucket's size", batch(1, 2, 7), Code::EntryBucket, false),
    ]
}

#[test]
fn hostile_transactions_are_refused_in_every_call_with_one_code() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    let seal = demo::signing_key(demo::Purpose::Seal, 1);
    let first = Batch::signed(demo::net(), Reg(1), 1, ops(100, 8), &seal)
        .unwrap()
        .encode();
    assert_eq!(decide(&application, 1, &[first]).0, [0]);
    decide(&application, 2, &[]);

    let cases = hostile();
    for (what, tx, code, whole) in &cases {
        assert_eq!(check(&application, tx), code.number(), "CheckTx: {what}");
        let proposed = answered!(
            &application,
            ProcessProposal,
            RequestProcessProposal {
                txs: vec![filing(0, 5).into(), tx.clone().into()],
                height: 3,
                ..RequestProcessProposal::default()
            }
        );
        let wanted = if *whole {
            response_process_proposal::ProposalStatus::Reject
        } else {
            response_process_proposal::ProposalStatus::Accept
        };
        assert_eq!(
            proposed.status,
            i32::from(wanted),
            "ProcessProposal: {what}"
        );
        let prepared = answered!(
            &application,
            PrepareProposal,
            RequestPrepareProposal {
                max_tx_bytes: 4 << 20,
                txs: vec![tx.clone().into()],
                height: 3,
                ..RequestPrepareProposal::default()
            }
        );
        assert!(prepared.txs.is_empty(), "PrepareProposal: {what}");
    }
    let txs: Vec<Vec<u8>> = cases.iter().map(|(_, tx, ..)| tx.clone()).collect();
    let all = answered!(&application, FinalizeBlock, block(3, &txs));
    let none = answered!(&application, FinalizeBlock, block(3, &[]));
    assert_eq!(
        all.app_hash, none.app_hash,
        "a refused transaction changed the state"
    );
    for ((what, _, code, _), result) in cases.iter().zip(&all.tx_results) {
        assert_eq!(result.code, code.number(), "FinalizeBlock: {what}");
        assert_eq!(result.codespace, "toend");
    }
}

#[test]
fn a_stop_at_any_moment_leaves_the_last_commit() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    assert_eq!(info(&application), (0, vec![]));
    let mut last = (0, vec![]);
    for height in 1..=4i64 {
        let txs = [
            filing(0, height.cast_unsigned()),
            filing(1, 100 + height.cast_unsigned()),
        ];
        let (codes, root) = decide(&application, height, &txs);
        assert_eq!(codes, [0, 0]);
        last = (height, root);
    }
    // Executed and not committed: never happened.
    let executed = answered!(&application, FinalizeBlock, block(5, &[filing(0, 9)]));
    drop(application);
    let application = open(folder.path(), NO_SNAPSHOTS);
    assert_eq!(info(&application), last);
    // Both versions that a tip needs can be asked, and prove what they say.
    for height in [3, 4] {
        let key = Key::Filing(common::commitment(3)).encode();
        let found = application.query(&key, height).unwrap();
        assert!(found.value.is_some());
        assert!(StateProof::decode(&found.proof).is_ok());
    }
    assert_eq!(application.query(&[1], 2), None);
    let again = answered!(&application, FinalizeBlock, block(5, &[filing(0, 9)]));
    assert_eq!(again.app_hash, executed.app_hash);
    answered!(&application, Commit, RequestCommit {});
    let hash = toend_ledger::hash::sha256(&[&filing(0, 9)]);
    assert_eq!(application.included(&hash).unwrap().height, 5);
}

#[test]
fn a_signature_is_checked_once() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    decide(&application, 1, &[]);
    let txs: Vec<Vec<u8>> = (0..40).map(|n| filing((n % 4) as u16, n)).collect();
    for tx in &txs {
        assert_eq!(check(&application, tx), 0);
    }
    assert_eq!(application.signature_checks(), 40);
    let proposal = RequestPrepareProposal {
        max_tx_bytes: 4 << 20,
        txs: txs.iter().map(|tx| tx.clone().into()).collect(),
        height: 2,
        ..RequestPrepareProposal::default()
    };
    let prepared = answered!(&application, PrepareProposal, proposal);
    assert_eq!(prepared.txs.len(), 40);
    decide(&application, 2, &txs);
    assert_eq!(application.signature_checks(), 40);
}

#[test]
fn the_first_block_is_the_one_that_the_genesis_file_fixes() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    let process = |hash: Vec<u8>| {
        let request = RequestProcessProposal {
            height: 1,
            hash: hash.into(),
            ..RequestProcessProposal::default()
        };
        answered!(&application, ProcessProposal, request).status
    };
    assert_eq!(process(application.first_block().to_vec()), 1);
    assert_eq!(process(vec![1; 32]), 2);
    let waiting = RequestPrepareProposal {
        max_tx_bytes: 4 << 20,
        txs: vec![filing(0, 1).into()],
        height: 1,
        ..RequestPrepareProposal::default()
    };
    assert!(
        answered!(&application, PrepareProposal, waiting)
            .txs
            .is_empty()
    );
}

#[test]
fn an_engine_with_another_beginning_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    let genesis = demo::genesis();
    let begin = RequestInitChain {
        chain_id: "another".to_owned(),
        app_state_bytes: genesis.app_state_json().into(),
        initial_height: 1,
        ..RequestInitChain::default()
    };
    let refused = application.answer(request::Value::InitChain(begin.clone()));
    assert_eq!(refused, Err(ApplicationError::OtherBeginning("chain id")));
    let named = RequestInitChain {
        chain_id: genesis.chain_id,
        ..begin
    };
    let refused = application.answer(request::Value::InitChain(named.clone()));
    assert_eq!(
        refused,
        Err(ApplicationError::OtherBeginning("validator set"))
    );
    decide(&application, 1, &[]);
    let refused = application.answer(request::Value::InitChain(named));
    assert_eq!(refused, Err(ApplicationError::EngineBehind(1)));
    let unexpected = application.answer(request::Value::FinalizeBlock(block(7, &[])));
    assert!(matches!(unexpected, Err(ApplicationError::Protocol(_))));
    let twice = application.answer(request::Value::Commit(RequestCommit {}));
    assert!(matches!(twice, Err(ApplicationError::Protocol(_))));
}

/// A node that made a snapshot, and what it hands out.
fn with_snapshot(folder: &Path) -> (Application, Snapshot, Vec<Vec<u8>>, Vec<u8>) {
    let application = open(folder, Schedule { every: 3, keep: 1 });
    let mut roots = vec![vec![]];
    for height in 1..=4i64 {
        let txs: Vec<Vec<u8>> = (0..30)
            .map(|n| filing(0, height.cast_unsigned() * 1000 + n))
            .collect();
        roots.push(decide(&application, height, &txs).1);
    }
    // It is made beside the work at hand.
    let snapshot = loop {
        let listed = answered!(&application, ListSnapshots, RequestListSnapshots {});
        if let Some(snapshot) = listed.snapshots.into_iter().next() {
            break snapshot;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert_eq!((snapshot.height, snapshot.format), (3, 1));
    let chunks = (0..snapshot.chunks)
        .map(|chunk| {
            let asked = RequestLoadSnapshotChunk {
                height: 3,
                format: 1,
                chunk,
            };
            answered!(&application, LoadSnapshotChunk, asked)
                .chunk
                .to_vec()
        })
        .collect();
    (application, snapshot, chunks, roots[3].clone())
}

#[test]
fn a_wiped_node_is_restored_and_goes_on_like_the_others() {
    let (full, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (source, snapshot, chunks, root) = with_snapshot(full.path());
    let wiped = open(empty.path(), NO_SNAPSHOTS);
    let offer = |snapshot: &Snapshot, root: &[u8]| {
        let offered = RequestOfferSnapshot {
            snapshot: Some(snapshot.clone()),
            app_hash: root.to_vec().into(),
        };
        answered!(&wiped, OfferSnapshot, offered).result
    };
    let other_format = Snapshot {
        format: 2,
        ..snapshot.clone()
    };
    assert_eq!(
        offer(&other_format, &root),
        i32::from(Offered::RejectFormat)
    );
    let renamed = Snapshot {
        hash: vec![0; 32].into(),
        ..snapshot.clone()
    };
    assert_eq!(offer(&renamed, &root), i32::from(Offered::RejectSender));
    assert_eq!(offer(&snapshot, &[0; 32]), i32::from(Offered::RejectSender));
    assert_eq!(offer(&snapshot, &root), i32::from(Offered::Accept));

    let apply = |index: usize, chunk: Vec<u8>| {
        let sent = RequestApplySnapshotChunk {
            index: index as u32,
            chunk: chunk.into(),
            sender: "liar".to_owned(),
        };
        answered!(&wiped, ApplySnapshotChunk, sent)
    };
    let mut damaged = chunks[0].clone();
    *damaged.last_mut().unwrap() ^= 1;
    let refused = apply(0, damaged);
    assert_eq!(refused.result, i32::from(Applied::Retry));
    assert_eq!(refused.refetch_chunks, [0]);
    assert_eq!(refused.reject_senders, ["liar"]);
    for (index, chunk) in chunks.iter().enumerate() {
        assert_eq!(
            apply(index, chunk.clone()).result,
            i32::from(Applied::Accept)
        );
    }
    assert_eq!(info(&wiped), (3, root.clone()));
    // Over a state that stands no snapshot is taken.
    assert_eq!(offer(&snapshot, &root), i32::from(Offered::Abort));
    drop(wiped);
    let restored = open(empty.path(), NO_SNAPSHOTS);
    assert_eq!(info(&restored), (3, root));
    let txs: Vec<Vec<u8>> = (0..30).map(|n| filing(0, 4000 + n)).collect();
    decide(&restored, 4, &txs);
    for height in 5..=6i64 {
        let txs = [filing(2, height.cast_unsigned())];
        assert_eq!(
            decide(&source, height, &txs),
            decide(&restored, height, &txs)
        );
    }
}

#[test]
fn a_snapshot_with_another_state_is_refused_as_a_whole() {
    use toend_ledger::hash::sha256;
    let (full, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (_source, snapshot, mut chunks, root) = with_snapshot(full.path());
    let wiped = open(empty.path(), NO_SNAPSHOTS);
    // The liar's chunk has the hash that his manifest names, but the state has another root than the verified header.
    *chunks[0].last_mut().unwrap() ^= 1;
    let mut manifest = snapshot.metadata.to_vec();
    let at = manifest.len() - 32 * chunks.len();
    manifest[at..at + 32].copy_from_slice(&sha256(&[&chunks[0]]));
    let offered = RequestOfferSnapshot {
        snapshot: Some(Snapshot {
            hash: sha256(&[&manifest]).to_vec().into(),
            metadata: manifest.into(),
            ..snapshot
        }),
        app_hash: root.into(),
    };
    assert_eq!(answered!(&wiped, OfferSnapshot, offered).result, 1);
    let mut last = None;
    for (index, chunk) in (0u32..).zip(chunks) {
        let sent = RequestApplySnapshotChunk {
            index,
            chunk: chunk.into(),
            sender: format!("liar {index}"),
        };
        last = Some(answered!(&wiped, ApplySnapshotChunk, sent));
    }
    let last = last.unwrap();
    assert_eq!(last.result, i32::from(Applied::RejectSnapshot));
    assert_eq!(last.reject_senders, ["liar 0"]);
    assert_eq!(info(&wiped), (0, vec![]));
}

/// A server on a port, and what ends it.
async fn serve(
    folder: &Path,
) -> (
    String,
    mpsc::Receiver<ApplicationError>,
    watch::Sender<bool>,
) {
    // Bound at once: a port that was only looked for may be somebody else's a moment later.
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let listener = Listener::Tcp(socket);
    let application = Arc::new(open(folder, NO_SNAPSHOTS));
    let (failed, failure) = mpsc::channel(1);
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(server::serve(listener, application, failed, stopping));
    (address, failure, stop)
}

async fn send(stream: &mut TcpStream, value: request::Value) {
    let bytes = Request { value: Some(value) }.encode_to_vec();
    frame::write(stream, &bytes).await.unwrap();
}

async fn receive(stream: &mut TcpStream) -> Option<response::Value> {
    let bytes = frame::read(stream).await.ok()??;
    Response::decode(bytes.as_slice()).unwrap().value
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_in_the_order_of_the_requests_on_four_connections() {
    let folder = tempfile::tempdir().unwrap();
    let (address, _failure, _stop) = serve(folder.path()).await;
    let talks = (0..4u64).map(|connection| {
        let address = address.clone();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // Nothing is read before everything is sent, as CometBFT's mempool connection does.
            for n in 0..200u64 {
                let message = format!("{connection}/{n}");
                send(&mut stream, request::Value::Echo(RequestEcho { message })).await;
                let tx = filing(0, connection * 1000 + n).into();
                send(
                    &mut stream,
                    request::Value::CheckTx(RequestCheckTx { tx, r#type: 0 }),
                )
                .await;
            }
            send(&mut stream, request::Value::Flush(RequestFlush {})).await;
            for n in 0..200u64 {
                let Some(response::Value::Echo(echo)) = receive(&mut stream).await else {
                    panic!("no echo");
                };
                assert_eq!(echo.message, format!("{connection}/{n}"));
                let checked = receive(&mut stream).await;
                assert!(matches!(checked, Some(response::Value::CheckTx(_))));
            }
            let flushed = receive(&mut stream).await;
            assert!(matches!(flushed, Some(response::Value::Flush(_))));
        })
    });
    for talk in talks.collect::<Vec<_>>() {
        talk.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_closes_its_own_connection_only() {
    use tokio::io::AsyncWriteExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (address, mut failure, _stop) = serve(folder.path()).await;
    let mut good = TcpStream::connect(&address).await.unwrap();
    for nonsense in [
        &[0xff, 0xff, 0xff, 0xff, 0x7f][..],
        &[0xff; 64],
        &[3, 0xff, 0xff, 0xff],
        &[0],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut bad = TcpStream::connect(&address).await.unwrap();
        bad.write_all(nonsense).await.unwrap();
        // It may be closed already.
        let _ = bad.shutdown().await;
        assert_eq!(receive(&mut bad).await, None);
    }
    send(
        &mut good,
        request::Value::ExtendVote(RequestExtendVote::default()),
    )
    .await;
    let refused = receive(&mut good).await;
    assert!(matches!(refused, Some(response::Value::Exception(_))));
    let query = RequestQuery {
        data: Key::History.encode().into(),
        path: "/state".to_owned(),
        prove: true,
        ..RequestQuery::default()
    };
    send(&mut good, request::Value::Query(query)).await;
    let Some(response::Value::Query(answer)) = receive(&mut good).await else {
        panic!("no answer");
    };
    assert_eq!(answer.code, 0, "{}", answer.log);
    assert_eq!(answer.proof_ops.unwrap().ops.len(), 1);
    assert!(
        failure.try_recv().is_err(),
        "nonsense from outside ended the application"
    );
    // What cannot be from the engine itself ends it, after an answer.
    send(&mut good, request::Value::Commit(RequestCommit {})).await;
    let exception = receive(&mut good).await;
    assert!(matches!(exception, Some(response::Value::Exception(_))));
    assert!(failure.recv().await.is_some());
}

#[test]
fn another_engine_is_refused_by_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let application = open(folder.path(), NO_SNAPSHOTS);
    for other in ["0.38.24", "0.37.25", "1.0.0", ""] {
        let refused = application.answer(request::Value::Info(hello(other)));
        assert!(
            matches!(refused, Err(ApplicationError::Engine(_))),
            "{other}: {refused:?}"
        );
    }
}

/// A peer's snapshot as CometBFT keeps it, with the chunks that it sends.
struct Offer {
    peer: &'static str,
    snapshot: Snapshot,
    chunks: Vec<Vec<u8>>,
}

/// A snapshot that a liar made up: right network, height and root, and chunks that belong to it.
fn made_up(height: u64, root: &[u8], number: u8) -> Offer {
    let value = HeadValue {
        v: 1,
        flag: Flag::Current,
        hd: [number; 32],
        at: At {
            height: 1,
            time_ms: 1,
        },
    };
    let key = Key::Head {
        reg: Reg(1),
        r: [7; 32],
    };
    let mut writer = Writer::new(demo::net(), height, root.try_into().unwrap());
    writer.put(&key.encode(), &value.encode()).unwrap();
    let (chunk, mut manifest) = writer.finish().unwrap();
    // Every other lie shows in the announcement already.
    if number % 2 == 1 {
        manifest.pairs = u64::from(number) << 32;
    }
    Offer {
        peer: "liar",
        snapshot: Snapshot {
            height,
            format: 1,
            chunks: 1,
            hash: manifest.hash().to_vec().into(),
            metadata: manifest.encode().into(),
        },
        chunks: vec![chunk],
    }
}

/// What CometBFT does with the pool: the greatest height first, and nobody is asked again whom the application rejects.
#[test]
fn a_liar_with_the_greatest_height_is_asked_once() {
    let (full, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (source, snapshot, chunks, root) = with_snapshot(full.path());
    let (_, later) = info(&source);
    let honest = Offer {
        peer: "honest",
        snapshot,
        chunks,
    };
    for first_lie in [0, 1] {
        let folder = empty.path().join(first_lie.to_string());
        std::fs::create_dir(&folder).unwrap();
        let wiped = open(&folder, NO_SNAPSHOTS);
        let (mut banned, mut restored) = (Vec::<String>::new(), false);
        for lie in (first_lie..).take(8) {
            let lied = made_up(4, &later, lie);
            let liar_is_asked = !banned.contains(&lied.peer.to_owned());
            let (offer, root) = if liar_is_asked {
                (&lied, &later)
            } else {
                (&honest, &root)
            };
            let offered = RequestOfferSnapshot {
                snapshot: Some(offer.snapshot.clone()),
                app_hash: root.clone().into(),
            };
            let verdict = answered!(&wiped, OfferSnapshot, offered).result;
            if verdict == i32::from(Offered::RejectSender) {
                banned.push(offer.peer.to_owned());
            }
            if verdict != i32::from(Offered::Accept) {
                continue;
            }
            let mut accepted = true;
            for (index, chunk) in (0u32..).zip(&offer.chunks) {
                let sent = RequestApplySnapshotChunk {
                    index,
                    chunk: chunk.clone().into(),
                    sender: offer.peer.to_owned(),
                };
                let answer = answered!(&wiped, ApplySnapshotChunk, sent);
                banned.extend(answer.reject_senders);
                accepted &= answer.result == i32::from(Applied::Accept);
            }
            if accepted {
                restored = true;
                break;
            }
        }
        assert!(restored, "a liar stands in the way");
        assert_eq!(banned, ["liar"]);
        assert_eq!(info(&wiped), (3, root.clone()));
    }
}
