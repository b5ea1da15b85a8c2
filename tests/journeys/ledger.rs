//! The ledger itself: two faces, wrong clocks, a starting point that is too old.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use toend_client::dto::{ClockState, Language, LedgerState, Outcome, RegisterId};
use toend_client::evidence::{self, Judgement, Reason};
use toend_client::store::Store;
use toend_client::{Client, Clock, Event, Surprise};
use toend_ledger::genesis::demo;
use toend_ledger::network::NetworkFile;
use toend_testkit::Fault;

use crate::scene::{HEALTH, LAND, MARI_CARD, Scene, TAX, Truth, problems, sign_in, until};

const DAY_MS: i64 = 86_400_000;

/// Two of the four gateways show another ledger from some block on, signed with the real keys of all four authorities.
#[tokio::test(flavor = "multi_thread")]
async fn fr_8_2_a_forked_ledger_stops_everything_and_the_evidence_is_kept() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let saved = client
        .save_proof(&truth.list.rows[0].id, None, Language::Et)
        .await
        .unwrap();
    let from = scene.stage.ledger().tip().height() + 1;
    for gateway in [TAX, LAND] {
        scene.stage.fault(gateway, Fault::Fork { from });
    }
    let status = until("seeing the fork", async || {
        let status = client.status();
        (status.ledger.state == LedgerState::Attacked).then_some(status)
    })
    .await;
    // No private list is asked for any more, and nothing is shown as if it were current.
    for register in [RegisterId::Health, RegisterId::Tax] {
        assert_eq!(
            client.refresh(register, None).await.unwrap_err().code,
            "E25",
            "{register:?}"
        );
    }
    assert_eq!(client.ready().await.unwrap_err().code, "E25");
    // Frozen: the honest side goes on, this computer does not.
    scene.stage.blocks(5).await;
    let later = client.status();
    assert_eq!(
        (later.ledger.state, later.ledger.height),
        (LedgerState::Attacked, status.ledger.height)
    );
    assert!(
        later.ledger.height < from,
        "nothing above the last common page is used"
    );
    // Files made before rest on pages that both sides share.
    assert_eq!(
        client.check_bytes(saved.clone()).await.unwrap().outcome,
        Outcome::TotalPassed
    );
    client.shutdown().await;

    let evidence = Store::open(&scene.data().join("client"))
        .unwrap()
        .evidence(&demo::net())
        .unwrap();
    assert_eq!(evidence.len(), 1);
    let text = String::from_utf8(evidence[0].1.clone()).unwrap();
    assert!(
        text.contains("common") && !text.contains(toend_node::demo::MARI),
        "{text}"
    );

    // A restart does not forget it, though all gateways are honest again.
    for gateway in [TAX, LAND] {
        scene.stage.fault(gateway, Fault::None);
    }
    let again = Client::start(scene.config(&scene.data())).await.unwrap();
    assert_eq!(again.ready().await.unwrap_err().code, "E25");
    assert_eq!(
        again.check_bytes(saved).await.unwrap().outcome,
        Outcome::TotalPassed
    );
    again.shutdown().await;
}

/// What a person saves of a fork convinces somebody who has nothing but the file, and names who signed both.
#[tokio::test(flavor = "multi_thread")]
async fn fr_8_2_a_stranger_verifies_the_evidence_of_a_fork() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    assert_eq!(client.evidence().await.unwrap(), None);
    assert_eq!(client.evidence_file().await.unwrap_err().code, "E70");
    let mut events = client.subscribe();
    let from = scene.stage.ledger().tip().height() + 1;
    for gateway in [TAX, LAND] {
        scene.stage.fault(gateway, Fault::Fork { from });
    }
    let seen = until("keeping the evidence", async || {
        client.evidence().await.unwrap()
    })
    .await;
    assert!(
        seen.height >= from && seen.last_common_ms.is_some(),
        "{seen:?}"
    );
    assert_eq!(seen.authorities.len(), 4, "all four keys signed both");
    until("telling the screen", async || {
        let event = events.try_recv().ok()?;
        matches!(event, Event::Unexpected(Surprise::Ledger)).then_some(())
    })
    .await;

    let file = client.evidence_file().await.unwrap();
    client.shutdown().await;
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains(evidence::FORMAT) && !text.contains(toend_node::demo::MARI));
    // Judged by the file alone, and by a network file that the stranger has from elsewhere.
    let trusted = toend_client::network::decode(&scene.stage.network_file()).unwrap();
    for network in [None, Some(&trusted)] {
        let finding = evidence::verify(&file, network).unwrap();
        assert_eq!(finding.judgement, Judgement::Proven, "{finding:?}");
        assert_eq!(finding.height, seen.height);
        assert_eq!(finding.words, trusted.fingerprint());
        assert_eq!(finding.double_signers.len(), 4);
        assert_ne!(finding.hashes[0], finding.hashes[1]);
    }
    evidence_that_was_touched_proves_nothing(&text, &trusted);
}

fn evidence_that_was_touched_proves_nothing(text: &str, trusted: &NetworkFile) {
    let judged = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut file: serde_json::Value = serde_json::from_str(text).unwrap();
        change(&mut file);
        evidence::verify(file.to_string().as_bytes(), Some(trusted))
            .map(|finding| (finding.judgement, finding.reason, finding.double_signers))
    };
    let refuted = |reason| Ok((Judgement::Refuted, reason, Vec::new()));
    // One side twice.
    let twice = judged(&|file| file["conflict"]["second"] = file["conflict"]["first"].clone());
    assert_eq!(twice, refuted(Reason::NoConflict));
    // A header made up by somebody who holds no key.
    let forged = judged(&|file| {
        let last = file["conflict"]["second"]["blocks"]
            .as_array_mut()
            .unwrap()
            .last_mut()
            .unwrap();
        last["signed_header"]["header"]["app_hash"] = "AB".repeat(32).into();
    });
    assert_eq!(forged, refuted(Reason::NotSigned));
    // Validators of one's own in the file's network: judged by a trusted network file that does not matter; judged by itself
    // nothing fits any more, and the ten words are others.
    let own_validators = |file: &mut serde_json::Value| {
        let set = &mut file["network"]["validator_sets"][0]["validators"][0]["pub_key"];
        *set = "11".repeat(32).into();
    };
    assert_eq!(judged(&own_validators).unwrap().0, Judgement::Proven);
    let mut file: serde_json::Value = serde_json::from_str(text).unwrap();
    own_validators(&mut file);
    let alone = evidence::verify(file.to_string().as_bytes(), None).unwrap();
    assert_eq!(
        (alone.judgement, alone.reason),
        (Judgement::Refuted, Reason::NotSigned)
    );
    assert_ne!(alone.words, trusted.fingerprint());
    let other = judged(&|file| file["network"]["chain_id"] = "another".into());
    assert_eq!(other, refuted(Reason::OtherNetwork));
    // Nothing of ours, newer, too much.
    assert_eq!(
        judged(&|file| file["more"] = 1.into()),
        Err(Reason::NotEvidence)
    );
    assert_eq!(
        judged(&|file| file["format"] = "toend-evidence/2".into()),
        Err(Reason::NotEvidence),
        "that is a gateway's two answers"
    );
    assert_eq!(
        judged(&|file| file["format"] = "toend-evidence/3".into()),
        Err(Reason::NewerVersion)
    );
    assert_eq!(
        judged(&|file| file["conflict"]["first"]["blocks"] = serde_json::json!([])),
        Err(Reason::NotEvidence)
    );
    let deep = "[".repeat(1000);
    assert_eq!(
        evidence::verify(deep.as_bytes(), None),
        Err(Reason::NotEvidence)
    );
    let long = vec![b' '; evidence::MAX_EVIDENCE + 1];
    assert_eq!(evidence::verify(&long, None), Err(Reason::TooLarge));
}

/// A demonstration network has the same genesis on every computer. One gateway that shows another ledger when the program
/// starts again is not taken for a network that was begun anew: what was kept stays, and two faces are seen as an attack.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_waits_for_the_next_start_is_seen_and_nothing_is_forgotten() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    let height = client.status().ledger.height;
    client.shutdown().await;
    drop(client);
    // The first gateway in the list, which is asked first, shows another ledger from below the kept page on.
    scene.stage.fault(HEALTH, Fault::Fork { from: height });
    let again = Client::start(scene.config(&scene.data())).await.unwrap();
    let found = until("seeing the fork", async || {
        let status = again.status();
        let kept = again.evidence().await.unwrap().is_some();
        (status.ledger.state == LedgerState::Attacked && kept).then_some(status)
    })
    .await;
    assert!(
        found.ledger.height <= height,
        "nothing above the last common page is used"
    );
    again.shutdown().await;
}

/// A clock that a journey turns.
fn turned(scene: &Scene, by: &Arc<AtomicI64>) -> Clock {
    let (now, by) = (scene.stage.clock(), Arc::clone(by));
    Clock::new(move || now().saturating_add_signed(by.load(Ordering::SeqCst)))
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_8_4_a_clock_set_back_after_a_sync_is_named_before_anything_is_called_current() {
    let scene = Scene::open().await;
    let by = Arc::new(AtomicI64::new(0));
    let mut config = scene.config(&scene.data());
    config.clock = turned(&scene, &by);
    let client = Client::start(config.clone()).await.unwrap();
    client.ready().await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let truth = Truth::of(&client, RegisterId::Health).await;

    by.store(-DAY_MS, Ordering::SeqCst);
    until("noticing the clock", async || {
        let status = client.status();
        (status.clock == ClockState::Slow && status.ledger.state != LedgerState::UpToDate)
            .then_some(())
    })
    .await;
    assert_eq!(client.ready().await.unwrap_err().code, "E28");
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E28", "")]);
    assert!(!list.answered);
    scene.assert_nothing_false(&client, &truth, &list).await;
    client.shutdown().await;

    // Nor does a restart help: what was verified stands on the disk.
    let client = Client::start(config).await.unwrap();
    assert_eq!(client.ready().await.unwrap_err().code, "E28");
    assert_ne!(client.status().ledger.state, LedgerState::UpToDate);
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_8_3_a_starting_point_older_than_the_trusting_period_is_refused() {
    let scene = Scene::open().await;
    let by = Arc::new(AtomicI64::new(15 * DAY_MS));
    let mut config = scene.config(&scene.data());
    config.clock = turned(&scene, &by);
    let client = Client::start(config).await.unwrap();
    assert_eq!(client.ready().await.unwrap_err().code, "E23");
    let status = client.status();
    assert_eq!(status.ledger.state, LedgerState::Expired);
    assert_eq!(
        client
            .list(RegisterId::Health, None)
            .await
            .unwrap_err()
            .code,
        "E69"
    );
    client.shutdown().await;
}
