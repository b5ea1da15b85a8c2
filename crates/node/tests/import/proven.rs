//! What was imported before the authority's first start is sealed by it, and its gateway proves it to the person.

use reqwest::StatusCode;
use toend_ledger::cbor::Value;
use toend_ledger::gateway::{ListAnswer, Signed};
use toend_ledger::state::Reg;
use toend_ledger::subject::Subject;

use crate::desk::{Desk, HEALTH, list_path, mari};
use crate::house::{House, csv};
use crate::reader;

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_record_is_proven_to_its_person() {
    let house = House::new();
    let line = "47101010033,V-77,1,,Imporditud visiit,2019-05-06".to_owned();
    let run = house.visits(&house.write("old.csv", csv([line])), &[]);
    assert_eq!(run.counts(), [1, 1, 1, 0, 0], "{}", run.err);

    let subject = Subject::person("EE", "47101010033").unwrap();
    let desk = Desk::on(house.folder).await;
    let session = desk.sign_in(HEALTH, mari()).await;
    let path = list_path(1, 0);
    let response = desk.get(HEALTH, &path, Some(&session)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let signed: Signed = response.json().await.unwrap();
    let answer: ListAnswer = serde_json::from_slice(&signed.answer.0).unwrap();
    let block = desk.light_block(signed.tip_height).await;
    let root = reader::root(&block);
    let request = [format!("GET {path}\n").as_bytes(), &subject.encode()].concat();
    reader::signed(&signed, &root, &answer.register, &request);
    let read = reader::private(&answer, Reg(1), &subject, &root);
    assert!(read.count > 1, "the demonstration's records follow");
    let (_, first) = &read.records[0];
    assert_eq!(first["title"], Value::text("Imporditud visiit"));
    assert_eq!(first["date"], Value::text("2019-05-06"));
}
