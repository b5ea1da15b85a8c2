//! The whole path on the embedded demonstration network: card, PIN1, lists, proofs, files.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use toend_client::dto::{
    AnswerKind, CheckState, Language, LedgerState, Outcome, PinKind, RecordList, RegisterId,
    Session, SubjectRef, Verdict,
};
use toend_client::{CardSource, Client, Config, DEMO_READER, Event, NetworkSource, Pin};
use tokio::sync::broadcast::error::TryRecvError;
use zeroize::Zeroizing;

async fn start(folder: &Path) -> Client {
    let config = Config::new(
        folder.to_path_buf(),
        NetworkSource::Embedded,
        CardSource::DemoOnly,
    );
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
        assert_eq!(
            row.verdict.verdict,
            Verdict::Proven,
            "{} {:?}",
            row.id,
            row.verdict
        );
    }
    assert_eq!(list.ledger_count, Some(list.held_count));
}

/// The registers fill themselves at the first start; waits until a list holds at least this many entries.
async fn filled(
    client: &Client,
    register: RegisterId,
    subject: Option<SubjectRef>,
    least: u64,
) -> RecordList {
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
    let kinds = health
        .rows
        .iter()
        .fold(BTreeMap::new(), |mut kinds: BTreeMap<&str, u32>, row| {
            *kinds.entry(row.schema.as_str()).or_default() += 1;
            kinds
        });
    assert!(kinds["visit"] >= 12 && kinds["lab"] >= 40, "{kinds:?}");
    let tax = filled(&client, RegisterId::Tax, None, 1).await;
    assert_all_proven(&tax);

    let visit = health
        .rows
        .iter()
        .find(|row| row.schema == "visit" && !row.superseded)
        .unwrap();
    let view = client.record(&visit.id).await.unwrap();
    assert!(view.fields.len() > 20);
    let proof = client.proof(&visit.id).await.unwrap();
    let ids: Vec<&str> = proof.checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["unchanged", "complete", "current", "signed", "here"]);
    assert!(
        proof
            .checks
            .iter()
            .all(|check| check.state == CheckState::Fits),
        "{:?}",
        proof.checks
    );
    let numbers = proof.numbers.unwrap();
    assert!(
        numbers
            .signers
            .iter()
            .filter(|signer| signer.signed)
            .count()
            >= 3
    );
    assert!(
        !proof.raw.contains("47101010033"),
        "the raw proof names nobody"
    );

    let lab = health
        .rows
        .iter()
        .find(|row| row.schema == "lab" && row.fields["loinc"] == hba1c())
        .unwrap();
    assert!(client.record(&lab.id).await.unwrap().series.len() > 3);

    for row in [visit, lab] {
        for language in [Language::Et, Language::En, Language::Ru] {
            let file = client.save_proof(&row.id, None, language).await.unwrap();
            let report = client.check_bytes(file.clone()).await.unwrap();
            assert_eq!(
                (report.outcome, report.reason.as_str()),
                (Outcome::TotalPassed, "OK")
            );
            assert_eq!(report.issuer.answer, AnswerKind::Yes);
            assert_eq!(report.audience.answer, AnswerKind::CannotTell);
            let current = if row.schema == "visit" {
                AnswerKind::Yes
            } else {
                AnswerKind::CannotTell
            };
            assert_eq!(report.current.answer, current);
            assert!(
                !String::from_utf8_lossy(&file).contains("47101010033"),
                "nobody's code is in it"
            );
        }
    }
    let few = client
        .save_proof(&visit.id, Some(&["date".to_owned()]), Language::En)
        .await
        .unwrap();
    let report = client.check_bytes(few).await.unwrap();
    assert_eq!(report.statements[0].fields.len(), 1);
    assert_eq!(
        client
            .save_proof(&visit.id, Some(&["no_such".to_owned()]), Language::En)
            .await
            .unwrap_err()
            .code,
        "E70"
    );

    // Card out: nobody is signed in, and no list can be had any more.
    client.insert_demo_card(None).await.unwrap();
    assert!(client.session().is_none());
    assert_eq!(
        client
            .list(RegisterId::Health, None)
            .await
            .unwrap_err()
            .code,
        "E69"
    );
    // Older events may have been dropped by now: nobody took them.
    let mut ended = false;
    loop {
        match events.try_recv() {
            Ok(event) => ended |= matches!(event, Event::Session(None)),
            Err(TryRecvError::Lagged(_)) => {}
            Err(_) => break,
        }
    }
    assert!(ended, "the screen was told");
    client.shutdown().await;
}

fn hba1c() -> toend_client::dto::FieldValue {
    toend_client::dto::FieldValue::Code("59261-8".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_sees_her_company_whole() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    let session = sign_in(&client, "mari-liis").await;
    let company = session
        .subjects
        .iter()
        .find(|subject| subject.kind == "company")
        .cloned();
    let company = if let Some(company) = company {
        company
    } else {
        // The first start was still filling the registers.
        filled(&client, RegisterId::Business, None, 1).await;
        SubjectRef::company("EE", "19999012", String::new())
    };
    let list = filled(&client, RegisterId::Business, Some(company), 10).await;
    assert_all_proven(&list);
    assert_eq!(
        list.subject.name, "Sälk ja Pügal OÜ",
        "the name comes from the proven registry card"
    );
    let old = list.rows.iter().find(|row| row.superseded).unwrap();
    let versions = client.record(&old.id).await.unwrap().versions;
    assert!(versions.len() >= 2 && versions.iter().filter(|version| version.current).count() == 1);
    // An older version is history that no head names, so it cannot be proven to somebody else.
    assert_eq!(
        client
            .save_proof(&old.id, None, Language::En)
            .await
            .unwrap_err()
            .code,
        "E70"
    );
    let none = SubjectRef::company("EE", "19999041", String::new());
    let unknown = client.list(RegisterId::Business, Some(none)).await.unwrap();
    assert!(
        unknown.ledger_count.is_none() || unknown.rows.is_empty(),
        "an unknown company is never a clean one"
    );
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_costs_one_try_and_a_wrong_form_none() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    client.insert_demo_card(Some("igor")).await.unwrap();
    assert_eq!(
        Pin::new(Zeroizing::new("12a4".to_owned()))
            .unwrap_err()
            .code,
        "E12"
    );
    let error = client.sign_in(DEMO_READER, pin("9999")).await.unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.params["left"].as_str()),
        ("E08", "2")
    );
    assert_eq!(
        client
            .pin_context(DEMO_READER, PinKind::Pin1)
            .await
            .unwrap()
            .card
            .pin1
            .left,
        2
    );
    assert_eq!(
        client
            .sign_in(DEMO_READER, pin("9999"))
            .await
            .unwrap_err()
            .code,
        "E09"
    );
    assert_eq!(
        client
            .sign_in(DEMO_READER, pin("9999"))
            .await
            .unwrap_err()
            .code,
        "E10"
    );
    assert_eq!(
        client
            .pin_context(DEMO_READER, PinKind::Pin1)
            .await
            .unwrap_err()
            .code,
        "E10"
    );
    assert_eq!(
        client
            .sign_in(DEMO_READER, pin("1234"))
            .await
            .unwrap_err()
            .code,
        "E10"
    );
    assert!(client.session().is_none());
    assert_eq!(
        client
            .sign_in("no such reader", pin("1234"))
            .await
            .unwrap_err()
            .blame,
        toend_client::dto::Blame::Computer
    );
    client.shutdown().await;
}

/// The store's sealed rows, as they lie on the disk.
fn stored(folder: &Path) -> Vec<u8> {
    std::fs::read_dir(folder.join("client"))
        .unwrap()
        // The database's own files of the moment may be gone again.
        .filter_map(|entry| std::fs::read(entry.unwrap().path()).ok())
        .flatten()
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_lists_are_proven_again_offline_and_open_with_their_card_only() {
    let folder = tempfile::tempdir().unwrap();
    let client = start(folder.path()).await;
    sign_in(&client, "mari-liis").await;
    let before = filled(&client, RegisterId::Health, None, 50).await;
    let network = client.network().encode();
    client.shutdown().await;
    drop(client);
    let disk = stored(folder.path());
    for secret in ["47101010033", "Metformiin", "TWV0Zm9ybWlpbi", "MÄNNIK"] {
        assert!(!holds(&disk, secret), "{secret} is on the disk");
    }

    // No gateway answers any more: only the network file, the store and the card are left.
    let config = Config::new(
        folder.path().to_path_buf(),
        NetworkSource::Bytes(network),
        CardSource::DemoOnly,
    );
    let offline = Client::start(config.clone()).await.unwrap();
    let session = sign_in(&offline, "mari-liis").await;
    assert_eq!(session.failed.len(), 3);
    assert!(
        session.failed.iter().all(|error| error.code == "E29"),
        "{:?}",
        session.failed
    );
    assert!(session.previous_visit_ms.is_some());
    let list = offline.list(RegisterId::Health, None).await.unwrap();
    assert!(!list.answered);
    assert_eq!(
        list.problems
            .iter()
            .map(|problem| problem.code.as_str())
            .collect::<Vec<_>>(),
        ["E29"]
    );
    assert_eq!(
        list.rows, before.rows,
        "the same verdicts and the same words"
    );
    assert_eq!(list.as_of_height, before.as_of_height);
    let proven = list
        .rows
        .iter()
        .find(|row| row.schema == "visit" && !row.superseded)
        .unwrap();
    let file = offline
        .save_proof(&proven.id, None, Language::En)
        .await
        .unwrap();
    assert_eq!(
        offline.check_bytes(file).await.unwrap().outcome,
        Outcome::TotalPassed
    );
    let tax = offline.list(RegisterId::Tax, None).await.unwrap();
    assert_eq!(
        (tax.ledger_count, tax.answered),
        (None, false),
        "never 0 for a register that did not answer"
    );

    // Another person's card opens nothing of it.
    sign_in(&offline, "igor").await;
    let other = offline.list(RegisterId::Health, None).await.unwrap();
    assert_eq!((other.ledger_count, other.rows.len()), (None, 0));
    offline.shutdown().await;
    drop(offline);

    // A byte changed on the disk: the saved copy stays closed, nothing is shown.
    let store = toend_client::store::Store::open(&folder.path().join("client")).unwrap();
    store
        .with(|connection| {
            connection.execute("UPDATE sealed SET body = CAST(body || x'00' AS BLOB)", [])?;
            Ok(())
        })
        .unwrap();
    drop(store);
    let offline = Client::start(config).await.unwrap();
    sign_in(&offline, "mari-liis").await;
    assert_eq!(
        offline.list(RegisterId::Health, None).await.unwrap().rows,
        []
    );
    offline.forget_everything().await.unwrap();
    assert!(offline.session().is_none());
    offline.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_shared_computer_nothing_private_touches_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(
        folder.path().to_path_buf(),
        NetworkSource::Embedded,
        CardSource::DemoOnly,
    );
    config.shared_computer = Some(true);
    let client = Client::start(config).await.unwrap();
    sign_in(&client, "mari-liis").await;
    filled(&client, RegisterId::Health, None, 50).await;
    client.shutdown().await;
    drop(client);
    let store = toend_client::store::Store::open(&folder.path().join("client")).unwrap();
    let rows: i64 = store
        .with(|connection| {
            Ok(connection.query_row("SELECT count(*) FROM sealed", [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_uses_the_first_ones_network_and_takes_it_over() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await;
    let second = start(folder.path()).await;
    first.ready().await.unwrap();
    second.ready().await.unwrap();
    sign_in(&first, "mari-liis").await;
    sign_in(&second, "igor").await;
    assert_all_proven(&filled(&first, RegisterId::Health, None, 50).await);
    filled(&second, RegisterId::Health, None, 1).await;
    first.shutdown().await;
    drop(first);
    // The second runs the network from now on; its people sign in again.
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let session = second.sign_in(DEMO_READER, pin("1234")).await.unwrap();
        if session.failed.is_empty() {
            break;
        }
    }
    let list = filled(&second, RegisterId::Health, None, 1).await;
    assert_all_proven(&list);
    second.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_made_anew_and_said_and_progress_ends_at_done() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("client")).unwrap();
    std::fs::write(
        folder.path().join("client").join(toend_client::store::FILE),
        vec![7; 9000],
    )
    .unwrap();
    let client = start(folder.path()).await;
    assert_eq!(client.status().notices[0].code, "E56");
    client.ready().await.unwrap();
    loop {
        let status = client.status();
        if status.ledger.state == LedgerState::UpToDate
            && status.sync.phase == toend_client::dto::SyncPhase::Done
            && status.ledger.cross_checked.len() == 3
            && status
                .authorities
                .iter()
                .all(|authority| authority.answering)
        {
            assert_eq!(status.sync.done, status.sync.total);
            assert_eq!(status.ledger.words.len(), 10);
            assert!(
                status
                    .authorities
                    .iter()
                    .all(|authority| authority.recent.last() == Some(&true))
            );
            assert!(status.demonstration && status.registers.len() == 3);
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let text = client.diagnostics();
    assert!(text.contains("health-house") && !text.contains("47101010033"));
    let mut settings = client.settings().await.unwrap();
    settings.language = Language::Ru;
    client.set_settings(settings).await.unwrap();
    client.sync_pause(true).await.unwrap();
    client.shutdown().await;
    drop(client);
    let again = start(folder.path()).await;
    assert_eq!(again.settings().await.unwrap().language, Language::Ru);
    assert_eq!(again.status().notices, []);
    again.shutdown().await;
}
