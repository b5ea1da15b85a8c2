//! The card: pulled, blocked, another one.

use toend_client::dto::{PinKind, RegisterId};
use toend_client::{DEMO_READER, Event};

use crate::scene::{IGOR_CARD, MARI_CARD, Scene, Truth, igor, mari, pin, sign_in, until};

#[tokio::test(flavor = "multi_thread")]
async fn pulling_the_card_ends_the_session_and_forgets_the_lists() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let id = truth.list.rows[0].id.clone();
    let mut events = client.subscribe();
    client.insert_demo_card(None).await.unwrap();
    assert!(client.session().is_none());
    for refused in [
        client.list(RegisterId::Health, None).await.map(|_| ()),
        client.refresh(RegisterId::Health, None).await.map(|_| ()),
        client.record(&id).await.map(|_| ()),
        client.proof(&id).await.map(|_| ()),
        client
            .save_proof(&id, None, toend_client::dto::Language::Et)
            .await
            .map(|_| ()),
    ] {
        assert_eq!(refused.unwrap_err().code, "E69");
    }
    until("the screen being told", async || {
        events
            .try_recv()
            .ok()
            .filter(|event| matches!(event, Event::Session(None)))
    })
    .await;
}

/// The next person at this computer sees nothing of the one before.
#[tokio::test(flavor = "multi_thread")]
async fn another_card_shows_another_persons_records_only() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let hers = Truth::of(&client, RegisterId::Health).await;
    scene.stage.serves(&igor());
    let session = sign_in(&client, IGOR_CARD).await;
    assert_eq!(session.code, igor().code());
    let his = Truth::of(&client, RegisterId::Health).await;
    let shown = serde_json::to_string(&his.list).unwrap();
    let his_words = his.words();
    for word in hers.words().iter().filter(|word| !his_words.contains(word)) {
        assert!(!shown.contains(word.as_str()), "{word}");
    }
    assert!(!shown.contains(mari().code()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_counts_down_and_blocks_and_signs_nobody_in() {
    // As long as a PIN may be: four digits also turn up in a database's numbers and hashes by chance.
    let wrong = "432187659043";
    let scene = Scene::open().await;
    let client = scene.client().await;
    client.insert_demo_card(Some(MARI_CARD)).await.unwrap();
    assert_eq!(
        client
            .pin_context(DEMO_READER, PinKind::Pin1)
            .await
            .unwrap()
            .card
            .pin1
            .left,
        3
    );
    for (code, left) in [("E08", "2"), ("E09", "1"), ("E10", "0")] {
        let refused = client.sign_in(DEMO_READER, pin(wrong)).await.unwrap_err();
        assert_eq!(refused.code, code);
        if code != "E10" {
            assert_eq!(refused.params["left"], left);
        }
        assert!(client.session().is_none());
    }
    // Out and in again, and the right PIN: the card stays blocked.
    client.insert_demo_card(None).await.unwrap();
    client.insert_demo_card(Some(MARI_CARD)).await.unwrap();
    assert_eq!(
        client
            .sign_in(DEMO_READER, pin("1234"))
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
        toend_client::Pin::new("12".to_owned()).unwrap_err().code,
        "E12"
    );
    scene.assert_not_on_disk(&[wrong]);
}
