//! Records that are not what was sealed.

use toend_client::dto::{FieldValue, Language, Outcome, RegisterId, Verdict};
use toend_ledger::cbor::{self, Value};
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_node::registers::{Delivery, Draft};
use toend_testkit::Fault;

use crate::scene::{
    HEALTH, IGOR_CARD, MARI_CARD, Scene, Truth, igor, mari, named, problems, sign_in, verdict,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_field_is_named_altered_and_its_words_are_not_shown() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::AlterField { n: 5 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, 5), (Verdict::Altered, "contentMismatch"));
    assert_eq!(problems(&list), [("E31", "contentMismatch")]);
    assert_eq!(named(&list.problems[0], "n").2, "5");
    assert_eq!(
        (list.ledger_count, list.held_count),
        (Some(truth.count()), truth.count() - 1)
    );
    scene.assert_nothing_false(&client, &truth, &list).await;

    // The register comes to its senses: all is well again, and nothing of the forgery was kept.
    scene.stage.fault(HEALTH, Fault::None);
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(list.problems, []);
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// A computer that sees the list for the first time has nothing to compare with but the ledger, and needs nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn an_altered_field_is_noticed_at_first_sight_too() {
    let scene = Scene::open().await;
    scene.stage.fault(HEALTH, Fault::AlterField { n: 1 });
    let client = scene.mari().await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, 1), (Verdict::Altered, "contentMismatch"));
    assert_eq!(problems(&list), [("E31", "contentMismatch")]);
    scene.stage.fault(HEALTH, Fault::None);
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene
        .assert_nothing_false(
            &client,
            &truth,
            &client.list(RegisterId::Health, None).await.unwrap(),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_3_9_an_altered_row_of_a_group_is_named_altered() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let n = truth.first(|_, view| {
        view.fields
            .iter()
            .any(|field| matches!(&field.value, FieldValue::Rows(rows) if !rows.is_empty()))
    });
    scene.stage.fault(HEALTH, Fault::AlterRow { n });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, n), (Verdict::Altered, "contentMismatch"));
    assert_eq!(problems(&list), [("E31", "contentMismatch")]);
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// The words are those of last time; only the salts do not fit. That is no alteration, and no proof either.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_salt_cannot_be_checked_and_is_not_called_altered() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::WrongSalt { n: 3 });
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, 3), (Verdict::CannotCheck, "wrongSalt"));
    assert_eq!(problems(&list), [("E35", "wrongSalt")]);
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// The whole list of somebody else, with all its proofs: not shown, not kept.
#[tokio::test(flavor = "multi_thread")]
async fn another_persons_list_is_neither_shown_nor_kept() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    scene.stage.serves(&igor());
    sign_in(&client, IGOR_CARD).await;
    let igors = Truth::of(&client, RegisterId::Health).await;
    let his_words = igors.words();
    let foreign = scene.stage.captured(HEALTH);
    client.sign_out().await;
    client.forget_everything().await.unwrap();

    scene.stage.serves(&mari());
    scene.stage.fault(HEALTH, Fault::Replay(foreign.clone()));
    sign_in(&client, MARI_CARD).await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E36", "otherSubject")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    assert!(list.answered);

    // The same with her own list held: it stays, with the alarm beside it.
    scene.stage.fault(HEALTH, Fault::None);
    let truth = Truth::of(&client, RegisterId::Health).await;
    scene.stage.fault(HEALTH, Fault::Replay(foreign));
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(problems(&list), [("E36", "otherSubject")]);
    assert_eq!(list.ledger_count, Some(truth.count()));
    scene.assert_nothing_false(&client, &truth, &list).await;
    let hers = truth.words();
    let only_his: Vec<&String> = his_words
        .iter()
        .filter(|word| !hers.contains(word))
        .collect();
    assert!(!only_his.is_empty());
    let shown = serde_json::to_string(&list).unwrap();
    assert!(only_his.iter().all(|word| !shown.contains(word.as_str())));
    client.shutdown().await;
}

/// One record of somebody else in the place of hers, genuine and with its head proven.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_10_another_persons_record_in_her_list_is_not_shown() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    scene.stage.serves(&igor());
    sign_in(&client, IGOR_CARD).await;
    let igors = Truth::of(&client, RegisterId::Health).await;
    let his = igors.first(|row, _| {
        ["visit", "prescription"].contains(&row.schema.as_str()) && !row.superseded
    });
    let foreign = scene.stage.captured(HEALTH)["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["n"] == his.to_string().as_str())
        .cloned()
        .unwrap();
    client.sign_out().await;

    scene.stage.serves(&mari());
    sign_in(&client, MARI_CARD).await;
    let truth = Truth::of(&client, RegisterId::Health).await;
    let hers = truth.first(|row, _| !row.superseded);
    scene.stage.fault(
        HEALTH,
        Fault::OtherRecord {
            n: hers,
            contents: foreign,
        },
    );
    let list = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(verdict(&list, hers), (Verdict::CannotCheck, "otherSubject"));
    assert_eq!(problems(&list)[0], ("E36", "otherSubject"));
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// Markup, a shell, a database, letters that run from right to left, marks piled on a letter, a false verdict.
const HOSTILE: &str = "<script>alert(1)</script><b style=\"color:green\">שלום مرحبا</b> &amp; $(reboot) '; DROP TABLE sealed; -- Z̷̡̢͙͓ \n\t✓ Proven";

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_carried_as_text_and_proven_like_any_other() {
    let scene = Scene::open().await;
    let client = scene.mari().await;
    let before = Truth::of(&client, RegisterId::Health).await;
    let long = "õ🙂".repeat(8_000);
    assert!(long.len() > 40_000);
    let contents = Draft::new("visit")
        .text("title", HOSTILE)
        .text("date", "2026-11-20")
        .text("history", &long);
    let delivery = Delivery {
        subject: mari(),
        class: Class::Records,
        key: "hostile".to_owned(),
        v: 1,
        flag: Flag::Current,
        contents: contents.finish().unwrap(),
    };
    let n = scene.stage.receive(1, &[delivery]).await[0];
    assert_eq!(n, before.count() + 1);

    let truth = Truth::of(&client, RegisterId::Health).await;
    let row = truth.row(n);
    let FieldValue::Text(title) = &row.fields["title"] else {
        panic!("{:?}", row.fields)
    };
    assert_eq!(title, HOSTILE);
    let view = client.record(&row.id).await.unwrap();
    assert!(
        view.fields
            .iter()
            .any(|field| matches!(&field.value, FieldValue::Text(text) if text.len() > 40_000))
    );

    for language in [Language::Et, Language::En, Language::Ru] {
        let file = client
            .save_proof(&row.id, Some(&["title".to_owned()]), language)
            .await
            .unwrap();
        let report = client.check_bytes(file.clone()).await.unwrap();
        assert_eq!(report.outcome, Outcome::TotalPassed, "{}", report.reason);
        let text = String::from_utf8_lossy(&file);
        assert_eq!(
            text.matches("<script>").count(),
            1,
            "raw in proof.cbor only, never in the page"
        );
        assert!(text.contains("&lt;script&gt;"), "in the page as text");
    }
    client.shutdown().await;
}

/// Marks that turn the direction of what follows, and other controls, never get into a record at all.
#[test]
fn text_that_would_turn_the_line_around_is_no_text() {
    for control in ["\u{202E}", "\u{2066}", "\u{0}", "\u{7}", "\r", "\u{1b}[31m"] {
        let text = Value::Text(format!("Visiit{control}"));
        assert!(cbor::encode(&text).is_err(), "{control:?}");
        let mut raw = cbor::encode(&Value::text(&"x".repeat(6 + control.len()))).unwrap();
        raw.splice(1.., format!("Visiit{control}").into_bytes());
        assert!(cbor::decode(&raw).is_err(), "{control:?}");
    }
}
