//! What lies on the disk, and what can be done with it.

use toend_client::Client;
use toend_client::dto::{RegisterId, Verdict};

use toend_node::demo::MARI;

use crate::scene::{MARI_CARD, Scene, Truth, problems, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn saved_lists_are_checked_anew_without_a_network_and_lie_sealed_on_the_disk() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let tax = Truth::of(&client, RegisterId::Tax).await;
    client.shutdown().await;
    drop(client);
    let (words, more) = (truth.words(), tax.words());
    let mut secret: Vec<&str> = words.iter().chain(&more).map(String::as_str).collect();
    secret.extend([MARI, "MARI-LIIS", "MÄNNIK"]);
    scene.assert_not_on_disk(&secret);

    scene.stage.cut();
    let client = Client::start(scene.config(&scene.data())).await.unwrap();
    let session = sign_in(&client, MARI_CARD).await;
    assert_eq!(session.failed.len(), 3);
    assert!(session.failed.iter().all(|error| error.code == "E29"));
    for truth in [&truth, &tax] {
        let list = client.list(truth.list.register, None).await.unwrap();
        assert_eq!(problems(&list), [("E29", "gatewaySilent")]);
        assert!(!list.answered);
        assert_eq!(
            (list.ledger_count, list.held_count),
            (Some(truth.count()), truth.count())
        );
        assert_eq!(list.as_of_height, truth.list.as_of_height);
        assert!(
            list.rows
                .iter()
                .all(|row| row.verdict.verdict == Verdict::Proven)
        );
        scene.assert_nothing_false(&client, truth, &list).await;
    }
    client.shutdown().await;
}

/// What was saved and then changed on the disk opens to nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_saved_list_that_was_tampered_with_is_not_shown() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    Truth::of(&client, RegisterId::Health).await;
    client.shutdown().await;
    drop(client);
    let store = toend_client::store::Store::open(&scene.data().join("client")).unwrap();
    let changed = store
        .with(|db| {
            Ok(db.execute("UPDATE sealed SET body = CAST(substr(body, 1, 40) || x'00' || substr(body, 42) AS BLOB)", [])?)
        })
        .unwrap();
    assert!(changed > 1);
    drop(store);

    scene.stage.cut();
    let client = Client::start(scene.config(&scene.data())).await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E29", "gatewaySilent")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_computer_keeps_nothing_private() {
    let scene = Scene::open().await;
    let mut config = scene.config(&scene.data());
    config.shared_computer = Some(true);
    let client = Client::start(config).await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    client.shutdown().await;
    drop(client);
    let words = truth.words();
    let mut secret: Vec<&str> = words.iter().map(String::as_str).collect();
    secret.extend([MARI, "MARI-LIIS", "MÄNNIK"]);
    scene.assert_not_on_disk(&secret);
    let store = toend_client::store::Store::open(&scene.data().join("client")).unwrap();
    let sealed: i64 = store
        .with(|db| Ok(db.query_row("SELECT count(*) FROM sealed", [], |row| row.get(0))?))
        .unwrap();
    assert_eq!(sealed, 0, "not even sealed");
    drop(store);

    scene.stage.cut();
    let client = Client::start(scene.config(&scene.data())).await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    client.shutdown().await;
}

/// "Forget everything" means everything.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_forgotten_is_gone() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    Truth::of(&client, RegisterId::Health).await;
    client.forget_everything().await.unwrap();
    assert!(client.session().is_none());
    client.shutdown().await;
    drop(client);
    scene.stage.cut();
    let client = Client::start(scene.config(&scene.data())).await.unwrap();
    sign_in(&client, MARI_CARD).await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    client.shutdown().await;
}
