//! Entries that a register has sealed and does not show.

use toend_client::dto::{RegisterId, Verdict};
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_node::registers::{Delivery, Draft};
use toend_testkit::Fault;

use crate::scene::{HEALTH, Scene, Truth, mari, named, problems, until, verdict};

/// A laboratory result under this key.
pub fn lab(key: &str) -> Delivery {
    let contents = Draft::new("lab")
        .text("title", "Glükohemoglobiin")
        .text("date", "2026-11-21")
        .decimal("value", 71, 1);
    Delivery {
        subject: mari(),
        class: Class::Records,
        key: key.to_owned(),
        v: 1,
        flag: Flag::Current,
        contents: contents.finish().unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_entry_is_an_empty_row_named_withheld() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::DropEntry { n: 14 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, 14), (Verdict::Withheld, "withheld"));
    assert_eq!(problems(&list), [("E32", "withheld")]);
    let (all, given) = (truth.count().to_string(), (truth.count() - 1).to_string());
    assert_eq!(named(&list.problems[0], "ledger").2, all);
    assert_eq!(named(&list.problems[0], "given").2, given);
    assert_eq!(named(&list.problems[0], "missing").2, "14");
    assert_eq!(list.rows.len() as u64, truth.count());
    assert_eq!(
        (list.ledger_count, list.held_count),
        (Some(truth.count()), truth.count() - 1)
    );
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// Without its place on the ledger, what follows it cannot be tied to the list either: named, and not shown.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_dropped_with_its_proof_is_withheld_all_the_same() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene
        .stage
        .fault(HEALTH, Fault::DropEntryAndProof { n: 14 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list)[0], ("E32", "withheld"));
    assert_eq!(verdict(&list, 13), (Verdict::Proven, "ok"));
    assert_eq!(verdict(&list, 14), (Verdict::Withheld, "withheld"));
    assert_eq!(verdict(&list, 15), (Verdict::CannotCheck, "listMismatch"));
    assert_eq!(
        (list.ledger_count, list.held_count),
        (Some(truth.count()), 13)
    );
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// Who shows a shorter list must leave out rungs of the ladder, so nothing of it counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_list_is_no_list() {
    let scene = Scene::open().await;
    scene.stage.fault(HEALTH, Fault::Shorten { count: 3 });
    let client = scene.mari().await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E35", "proofInvalid")]);
    assert_eq!(
        (list.ledger_count, list.rows.len(), list.answered),
        (None, 0, true)
    );

    scene.stage.fault(HEALTH, Fault::None);
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::Shorten { count: 1 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E35", "proofInvalid")]);
    assert_eq!(
        list.ledger_count,
        Some(truth.count()),
        "what was verified before stays"
    );
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// The register seals one more entry and then does not answer. The person's own computer finds it in the blocks.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_8_a_sealed_entry_is_noticed_though_its_register_is_down() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::Down);
    let n = scene.stage.receive(1, &[lab("new")]).await[0];
    assert_eq!(n, truth.count() + 1);
    let list = until("noticing the new entry", async || {
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        (list.ledger_count == Some(n)).then_some(list)
    })
    .await;
    assert_eq!(verdict(&list, n), (Verdict::Withheld, "sealedNotShown"));
    assert_eq!(problems(&list)[0], ("E32", "sealedNotShown"));
    assert_eq!(named(&list.problems[0], "missing").2, n.to_string());
    assert!(!list.answered);
    assert_eq!(list.rows.len() as u64, n);
    scene.assert_nothing_false(&client, &truth, &list).await;

    scene.stage.fault(HEALTH, Fault::None);
    let truth = Truth::of(&client, RegisterId::Health).await;
    assert_eq!(truth.count(), n);
}

/// Received and not sealed is a verdict of its own, neither good nor bad.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_waits_for_its_seal_is_named_so() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.deliver(1, &[lab("waiting")]);
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(list.problems, []);
    assert_eq!(list.ledger_count, Some(truth.count()));
    let row = &list.rows[0];
    assert_eq!(
        (row.n, row.verdict.verdict, row.verdict.reason.as_str()),
        (0, Verdict::NotYetSealed, "waiting")
    );
    assert!(row.received_ms.is_some() && row.sealed_ms.is_none());
    let refused = client
        .save_proof(&row.id, None, toend_client::dto::Language::Et)
        .await
        .unwrap_err();
    assert_eq!(refused.code, "E70");
}
