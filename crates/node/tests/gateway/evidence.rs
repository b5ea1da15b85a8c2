//! Evidence against validators at a gateway: what its CometBFT can judge goes there, and nothing else does.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use reqwest::StatusCode;
use serde_json::{Value, json};
use toend_ledger::cometbft::{CommitSig, LightBlock};
use toend_ledger::evidence::{Conflict, EvidenceFile, FORMAT, FORMAT_ANSWERS, GatewayKey, Side};
use toend_ledger::gateway::{
    B64, EvidenceAnswer, EvidenceOutcome, FilingAnswer, FilingOutcome, MAX_EVIDENCE_REQUEST,
};
use toend_ledger::network::{Checkpoint, demo};
use toend_node::comet::rpc::CometRpc;
use toend_node::gateway::Engine;
use toend_node::gateway::metrics::Sources;
use toend_node::ledger::{Included, Ledger, QueryResult, SubmitError};
use toend_testkit::fork;

use crate::porch::{LONG, Porch, Yard, client_at};
use crate::relay::by_inner;

/// What CometBFT says when it has taken evidence.
const TAKEN: &str = r#"{"result":{"hash":"00"}}"#;

/// A CometBFT that answers every call alike, and what it was asked.
struct Comet {
    url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Comet {
    fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                heard.lock().unwrap().push(request(&mut stream));
                let said = format!("HTTP/1.0 200 OK\r\n\r\n{answer}");
                stream.write_all(said.as_bytes()).unwrap();
            }
        });
        Self { url, asked }
    }

    fn engine(&self) -> Engine {
        Engine::new(CometRpc::new(&self.url).unwrap())
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

/// The body of a request, as long as its head says.
fn request(stream: &mut TcpStream) -> Value {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let read = stream.read(&mut more).unwrap();
        bytes.extend_from_slice(&more[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        if body.len() >= length.unwrap().parse().unwrap() {
            return serde_json::from_str(body).unwrap();
        }
    }
}

/// A ledger of which the first pages are gone.
struct Young {
    inner: Arc<dyn Ledger>,
    from: u64,
}

impl Ledger for Young {
    by_inner!(net chain_id tip header_bundle block_txs query subtree submit included subscribe);
    fn light_block(&self, height: u64) -> Option<LightBlock> {
        (height >= self.from).then(|| self.inner.light_block(height))?
    }
}

/// Evidence that all authorities signed another version of page 3, after page 2.
fn evidence(ledger: &dyn Ledger) -> EvidenceFile {
    let page = |height| ledger.light_block(height).unwrap();
    let checkpoint = Checkpoint {
        height: 1,
        time_ms: page(1).header().time.millis(),
        header_hash: page(1).header().hash(),
        validators_hash: page(1).header().validators_hash,
    };
    let nowhere = || demo::Endpoint {
        gateway: String::new(),
        rpc: String::new(),
    };
    let endpoints: Vec<_> = (0..4).map(|_| nowhere()).collect();
    let side = |block| Side {
        source: None,
        blocks: vec![block],
    };
    EvidenceFile {
        format: FORMAT.to_owned(),
        found_ms: 0,
        network: demo::network_file(&endpoints, checkpoint),
        conflict: Conflict::Blocks {
            common: Box::new(page(2)),
            first: side(fork(&page(3), None)),
            second: side(page(3)),
        },
    }
}

fn sides(file: &mut EvidenceFile) -> (&mut LightBlock, &mut LightBlock, &mut LightBlock) {
    match &mut file.conflict {
        Conflict::Blocks {
            common,
            first,
            second,
        } => (common, &mut first.blocks[0], &mut second.blocks[0]),
        other => panic!("{other:?}"),
    }
}

async fn yard() -> Yard {
    let yard = Yard::open().await;
    let mut tip = yard.ledger().subscribe();
    tokio::time::timeout(LONG, tip.wait_for(|height| *height > 4))
        .await
        .expect("pages come")
        .unwrap();
    yard
}

async fn post(porch: &Porch, from: u8, body: Vec<u8>) -> reqwest::Response {
    let request = client_at(from).post(porch.url("/v1/evidence")).body(body);
    request.send().await.unwrap()
}

async fn outcome(porch: &Porch, from: u8, file: &EvidenceFile) -> EvidenceOutcome {
    let answer = post(porch, from, file.encode().unwrap()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json::<EvidenceAnswer>().await.unwrap().is
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_validators_signed_beside_the_ledger_goes_to_cometbft_once() {
    let yard = yard().await;
    let comet = Comet::answering(TAKEN);
    let porch = yard.accusing(comet.engine(), yard.ledger()).await;
    let mut file = evidence(yard.ledger().as_ref());
    assert_eq!(outcome(&porch, 2, &file).await, EvidenceOutcome::Taken);
    let asked = comet.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["method"], "broadcast_evidence");
    let accused = &asked[0]["params"]["evidence"]["value"];
    assert_eq!(accused["CommonHeight"], "2");
    assert_eq!(accused["ByzantineValidators"].as_array().unwrap().len(), 4);
    // Whichever side it stands on, the ledger's own page is nobody's guilt; and it need not be given twice.
    let (_, first, second) = sides(&mut file);
    std::mem::swap(first, second);
    assert_eq!(outcome(&porch, 2, &file).await, EvidenceOutcome::Known);
    assert_eq!(comet.asked().len(), 1);
    let figures = porch.metrics.text(&Sources {
        ledger: yard.ledger(),
        register: None,
        clerk: None,
        files: Vec::new(),
    });
    for (outcome, count) in [("taken", 1), ("known", 1)] {
        let line = format!("toend_evidence_total{{outcome=\"{outcome}\"}} {count}");
        assert!(figures.contains(&line), "{figures}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_proves_nothing_is_refused_before_cometbft_hears_of_it() {
    let yard = yard().await;
    let comet = Comet::answering(TAKEN);
    let porch = yard.accusing(comet.engine(), yard.ledger()).await;
    let honest = evidence(yard.ledger().as_ref());
    let bent = |bend: &dyn Fn(&mut EvidenceFile)| {
        let mut file = honest.clone();
        bend(&mut file);
        file
    };
    let other = [
        bent(&|file| file.network.net = [9; 32]),
        bent(&|file| file.network.chain_id = "another-chain".to_owned()),
    ];
    for file in &other {
        assert_eq!(outcome(&porch, 2, file).await, EvidenceOutcome::OtherLedger);
    }
    let nothing = [
        // A signature that is none.
        bent(&|file| sides(file).1.signed_header.commit.signatures[0].signature = [7; 64]),
        // One of four signed.
        bent(&|file| {
            let votes = &mut sides(file).1.signed_header.commit.signatures;
            votes[1..].fill(CommitSig::ABSENT);
        }),
        // Signatures of another page.
        bent(&|file| sides(file).1.signed_header.header.app_hash[0] ^= 1),
        // The page before is not the ledger's.
        bent(&|file| *sides(file).0 = fork(sides(file).0, None)),
        // Not before.
        bent(&|file| *sides(file).0 = sides(file).2.clone()),
        // Nobody is accused of the ledger's own page.
        bent(&|file| *sides(file).1 = sides(file).2.clone()),
        // Two heights.
        bent(&|file| *sides(file).2 = sides(file).0.clone()),
        // Links carry no signatures.
        bent(&|file| {
            let (common, first, _) = sides(file);
            file.conflict = Conflict::Links {
                upper: Box::new(first.header().clone()),
                lower: Box::new(common.header().clone()),
            };
        }),
    ];
    for (n, file) in (20..).zip(&nothing) {
        assert_eq!(outcome(&porch, n, file).await, EvidenceOutcome::NotEvidence);
    }
    for body in [
        &b""[..],
        b"{",
        b"null",
        b"{\"format\":\"toend-evidence/9\"}",
    ] {
        let answer = post(&porch, 3, body.to_vec()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let answer: EvidenceAnswer = answer.json().await.unwrap();
        assert_eq!(answer.is, EvidenceOutcome::NotEvidence);
    }
    assert_eq!(comet.asked(), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_of_a_gateway_are_not_for_validators() {
    let yard = yard().await;
    let porch = yard.plain().await;
    let answer = FilingAnswer {
        commitment: B64(vec![1; 32]),
        outcome: FilingOutcome::Taken,
        height: 0,
        gateway: 0,
        tip_height: 9,
        tip_hash: B64(vec![1; 32]),
        signature: B64(vec![0; 64]),
    };
    let file = EvidenceFile {
        format: FORMAT_ANSWERS.to_owned(),
        conflict: Conflict::Answers {
            key: GatewayKey::Genesis { file: B64(vec![]) },
            first: answer.clone(),
            second: answer,
        },
        ..evidence(yard.ledger().as_ref())
    };
    assert_eq!(
        outcome(&porch, 2, &file).await,
        EvidenceOutcome::NotForValidators
    );
    // The embedded network's gateways have no CometBFT to give anything to.
    let fork = evidence(yard.ledger().as_ref());
    assert_eq!(outcome(&porch, 2, &fork).await, EvidenceOutcome::NoEngine);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_or_too_new_or_cannot_be_given_now_is_said() {
    let yard = yard().await;
    let honest = evidence(yard.ledger().as_ref());
    let old = r#"{"error":{"message":"Internal error","data":"failed to add evidence: evidence from height 2 is too old; min height is 9. Evidence: …"}}"#;
    let other = r#"{"error":{"message":"Internal error","data":"failed to add evidence: wrong signature. Evidence: …"}}"#;
    for (answer, expected) in [
        (old, EvidenceOutcome::TooOld),
        (other, EvidenceOutcome::NotEvidence),
    ] {
        let comet = Comet::answering(answer);
        let porch = yard.accusing(comet.engine(), yard.ledger()).await;
        assert_eq!(outcome(&porch, 2, &honest).await, expected);
        assert_eq!(comet.asked().len(), 1);
    }
    let comet = Comet::answering(TAKEN);
    let young = Arc::new(Young {
        inner: yard.ledger(),
        from: 3,
    });
    let porch = yard.accusing(comet.engine(), young).await;
    assert_eq!(outcome(&porch, 2, &honest).await, EvidenceOutcome::TooOld);
    let mut early = honest.clone();
    let (_, first, second) = sides(&mut early);
    for block in [first, second] {
        block.signed_header.header.height = 1_000_000;
    }
    let answer = post(&porch, 2, early.encode().unwrap()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "code": "no_ledger" })
    );
    assert_eq!(comet.asked(), Vec::<Value>::new());
    let nobody = CometRpc::new("http://127.0.0.1:1").unwrap();
    let porch = yard.accusing(Engine::new(nobody), yard.ledger()).await;
    let answer = post(&porch, 2, honest.encode().unwrap()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "code": "busy" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_has_a_bound_in_size_and_a_share_of_its_own() {
    let yard = yard().await;
    let porch = yard.plain().await;
    let long = post(&porch, 2, vec![b' '; MAX_EVIDENCE_REQUEST + 1]).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let mut slowed = false;
    for _ in 0..16 {
        let answer = post(&porch, 9, b"{}".to_vec()).await;
        slowed |= answer.status() == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(slowed);
    let other = post(&porch, 10, b"{}".to_vec()).await;
    assert_eq!(other.status(), StatusCode::OK);
    // Whoever has used up this share still reads.
    let tip = client_at(9).get(porch.url("/v1/tip")).send().await.unwrap();
    assert_eq!(tip.status(), StatusCode::OK);
}
