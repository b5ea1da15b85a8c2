//! A register that lies about a person's list, signs every lie with its own answer key, and stands on the real network.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use toend_client::dto::{RecordList, RecordRow, RegisterId, Verdict};
use toend_client::{CardSource, Client, Config, DEMO_READER, NetworkSource, Pin};
use toend_ledger::gateway::{MAX_ANSWER, signing_bytes};
use toend_ledger::hash::Hash;
use toend_ledger::network::NetworkFile;
use toend_ledger::subject::Subject;
use toend_node::authority::keys;
use toend_node::demo::{IGOR, MARI};
use toend_node::testnet::{CONFIG, folder_of};
use toend_testkit::{Fault, Stage};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use crate::network::Net;

/// How long the client may take to see what it must.
const PATIENCE: Duration = Duration::from_secs(120);
/// The demonstration's persons, and the names of their cards.
const PEOPLE: [(&str, &str); 2] = [(MARI, "mari-liis"), (IGOR, "igor")];

/// Stands between people and the authority that keeps the health register.
#[derive(Clone)]
struct Liar {
    upstream: String,
    net: Hash,
    key: Arc<SigningKey>,
    fault: Arc<Mutex<Fault>>,
    /// Whose list is asked for, and the last honest answer.
    subject: Arc<Mutex<Option<Subject>>>,
    captured: Arc<Mutex<Value>>,
    http: reqwest::Client,
}

impl Liar {
    fn tell(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// The answer with the fault in it, signed anew by the register.
    fn lied(&self, request: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut signed: Value = serde_json::from_slice(bytes).ok()?;
        let decode = |value: &Value| STANDARD.decode(value.as_str()?).ok();
        let mut answer: Value = serde_json::from_slice(&decode(&signed["answer"])?).ok()?;
        let fault = self.fault.lock().unwrap().clone();
        if fault == Fault::None {
            *self.captured.lock().unwrap() = answer;
            return Some(bytes.to_vec());
        }
        fault.on_list(&mut answer);
        let answer = serde_json::to_vec(&answer).ok()?;
        let mut request = request.as_bytes().to_vec();
        request.push(b'\n');
        request.extend(self.subject.lock().unwrap().as_ref()?.encode());
        let reg = u16::try_from(signed["reg"].as_u64()?).ok()?;
        let height: u64 = signed["tip_height"].as_str()?.parse().ok()?;
        let tip: Hash = decode(&signed["tip_hash"])?.try_into().ok()?;
        let message = signing_bytes(&self.net, reg, &request, &answer, height, &tip);
        signed["answer"] = json!(STANDARD.encode(answer));
        signed["signature"] = json!(STANDARD.encode(self.key.sign(&message).to_bytes()));
        serde_json::to_vec(&signed).ok()
    }
}

async fn handle(State(liar): State<Liar>, request: Request) -> Response<Body> {
    let target = request.uri().path_and_query();
    let target = target.map_or_else(String::new, ToString::to_string);
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_ANSWER).await.unwrap();
    let url = format!("{}{target}", liar.upstream);
    let mut asked = liar.http.request(parts.method.clone(), url).body(body);
    for (name, value) in &parts.headers {
        if ![header::HOST, header::CONTENT_LENGTH].contains(name) {
            asked = asked.header(name, value);
        }
    }
    let nothing = |status: StatusCode| {
        let body = Body::from(r#"{"code":"busy"}"#);
        Response::builder().status(status).body(body).unwrap()
    };
    let Ok(answer) = asked.send().await else {
        return nothing(StatusCode::BAD_GATEWAY);
    };
    let status = answer.status();
    let mut bytes = answer.bytes().await.unwrap_or_default().to_vec();
    if target.contains("/list?") && status.is_success() {
        match liar.lied(&format!("{} {target}", parts.method), &bytes) {
            Some(lied) => bytes = lied,
            None => return nothing(StatusCode::BAD_GATEWAY),
        }
    }
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(bytes))
        .unwrap()
}

#[test]
fn a_register_that_lies_about_a_list_is_named_for_what_it_does() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let Some(net) = Net::start_with(true, 0, None, |path| reached_at(path, &origin)) else {
        return;
    };
    let key = folder_of(&net.path(), 0).join("keys").join("answer.key");
    let liar = Liar {
        upstream: net.gateway_url(0),
        net: net.network_file().net,
        key: Arc::new(SigningKey::from_bytes(&keys::read(&key).unwrap())),
        fault: Arc::new(Mutex::new(Fault::None)),
        subject: Arc::default(),
        captured: Arc::default(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    };
    let routes = Router::new().fallback(handle).with_state(liar.clone());
    runtime.spawn(async move { axum::serve(listener, routes).await });
    runtime.block_on(lies(&net, &liar, &origin));
}

/// People reach the first authority's gateway at this origin, and sign in there.
fn reached_at(network: &Path, origin: &str) {
    let file = folder_of(network, 0).join(CONFIG);
    let text = std::fs::read_to_string(&file).unwrap();
    let own = text
        .lines()
        .find(|line| line.starts_with("origin = "))
        .unwrap();
    let text = text.replace(own, &format!("origin = \"{origin}\""));
    std::fs::write(file, text).unwrap();
}

async fn lies(net: &Net, liar: &Liar, origin: &str) {
    let mut file = net.network_file();
    origin.clone_into(&mut file.authorities[0].gateway);
    let elsewhere = of_another_network(net).await;
    let client = client(net, "client", &file).await;
    sign_in(&client, liar, 1).await;
    let igors = honest(&client).await;
    let foreign = liar.captured.lock().unwrap().clone();
    client.sign_out().await;

    sign_in(&client, liar, 0).await;
    let truth = honest(&client).await;
    let own = liar.captured.lock().unwrap().clone();
    let last = truth.held_count;
    let entry = |n: u64| -> Value {
        let all = own["entries"].as_array().unwrap();
        let found = all.iter().find(|one| one["n"] == n.to_string().as_str());
        found.unwrap().clone()
    };
    let other = Fault::OtherRecord {
        n: 2,
        contents: entry(last),
    };
    let cases = [
        (
            Fault::DropEntry { n: 2 },
            ("E32", "withheld"),
            Some((2, Verdict::Withheld)),
        ),
        (
            Fault::DropEntryAndProof { n: 14 },
            ("E32", "withheld"),
            Some((14, Verdict::Withheld)),
        ),
        // Whoever shows fewer must leave out what shows that there are no more.
        (Fault::Shorten { count: 2 }, ("E35", "proofInvalid"), None),
        (Fault::Replay(foreign), ("E36", "otherSubject"), None),
        (
            other,
            ("E31", "contentMismatch"),
            Some((2, Verdict::Altered)),
        ),
        (Fault::Replay(elsewhere), ("E35", "proofInvalid"), None),
    ];
    for (fault, problem, row) in cases {
        let what = format!("{fault:?}");
        let what = what.get(..60).unwrap_or(&what);
        liar.tell(fault.clone());
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        assert_eq!(problems(&list).first(), Some(&problem), "{what}");
        // What was verified before stays known, and nothing is shown but what was.
        assert_eq!(list.ledger_count, Some(last), "{what}");
        nothing_false(&list, &truth, what);
        if let Some((n, verdict)) = row {
            let shown = list.rows.iter().find(|row| row.n == n).unwrap();
            assert_eq!(shown.verdict.verdict, verdict, "{what}");
            assert!(shown.fields.is_empty(), "{what}");
        }
        let his = igors.rows.iter().map(|row| &row.fields);
        let hers: Vec<_> = truth.rows.iter().map(|row| &row.fields).collect();
        for fields in his.filter(|fields| !fields.is_empty() && !hers.contains(fields)) {
            assert!(list.rows.iter().all(|row| row.fields != *fields), "{what}");
        }
        never_seen(net, &file, liar, fault, what).await;
        liar.tell(Fault::None);
        honest(&client).await;
    }
    rolled_back(net, liar, &client, own, &truth).await;
    client.shutdown().await;
}

/// A computer that never saw the list: nothing is known now, which is not the same as no records.
async fn never_seen(net: &Net, file: &NetworkFile, liar: &Liar, fault: Fault, what: &str) {
    if !matches!(fault, Fault::Shorten { .. } | Fault::Replay(_)) {
        return;
    }
    let client = client(net, "another client", file).await;
    sign_in(&client, liar, 0).await;
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert!(!list.problems.is_empty(), "{what}");
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0), "{what}");
    client.forget_everything().await.unwrap();
    client.shutdown().await;
}

/// The register seals one entry more and goes on answering as before.
async fn rolled_back(net: &Net, liar: &Liar, client: &Client, own: Value, truth: &RecordList) {
    let input = net.scratch().join("visits.csv");
    let line = format!("{MARI},new,,,Visiit,2026-11-22");
    let head = "subject.code,record.key,record.version,record.ended,title,date";
    std::fs::write(&input, format!("{head}\n{line}\n")).unwrap();
    net.hold(0);
    let taken = Command::new(net.own_program())
        .args(["register", "import", "--schema", "visit", "--config"])
        .arg(folder_of(&net.path(), 0).join(CONFIG))
        .arg("--input")
        .arg(&input)
        .output()
        .unwrap();
    assert!(taken.status.success(), "{taken:?}");
    net.release(0);
    let last = truth.held_count;
    until("the new entry", async || {
        // The register begins anew, and with it its memory of who signed in.
        client.sign_out().await;
        let pin = Pin::new(Zeroizing::new(toend_id_card::demo::PIN1.to_owned())).unwrap();
        if client.sign_in(DEMO_READER, pin).await.is_err() {
            return false;
        }
        let list = client.refresh(RegisterId::Health, None).await;
        list.is_ok_and(|list| list.held_count == last + 1)
    })
    .await;
    liar.tell(Fault::Replay(own));
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list).first(), Some(&("E33", "rolledBack")));
    assert_eq!(list.ledger_count, Some(last + 1), "what was verified stays");
    liar.tell(Fault::None);
}

/// The same person's list with all its proofs, from a network that is not this one.
async fn of_another_network(net: &Net) -> Value {
    let folder = net.scratch().join("elsewhere");
    let stage = Stage::open(&folder.join("network"), true).await;
    stage.serves(&Subject::person("EE", MARI).unwrap());
    let file = NetworkFile::decode(&stage.network_file()).unwrap();
    let client = client(net, "elsewhere/client", &file).await;
    client.insert_demo_card(Some(PEOPLE[0].1)).await.unwrap();
    let pin = Zeroizing::new(toend_id_card::demo::PIN1.to_owned());
    client
        .sign_in(DEMO_READER, Pin::new(pin).unwrap())
        .await
        .unwrap();
    honest(&client).await;
    client.shutdown().await;
    stage.captured(0)
}

async fn client(net: &Net, name: &str, file: &NetworkFile) -> Client {
    let source = NetworkSource::Bytes(file.encode());
    let config = Config::new(net.scratch().join(name), source, CardSource::DemoOnly);
    let client = Client::start(config).await.unwrap();
    client.ready().await.unwrap();
    client
}

async fn sign_in(client: &Client, liar: &Liar, person: usize) {
    let (code, card) = PEOPLE[person];
    *liar.subject.lock().unwrap() = Some(Subject::person("EE", code).unwrap());
    client.insert_demo_card(Some(card)).await.unwrap();
    let pin = Zeroizing::new(toend_id_card::demo::PIN1.to_owned());
    client
        .sign_in(DEMO_READER, Pin::new(pin).unwrap())
        .await
        .unwrap();
}

/// The list while its register is honest: all of it is proven.
async fn honest(client: &Client) -> RecordList {
    let mut found = None;
    until("an honest list", async || {
        let list = client.refresh(RegisterId::Health, None).await;
        found = list
            .ok()
            .filter(|list| list.problems.is_empty() && list.held_count > 3);
        found.is_some()
    })
    .await;
    let list = found.unwrap();
    assert_eq!(list.ledger_count, Some(list.held_count));
    assert!(
        list.rows
            .iter()
            .all(|row| row.verdict.verdict == Verdict::Proven)
    );
    list
}

/// What is called proven is what the honest register told; of everything else no words are shown.
fn nothing_false(list: &RecordList, truth: &RecordList, what: &str) {
    let told = |row: &RecordRow| (row.schema.clone(), row.version, row.fields.clone());
    for row in &list.rows {
        if row.verdict.verdict == Verdict::Proven {
            let honest = truth.rows.iter().find(|other| other.id == row.id).unwrap();
            assert_eq!(told(row), told(honest), "{what}");
        } else {
            assert!(row.fields.is_empty() && row.schema.is_empty(), "{what}");
        }
    }
}

fn problems(list: &RecordList) -> Vec<(&str, &str)> {
    list.problems
        .iter()
        .map(|one| {
            let reason = one.params.get("reason").map_or("", String::as_str);
            (one.code.as_str(), reason)
        })
        .collect()
}

async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !so().await {
        assert!(Instant::now() < end, "{what} never came");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
