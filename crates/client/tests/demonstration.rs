//! The whole path on the embedded demonstration network: card, PIN1, lists, proofs, files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toend_client::dto::{
    AnswerKind, CheckState, Language, LedgerState, Outcome, PinKind, RecordList, RegisterId, Session, SubjectRef, Verdict,
};
use toend_client::{CardSource, Client, Config, DEMO_READER, Event, NetworkSource, Pin};
use zeroize::Zeroizing;

async fn start(folder: &Path) -> Client {
    let config = Config::new(folder.to_path_buf(), NetworkSource::Embedded, CardSource::DemoOnly);
    Client::start(config).await.unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::new(Zeroizing::new(text.to_owned())).unwrap()
}

async fn sign_in(client: &Client, card: &str) -> Session {
    client.insert_demo_card(Some(card)).await.unwrap();
    client.sign_in(DEMO_READER, pin("1234")).await.unwrap()
}

fn assert_all_proven(list: &RecordList) {
    assert_eq!(list.problems, [], "{:?}", list.register);
    for row in &list.rows {
        assert_eq!(row.verdict.verdict, Verdict::Proven, "{} {:?}", row.id, row.verdict);
    }
    assert_eq!(list.ledger_count, Some(list.held_count));
}

/// The registers fill themselves at the first start; waits until a list holds at least this many entries.
async fn filled(client: &Client, register: RegisterId, subject: Option<SubjectRef>, least: u64) -> RecordList {
    loop {
        let list = client.refresh(register, subject.clone()).await.unwrap();
        if list.ledger_count.unwrap_or(0) >= least && list.rows.iter().all(|row| row.n > 0) {
            return list;
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_sees_proven_records_saves_one_and_anybody_can_check_it() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    client.ready().await.unwrap();
    let mut events = client.subscribe();
    let session = sign_in(&client, "mari-liis").await;
    assert_eq!(session.failed, []);
    assert_eq!(session.subjects[0].code, "47101010033");

    let health = filled(&client, RegisterId::Health, None, 50).await;
    assert_all_proven(&health);
    let kinds = health.rows.iter().fold(BTreeMap::new(), |mut kinds: BTreeMap<&str, u32>, row| {
        *kinds.entry(row.schema.as_str()).or_default() += 1;
        kinds
    });
    assert!(kinds["visit"] >= 12 && kinds["lab"] >= 40, "{kinds:?}");
    let tax = filled(&client, RegisterId::Tax, None, 1).await;
    assert_all_proven(&tax);

    let visit = health.rows.iter().find(|row| row.schema == "visit" && !row.superseded).unwrap();
    let view = client.record(&visit.id).await.unwrap();
    assert!(view.fields.len() > 20);
    let proof = client.proof(&visit.id).await.unwrap();
    let ids: Vec<&str> = proof.checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["unchanged", "complete", "current", "signed", "here"]);
    assert!(proof.checks.iter().all(|check| check.state == CheckState::Fits), "{:?}", proof.checks);
    let numbers = proof.numbers.unwrap();
    assert!(numbers.signers.iter().filter(|signer| signer.signed).count() >= 3);
    assert!(!proof.raw.contains("47101010033"), "the raw proof names nobody");

    let lab = health.rows.iter().find(|row| row.schema == "lab" && row.fields["loinc"] == hba1c()).unwrap();
    assert!(client.record(&lab.id).await.unwrap().series.len() > 3);

    for row in [visit, lab] {
        for language in [Language::Et, Language::En, Language::Ru] {
            let file = client.save_proof(&row.id, None, language).await.unwrap();
            let report = client.check_bytes(file.clone()).await.unwrap();
            assert_eq!((report.outcome, report.reason.as_str()), (Outcome::TotalPassed, "OK"));
            assert_eq!(report.issuer.answer, AnswerKind::Yes);
            assert_eq!(report.audience.answer, AnswerKind::CannotTell);
            let current = if row.schema == "visit" { AnswerKind::Yes } else { AnswerKind::CannotTell };
            assert_eq!(report.current.answer, current);
            assert!(!String::from_utf8_lossy(&file).contains("47101010033"), "nobody's code is in it");
        }
    }
    let few = client.save_proof(&visit.id, Some(&["date".to_owned()]), Language::En).await.unwrap();
    let report = client.check_bytes(few).await.unwrap();
    assert_eq!(report.statements[0].fields.len(), 1);
    assert_eq!(client.save_proof(&visit.id, Some(&["no_such".to_owned()]), Language::En).await.unwrap_err().code, "E70");

    // Card out: nobody is signed in, and no list can be had any more.
    client.insert_demo_card(None).await.unwrap();
    assert!(client.session().is_none());
    assert_eq!(client.list(RegisterId::Health, None).await.unwrap_err().code, "E69");
    let mut ended = false;
    while let Ok(event) = events.try_recv() {
        ended |= matches!(event, Event::Session(None));
    }
    assert!(ended, "the screen was told");
    client.shutdown().await;
}

fn hba1c() -> toend_client::dto::FieldValue {
    toend_client::dto::FieldValue::Code("59261-8".to_owned())
}
