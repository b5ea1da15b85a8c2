//! Registers that answer with what was true before.

use std::time::Duration;

use toend_client::dto::{RegisterId, Verdict};
use toend_testkit::Fault;

use crate::hidden::lab;
use crate::scene::{HEALTH, MARI_CARD, Scene, Truth, named, problems, sign_in, until, verdict};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lost_an_entry_was_rolled_back() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let before = Truth::of(&client, RegisterId::Health).await;
    let old = scene.stage.captured(HEALTH);
    scene.stage.receive(1, &[lab("new")]).await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    assert_eq!(truth.count(), before.count() + 1);

    scene.stage.fault(HEALTH, Fault::Replay(old));
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E33", "rolledBack")]);
    assert_eq!(
        named(&list.problems[0], "given").2,
        before.count().to_string()
    );
    assert_eq!(
        named(&list.problems[0], "current").2,
        truth.count().to_string()
    );
    assert_eq!(
        list.ledger_count,
        Some(truth.count()),
        "what was verified before stays"
    );
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// A computer without memory cannot know that something is missing, but it knows how old an answer is.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_state_is_not_shown_as_if_it_were_now() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let old = scene.stage.captured(HEALTH);
    client.forget_everything().await.unwrap();
    scene.stage.receive(1, &[lab("new")]).await;
    scene.stage.pass(Duration::from_secs(120));
    scene.stage.blocks(4).await;
    // Before this computer knows of the new time, the answer is not old to it.
    let new_time = i64::try_from(scene.stage.clock()()).unwrap() - 60_000;
    until("a tip of the new time", async || {
        (client.status().ledger.time_ms > new_time).then_some(())
    })
    .await;

    scene.stage.fault(HEALTH, Fault::Replay(old));
    sign_in(&client, MARI_CARD).await;
    let list = until("naming the old answer", async || {
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        problems(&list)
            .contains(&("E33", "oldState"))
            .then_some(list)
    })
    .await;
    // Her own computer, which now holds the list key, finds the new entry in the blocks.
    assert_eq!(
        problems(&list),
        [("E32", "sealedNotShown"), ("E33", "oldState")]
    );
    assert_eq!(list.ledger_count, Some(truth.count() + 1));
    assert_eq!(
        verdict(&list, truth.count() + 1),
        (Verdict::Withheld, "sealedNotShown")
    );
    for n in 1..=truth.count() {
        assert_eq!(verdict(&list, n), (Verdict::OldVersion, "oldState"));
    }
    assert_eq!(list.held_count, 0);
    scene.assert_nothing_false(&client, &truth, &list).await;
}
