//! The ledger itself: two faces, wrong clocks, a starting point that is too old.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use toend_client::dto::{ClockState, Language, LedgerState, Outcome, RegisterId};
use toend_client::store::Store;
use toend_client::{Client, Clock};
use toend_ledger::genesis::demo;
use toend_testkit::Fault;

use crate::scene::{LAND, MARI_CARD, Scene, TAX, Truth, problems, sign_in, until};

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
