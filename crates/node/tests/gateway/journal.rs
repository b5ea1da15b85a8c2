//! The log, as verbose as it gets: people sign in, read lists, are refused and file, and nothing of it is written down but
//! routes, statuses and times.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use toend_ledger::gateway::{ListAnswer, Login, Signed};
use toend_node::demo;
use toend_node::journal::{Form, Level, journal};
use toend_node::ledger::Ledger as _;

use crate::common;
use crate::desk::{BUSINESS, Desk, HEALTH, TAX, igor, list_path, mari, stranger, token};

/// Where the log goes. It holds what all tests of this program cause.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// In every form in which bytes could have been written.
fn forms(bytes: &[u8]) -> [String; 4] {
    [
        hex::encode(bytes),
        hex::encode_upper(bytes),
        STANDARD.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_nothing_about_anybody() {
    let paper = Paper::default();
    let writer = paper.clone();
    let journal = journal(Level::Info, Form::Json, false, move || writer.clone());
    tracing::subscriber::set_global_default(journal).unwrap();
    let desk = Desk::open().await;
    let mut secrets: Vec<String> = ["47101010033", "37101010021", "38301105216", demo::COMPANY]
        .map(str::to_owned)
        .to_vec();
    for name in ["mari-liis", "igor"] {
        let persona = toend_id_card::demo::find(name).unwrap().persona;
        secrets.extend([
            persona.surname,
            persona.given_names,
            persona.document_number,
        ]);
    }
    for (gateway, card) in [
        (HEALTH, mari()),
        (TAX, mari()),
        (HEALTH, igor()),
        (HEALTH, stranger()),
    ] {
        let session = desk.sign_in(gateway, card).await;
        for reg in [gateway as u16 + 1, 3] {
            let response = desk.get(gateway, &list_path(reg, 0), Some(&session)).await;
            if !response.status().is_success() {
                continue;
            }
            let signed: Signed = response.json().await.unwrap();
            let answer: ListAnswer = serde_json::from_slice(&signed.answer.0).unwrap();
            secrets.extend(forms(&answer.list_key.0));
            let ours = answer.entries.iter();
            secrets.extend(ours.flat_map(|entry| forms(&entry.record.0)));
            let states = answer
                .labels
                .iter()
                .filter_map(|one| one.state.value.as_ref());
            secrets.extend(states.flat_map(|value| forms(&value.0[1..33])));
        }
        secrets.push(session);
    }
    // A sign-in that does not hold, with everything else that a token shows.
    let asked = desk.challenge(HEALTH).await;
    let forged = token(mari(), "https://elsewhere.example", &asked.nonce);
    for part in ["signature", "unverifiedCertificate"] {
        secrets.push(forged[part].as_str().unwrap()[..64].to_owned());
    }
    secrets.push(asked.nonce.clone());
    let login = Login {
        nonce: asked.nonce,
        token: forged,
    };
    assert!(!desk.login(HEALTH, &login).await.status().is_success());
    // A company's list, a person's that there is not, and a filing.
    for who in ["company/EE/19999012", "person/EE/47101010033"] {
        let path = format!("/v1/registers/3/public/{who}?nonce=00112233445566778899aabbccddeeff");
        desk.get(BUSINESS, &path, None).await;
    }
    let ledger = desk.network.network().unwrap();
    ledger.submit(common::filing(0, 77)).unwrap();
    assert!(ledger.submit(vec![0; 200]).is_err());
    secrets.extend(forms(&common::commitment(77)));
    let height = ledger.tip().height();
    common::reach(&desk.network, height + 2).await;

    let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let list = lines.iter().find(|line| {
        line["route"] == "/v1/registers/{reg}/list" && line["status"].as_u64() == Some(200)
    });
    assert_eq!(list.unwrap()["level"], "INFO");
    assert!(
        lines
            .iter()
            .any(|line| line["route"] == "/v1/login" && line["status"] == 401)
    );
    let lower = written.to_lowercase();
    for secret in secrets {
        assert!(secret.len() >= 4, "too short to look for");
        assert!(!lower.contains(&secret.to_lowercase()), "{secret}");
    }
}
