//! Lists: one's own is complete and proven, anybody else's is not to be had.

use reqwest::StatusCode;
use toend_ledger::cbor::Value;
use toend_ledger::gateway::{ListAnswer, PublicListAnswer, Signed};
use toend_ledger::state::Reg;
use toend_ledger::subject::Subject;

use crate::desk::{BUSINESS, Desk, HEALTH, LAND, TAX, igor, list_path, mari, stranger};
use crate::reader::{self, Read};

pub async fn own(desk: &Desk, gateway: usize, session: &str, subject: &Subject, class: u8) -> Read {
    let reg = gateway as u16 + 1;
    let path = list_path(reg, class);
    let response = desk.get(gateway, &path, Some(session)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers().get("cache-control").unwrap(), "no-store");
    let signed: Signed = response.json().await.unwrap();
    let answer: ListAnswer = serde_json::from_slice(&signed.answer.0).unwrap();
    assert_eq!(
        (answer.class, answer.height + 1),
        (class, signed.tip_height)
    );
    let block = desk.light_block(signed.tip_height).await;
    assert_eq!(block.header().hash().as_slice(), signed.tip_hash.0);
    let root = reader::root(&block);
    let request = [format!("GET {path}\n").as_bytes(), &subject.encode()].concat();
    reader::signed(&signed, &root, &answer.register, &request);
    reader::private(&answer, Reg(reg), subject, &root)
}

pub async fn company(desk: &Desk, code: &str) -> Read {
    let path =
        format!("/v1/registers/3/public/company/EE/{code}?nonce=00112233445566778899aabbccddeeff");
    let signed: Signed = desk.json(BUSINESS, &path).await;
    let answer: PublicListAnswer = serde_json::from_slice(&signed.answer.0).unwrap();
    let root = reader::root(&desk.light_block(answer.height + 1).await);
    reader::signed(
        &signed,
        &root,
        &answer.register,
        format!("GET {path}").as_bytes(),
    );
    reader::public(
        &answer,
        Reg(3),
        &Subject::company("EE", code).unwrap(),
        &root,
    )
}

fn count(read: &Read, schema: &str) -> usize {
    let id = toend_ledger::schema::by_name(schema).unwrap().id;
    read.records
        .iter()
        .filter(|(found, _)| *found == id)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_persons_read_their_lists_and_every_proof_holds() {
    let desk = Desk::open().await;
    let people = [(mari as fn() -> _, "47101010033"), (igor, "37101010021")];
    let mut keys = Vec::new();
    for (card, code) in people {
        let subject = Subject::person("EE", code).unwrap();
        for gateway in [HEALTH, TAX, BUSINESS] {
            let session = desk.sign_in(gateway, card()).await;
            let read = own(&desk, gateway, &session, &subject, 0).await;
            let log = own(&desk, gateway, &session, &subject, 1).await;
            assert!(read.count > 0);
            assert_eq!(log.count, 0, "nobody looked yet, and that is proven");
            keys.push(read.list_key.clone());
            if code == "47101010033" && gateway == HEALTH {
                assert_eq!(
                    ["visit", "lab", "prescription"].map(|name| count(&read, name)),
                    [13, 40, 9]
                );
                assert_eq!(read.versions.iter().filter(|v| **v == 2).count(), 1);
            }
        }
    }
    keys.sort();
    keys.dedup();
    assert_eq!(
        keys.len(),
        6,
        "no two lists share a key, not even one person's in two registers"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_are_read_by_anyone_without_signing_in() {
    let desk = Desk::open().await;
    let read = company(&desk, "19999012").await;
    assert_eq!(
        ["registry_card", "shareholder", "annual_report"].map(|name| count(&read, name)),
        [2, 2, 3]
    );
    let name = read
        .records
        .iter()
        .find_map(|(_, fields)| fields.get("name").cloned());
    assert_eq!(name, Some(Value::text("Sälk ja Pügal OÜ")));
    assert!(company(&desk, "19999029").await.count >= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_4_3_unknown_person_and_no_right_are_one_answer() {
    let desk = Desk::open().await;
    let session = desk.sign_in(HEALTH, mari()).await;
    let unknown = desk.sign_in(HEALTH, stranger()).await;
    let nowhere = desk.sign_in(LAND, mari()).await;
    let expected = (404, "not_available".to_owned());
    // A person no register knows; another authority's register; an authority without one.
    assert_eq!(
        desk.refused(HEALTH, &list_path(1, 0), Some(&unknown)).await,
        expected
    );
    assert_eq!(
        desk.refused(HEALTH, &list_path(2, 0), Some(&session)).await,
        expected
    );
    assert_eq!(
        desk.refused(HEALTH, &list_path(999, 0), Some(&session))
            .await,
        expected
    );
    assert_eq!(
        desk.refused(LAND, &list_path(1, 0), Some(&nowhere)).await,
        expected
    );
    // Public lists of persons known and unknown, of companies unknown, misspelt, or asked of another authority (1.7).
    for (gateway, who) in [
        (BUSINESS, "3/public/person/EE/47101010033"),
        (BUSINESS, "3/public/person/EE/38301105216"),
        (BUSINESS, "3/public/company/EE/19999035"),
        (BUSINESS, "3/public/company/EE/019999012"),
        (BUSINESS, "3/public/company/EE/19999013"),
        (BUSINESS, "3/public/company/FI/19999012"),
        (HEALTH, "3/public/company/EE/19999012"),
        (HEALTH, "1/public/company/EE/19999012"),
    ] {
        let path = format!("/v1/registers/{who}?nonce=00112233445566778899aabbccddeeff");
        assert_eq!(desk.refused(gateway, &path, None).await, expected, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_list_without_a_session_and_never_another_ones() {
    let desk = Desk::open().await;
    let expected = (401, "unauthorized".to_owned());
    assert_eq!(desk.refused(HEALTH, &list_path(1, 0), None).await, expected);
    assert_eq!(
        desk.refused(HEALTH, &list_path(1, 0), Some("AAAA")).await,
        expected
    );
    // A session of one gateway is worth nothing at another.
    let elsewhere = desk.sign_in(TAX, mari()).await;
    assert_eq!(
        desk.refused(HEALTH, &list_path(1, 0), Some(&elsewhere))
            .await,
        expected
    );
    // The list follows the card: no parameter names a person, and one that tries is no request.
    let session = desk.sign_in(HEALTH, igor()).await;
    let subject = Subject::person("EE", "37101010021").unwrap();
    let read = own(&desk, HEALTH, &session, &subject, 0).await;
    assert!(read.count < 80);
    let named = format!("{}&subject=47101010033", list_path(1, 0));
    assert_eq!(
        desk.refused(HEALTH, &named, Some(&session)).await,
        (400, "bad_request".to_owned())
    );
    let response = desk
        .http
        .post(desk.url(HEALTH, "/v1/logout"))
        .bearer_auth(&session)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        desk.refused(HEALTH, &list_path(1, 0), Some(&session)).await,
        expected
    );
}
