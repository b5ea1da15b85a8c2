//! Gateways whose answers are no answers.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use toend_client::dto::{RegisterId, Verdict};
use toend_ledger::gateway::{MAX_ANSWER, signing_bytes};
use toend_ledger::genesis::demo::{self, Purpose, signing_key};
use toend_testkit::Fault;

use crate::scene::{HEALTH, MARI_CARD, SILENCE, Scene, Truth, named, problems, sign_in};

/// What can be got at in spite of a useless answer: the copy held before, and the other registers.
async fn assert_the_rest_stands(
    scene: &Scene,
    client: &toend_client::Client,
    truth: &Truth,
    reason: &str,
) {
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E29", reason)]);
    assert_eq!(named(&list.problems[0], "authority").2, "health-house");
    assert!(!list.answered);
    assert_eq!(list.ledger_count, Some(truth.count()));
    assert!(
        list.rows
            .iter()
            .all(|row| row.verdict.verdict == Verdict::Proven)
    );
    scene.assert_nothing_false(client, truth, &list).await;
    let tax = client.refresh(RegisterId::Tax, None).await.unwrap();
    assert_eq!(tax.problems, []);
    assert!(tax.answered && tax.held_count > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_off_answer_and_garbage_are_no_answers() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    for fault in [Fault::Truncate, Fault::Garbage, Fault::Nested] {
        scene.stage.fault(HEALTH, fault);
        assert_the_rest_stands(&scene, &client, &truth, "garbage").await;
    }
}

/// Two gigabytes are offered; no more is taken than the longest answer there can be.
#[tokio::test(flavor = "multi_thread")]
async fn an_endless_answer_is_not_read_to_its_end() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene
        .stage
        .fault(HEALTH, Fault::Huge(2 * 1024 * 1024 * 1024));
    assert_the_rest_stands(&scene, &client, &truth, "tooLarge").await;
    let taken = scene.stage.taken(HEALTH);
    // Besides what one or two requests may read, the buffers of the sockets on the way are filled.
    let most = 64 * 1024 * 1024;
    assert!(
        taken > MAX_ANSWER as u64 && taken < most,
        "{taken} bytes were taken"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_register_has_an_unknown_number_of_entries_and_not_none() {
    let mut scene = Scene::open().await;
    scene.answer = SILENCE;
    scene.stage.fault(HEALTH, Fault::Silent);
    let client = scene.client().await;
    let session = sign_in(&client, MARI_CARD).await;
    let failed: Vec<_> = session
        .failed
        .iter()
        .map(|error| named(error, "register"))
        .collect();
    assert_eq!(failed, [("E29", "gatewaySilent", "health")]);
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E29", "gatewaySilent")]);
    assert_eq!(
        (list.ledger_count, list.answered, list.rows.len()),
        (None, false, 0)
    );
    for register in [RegisterId::Tax, RegisterId::Business] {
        let list = client.list(register, None).await.unwrap();
        assert_eq!(
            (list.problems.len(), list.answered),
            (0, true),
            "{register:?}"
        );
        assert!(list.ledger_count.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_falls_silent_leaves_what_was_proven() {
    let mut scene = Scene::open().await;
    scene.answer = SILENCE;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::Silent);
    assert_the_rest_stands(&scene, &client, &truth, "gatewaySilent").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_another_key_signed_does_not_count() {
    let scene = Scene::open().await;
    scene.stage.fault(HEALTH, Fault::BadSignature);
    let client = scene.mari().await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E35", "answerSignature")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    scene.stage.fault(HEALTH, Fault::None);
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::BadSignature);
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E35", "answerSignature")]);
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// A register first shows an entry and then denies it. Anybody can verify that both answers bear its signature.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_13_two_answers_that_contradict_each_other_convict_their_register() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::DropEntry { n: 14 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E32", "withheld")]);
    scene.assert_nothing_false(&client, &truth, &list).await;

    let answer_key = signing_key(Purpose::Answer, 1).verifying_key();
    let sent = scene.stage.sent(HEALTH);
    let entries: Vec<usize> = sent
        .iter()
        .map(|(request, signed)| verified(&answer_key, request, signed))
        .collect();
    let (most, least) = (entries.iter().max().unwrap(), entries.iter().min().unwrap());
    assert_eq!(
        (*most as u64, *least as u64),
        (truth.count(), truth.count() - 1)
    );
}

/// Entries in a signed answer, once its signature is verified.
fn verified(key: &VerifyingKey, request: &[u8], signed: &serde_json::Value) -> usize {
    let bytes = |name: &str| STANDARD.decode(signed[name].as_str().unwrap()).unwrap();
    let answer = bytes("answer");
    let tip_hash = bytes("tip_hash").try_into().unwrap();
    let tip_height = signed["tip_height"].as_str().unwrap().parse().unwrap();
    let message = signing_bytes(&demo::net(), 1, request, &answer, tip_height, &tip_hash);
    let signature = Signature::from_slice(&bytes("signature")).unwrap();
    key.verify_strict(&message, &signature).unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    answer["entries"].as_array().unwrap().len()
}
