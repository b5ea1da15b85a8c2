//! What a filing leaves behind, as the vectors have it.

use serde_json::Value as Json;

use super::*;
use crate::evidence::{Judgement, Reason, verify};
use crate::vectors;

const HEALTH: RegisterId = RegisterId::Health;

/// A change to a receipt and to its proof.
type Bend = fn(&mut Receipt, &mut Sealed);

fn receipt(json: &Json) -> Receipt {
    Receipt::decode(json.to_string().as_bytes()).unwrap()
}

#[test]
fn the_receipt_of_the_vector_proves_its_document_only() {
    let (file, network) = (vectors::ledger("filings.json"), vectors::network());
    let document = file["filing"]["document"].as_str().unwrap().as_bytes();
    let (early, sealed) = (&file["receipts"]["handed_in"], &file["receipts"]["sealed"]);
    let early = receipt(early);
    let commitment = early.commitment(&network, HEALTH, document).unwrap();
    assert_eq!(hex::encode(commitment), file["filing"]["f"]);
    let judged = |receipt: &Receipt| receipt.check(&network, HEALTH, document);
    assert_eq!(judged(&early), Err(ReceiptFault::NotSealed));
    let good = receipt(sealed);
    assert_eq!(serde_json::to_value(&good).unwrap(), *sealed);
    let value = judged(&good).unwrap();
    assert_eq!(value.at.height, file["receipts"]["height"]);
    assert_eq!(value.gateway, file["gateway"]["number"]);
    for (register, document) in [
        (RegisterId::Tax, document),
        (HEALTH, b"another document".as_slice()),
    ] {
        assert_eq!(
            good.check(&network, register, document),
            Err(ReceiptFault::OtherDocument)
        );
    }
    let bent: [(Bend, ReceiptFault); 4] = [
        (|one, _| one.nonce.0[0] ^= 1, ReceiptFault::Proof),
        (|_, proof| proof.value.0[0] ^= 1, ReceiptFault::Proof),
        (
            |_, proof| proof.page.signed_header.header.app_hash[0] ^= 1,
            ReceiptFault::Page,
        ),
        (|one, _| one.net.0[0] ^= 1, ReceiptFault::OtherNetwork),
    ];
    for (bend, fault) in bent {
        let mut other = good.clone();
        let mut proof = other.sealed.take().unwrap();
        bend(&mut other, &mut proof);
        other.sealed = Some(proof);
        assert_eq!(judged(&other), Err(fault));
    }
}

#[test]
fn the_two_answers_of_the_vector_are_proven_against_their_gateway() {
    let (file, network) = (vectors::ledger("filings.json"), vectors::network());
    for name in ["key_by_genesis", "key_by_ledger"] {
        let text = file["evidence"][name].as_str().unwrap();
        let judged = |text: &str| {
            let finding = verify(text.as_bytes(), Some(&network)).unwrap();
            (finding.judgement, finding.reason)
        };
        assert_eq!(judged(text), (Judgement::Proven, Reason::TwoAnswers));
        let other = text.replace("\"gateway\": 2", "\"gateway\": 1");
        let not_his = (Judgement::Refuted, Reason::NotTheGateway);
        assert_eq!(judged(&other), not_his, "another gateway's key");
        let other = text.replace("\"tip_height\": \"7\"", "\"tip_height\": \"8\"");
        assert_ne!(other, text);
        assert_eq!(judged(&other), not_his, "what was not signed");
    }
}
