//! Figures of registers and gateways, one line each: `cargo run --release -p toend-node --example gateway_figures`.
//!
//! First start with all demonstration data sealed, second start, one list of the citizen's health records, the same with
//! its HTTP request, and the bytes of that answer.

use std::time::{Duration, Instant};

use toend_id_card::demo::{PIN1, find};
use toend_id_card::web_eid::{Origin, Token};
use toend_id_card::{Card, Pin, PinKind};
use toend_ledger::gateway::{Challenge, ListAnswer, Login, SessionAnswer, Signed};
use toend_node::embedded::{self, Config, Embedded};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ROUNDS: usize = 50;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let config = Config {
        data_dir: folder.path().to_path_buf(),
        demo: true,
        population: 0,
    };
    let (first, network) = timed(embedded::start(config.clone())).await;
    network?.shutdown().await;
    let (second, network) = timed(embedded::start(config)).await;
    let network = network?;
    println!("first start, all data sealed and committed   {first:>9.1?}");
    println!("second start                                 {second:>9.1?}");

    let http = reqwest::Client::new();
    let session = sign_in(&network, &http).await?;
    let origin = &network.endpoints().first().ok_or("no gateway")?.gateway;
    let mut times = Vec::new();
    let (mut bytes, mut entries, mut inside) = (0, 0, 0);
    for i in 0..ROUNDS {
        let url = format!("{origin}/v1/registers/1/list?class=0&nonce={i:032}");
        let (time, body) = timed(async {
            http.get(url)
                .bearer_auth(&session)
                .send()
                .await?
                .bytes()
                .await
        })
        .await;
        let body = body?;
        let signed: Signed = serde_json::from_slice(&body)?;
        let answer: ListAnswer = serde_json::from_slice(&signed.answer.0)?;
        (bytes, inside, entries) = (body.len(), signed.answer.0.len(), answer.entries.len());
        times.push(time);
    }
    times.sort();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!(
        "list of {entries} entries with proofs, over HTTP     {median:>9.1?}   (median of {ROUNDS})"
    );
    println!("bytes of that answer                         {bytes:>9}   ({inside} before base64)");
    network.shutdown().await;
    Ok(())
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let outcome = work.await;
    (began.elapsed(), outcome)
}

async fn sign_in(network: &Embedded, http: &reqwest::Client) -> Outcome<String> {
    let origin = &network.endpoints().first().ok_or("no gateway")?.gateway;
    let challenge: Challenge = http
        .post(format!("{origin}/v1/login/challenge"))
        .send()
        .await?
        .json()
        .await?;
    let mut card = Card::open(Box::new(find("mari-liis").ok_or("no card")?.card()?))?;
    let pin = Pin::new(PinKind::Pin1, PIN1)?;
    let token = Token::create(
        &mut card,
        &pin,
        &Origin::parse(&challenge.origin)?,
        &challenge.nonce,
    )?;
    let login = Login {
        nonce: challenge.nonce,
        token: serde_json::from_str(&token.to_text())?,
    };
    let answer: SessionAnswer = http
        .post(format!("{origin}/v1/login"))
        .json(&login)
        .send()
        .await?
        .json()
        .await?;
    Ok(answer.session)
}
