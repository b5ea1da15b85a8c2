//! A company's list, which anybody may read.

use toend_client::Client;
use toend_client::dto::{RecordList, RegisterId, SubjectRef, Verdict};
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::subject::Subject;
use toend_node::demo::COMPANY;
use toend_node::registers::{Delivery, Draft};
use toend_testkit::Fault;

use crate::scene::{BUSINESS, IGOR_CARD, Scene, Truth, igor, named, problems, sign_in, verdict};

fn company(code: &str) -> SubjectRef {
    SubjectRef::company("EE", code, String::new())
}

async fn ask(client: &Client) -> RecordList {
    client
        .refresh(RegisterId::Business, Some(company(COMPANY)))
        .await
        .unwrap()
}

async fn owner(scene: &Scene) -> (Client, Truth) {
    let client = scene.client().await;
    scene.stage.serves(&igor());
    sign_in(&client, IGOR_CARD).await;
    let truth = Truth::about(&client, RegisterId::Business, Some(company(COMPANY))).await;
    assert!(truth.count() > 3);
    (client, truth)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_fact_about_a_company_is_not_shown() {
    let scene = Scene::open().await;
    let (client, truth) = owner(&scene).await;
    let n = truth.first(|row, _| row.schema == "registry_card" && !row.superseded);
    scene.stage.fault(BUSINESS, Fault::AlterField { n });
    let list = ask(&client).await;
    assert_eq!(verdict(&list, n), (Verdict::Altered, "contentMismatch"));
    assert_eq!(problems(&list)[0], ("E31", "contentMismatch"));
    assert_eq!(list.ledger_count, Some(truth.count()));
    scene.assert_nothing_false(&client, &truth, &list).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_left_out_of_a_companys_list_is_withheld() {
    let scene = Scene::open().await;
    let (client, truth) = owner(&scene).await;
    scene.stage.fault(BUSINESS, Fault::DropEntry { n: 2 });
    let list = ask(&client).await;
    assert_eq!(verdict(&list, 2), (Verdict::Withheld, "withheld"));
    assert_eq!(problems(&list)[0], ("E32", "withheld"));
    assert_eq!(named(&list.problems[0], "missing").2, "2");
    assert_eq!(list.ledger_count, Some(truth.count()));
    scene.assert_nothing_false(&client, &truth, &list).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_1_13_a_companys_list_that_lost_a_fact_was_rolled_back() {
    let scene = Scene::open().await;
    let (client, before) = owner(&scene).await;
    let old = scene.stage.captured(BUSINESS);
    let contents = Draft::new("annual_report")
        .int("year", 2027)
        .finish()
        .unwrap();
    let delivery = Delivery {
        subject: Subject::company("EE", COMPANY).unwrap(),
        class: Class::Records,
        key: "report-2027".to_owned(),
        v: 1,
        flag: Flag::Current,
        contents,
    };
    scene.stage.receive(3, &[delivery]).await;
    let truth = Truth::about(&client, RegisterId::Business, Some(company(COMPANY))).await;
    assert_eq!(truth.count(), before.count() + 1);
    scene.stage.fault(BUSINESS, Fault::Replay(old));
    let list = ask(&client).await;
    assert_eq!(problems(&list), [("E33", "rolledBack")]);
    assert_eq!(list.ledger_count, Some(truth.count()));
    scene.assert_nothing_false(&client, &truth, &list).await;
}

/// A number that was never registered, and one that is misspelt, are no clean companies.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_7_a_company_that_does_not_exist_has_an_unknown_number_of_facts_and_not_none() {
    let scene = Scene::open().await;
    let (client, _) = owner(&scene).await;
    let never = (19_999_030..19_999_099)
        .map(|code| code.to_string())
        .find(|code| Subject::company("EE", code).is_ok());
    let list = client
        .refresh(RegisterId::Business, Some(company(&never.unwrap())))
        .await
        .unwrap();
    assert_eq!(problems(&list), [("E29", "notAnswered")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    for misspelt in ["019999012", "19999012 ", "19999013", "EE19999012", ""] {
        let refused = client
            .refresh(RegisterId::Business, Some(company(misspelt)))
            .await
            .unwrap_err();
        assert_eq!(refused.code, "E70", "{misspelt:?}");
    }
}
