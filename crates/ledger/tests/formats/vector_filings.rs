//! What a filing leaves behind: its commitment, what a gateway signs of it, a receipt, and evidence of two answers that
//! exclude each other.

use ed25519_dalek::Signer as _;
use serde_json::{Value as Json, json};
use toend_ledger::cometbft::{LightBlock, SignedHeader};
use toend_ledger::evidence::{Conflict, EvidenceFile, FORMAT_ANSWERS, GatewayKey};
use toend_ledger::gateway::{B64, FilingAnswer, FilingOutcome, filing_commitment};
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::hash::{Hash, sha256};
use toend_ledger::network::{Checkpoint, demo as network};
use toend_ledger::schema;
use toend_ledger::state::{Address, At, FilingValue, GatewayValue, Key, TlsIssuer};

use crate::sample_ledger::{REG, SampleLedger, commit, time, validators};

const DOCUMENT: &str = "a document\n";
const NONCE: Hash = [9; 32];
const GATEWAY: u16 = 2;
/// Where the sample filing is sealed.
const SEALED: At = At {
    height: 3,
    time_ms: 1_793_491_215_000,
};

/// A ledger that holds the filing, and says whose key the gateway's is.
fn ledger(commitment: Hash) -> SampleLedger {
    let mut ledger = SampleLedger::new(schema::by_name("visit").unwrap(), 4, 1);
    assert_eq!(SEALED.time_ms, time(SEALED.height));
    let filing = FilingValue {
        gateway: GATEWAY,
        place: 0,
        at: SEALED,
    };
    let gateway = GatewayValue {
        key: gateway_key(),
        authority: GATEWAY,
        gateway: Address::new("https://third.example/v1").unwrap(),
        rpc: Address::new("").unwrap(),
        tls_issuer: TlsIssuer::Unsaid,
        serial: 1,
        at: SEALED,
    };
    let rows = [
        (Key::Filing(commitment), filing.encode()),
        (Key::Gateway(GATEWAY), gateway.encode()),
    ];
    for (key, value) in rows {
        ledger.state.insert(key.encode(), value);
    }
    ledger.make_headers(ledger.tip().height);
    ledger
}

fn gateway_key() -> Hash {
    let key = demo::signing_key(Purpose::Gateway, GATEWAY);
    key.verifying_key().to_bytes()
}

fn page(ledger: &SampleLedger) -> LightBlock {
    LightBlock {
        signed_header: SignedHeader {
            header: ledger.tip().clone(),
            commit: commit(ledger.tip()),
        },
        validator_set: validators(),
        next_validator_set: None,
    }
}

fn answer(commitment: Hash, outcome: FilingOutcome, height: u64, tip: u64) -> FilingAnswer {
    let mut answer = FilingAnswer {
        commitment: B64(commitment.to_vec()),
        outcome,
        height,
        gateway: GATEWAY,
        tip_height: tip,
        tip_hash: B64(sha256(&[b"tip", &tip.to_be_bytes()]).to_vec()),
        signature: B64::default(),
    };
    let bytes = answer.signing_bytes(&demo::net());
    let signature = demo::signing_key(Purpose::Gateway, GATEWAY).sign(&bytes);
    answer.signature = B64(signature.to_bytes().to_vec());
    answer
}

/// Sealed in block 3 at page 6, and not on the ledger at page 7.
fn evidence(commitment: Hash, key: GatewayKey) -> String {
    let file = EvidenceFile {
        format: FORMAT_ANSWERS.to_owned(),
        found_ms: 1_793_491_240_000,
        network: network::network_file(
            &[],
            Checkpoint {
                height: 7,
                time_ms: 1_793_491_235_000,
                header_hash: [7; 32],
                validators_hash: [8; 32],
            },
        ),
        conflict: Conflict::Answers {
            key,
            first: answer(commitment, FilingOutcome::Sealed, SEALED.height, 6),
            second: answer(commitment, FilingOutcome::Taken, 0, 7),
        },
    };
    String::from_utf8(file.encode().unwrap()).unwrap()
}

pub fn filings() -> Json {
    let net = demo::net();
    let document = sha256(&[DOCUMENT.as_bytes()]);
    let commitment = filing_commitment(&net, REG, &NONCE, &document);
    let ledger = ledger(commitment);
    let (tree, page) = (ledger.tree(), page(&ledger));
    let shown = |key: &Key| {
        let key = key.encode();
        let value = B64(ledger.state[&key].clone());
        (value, B64(tree.prove(&key).encode()))
    };
    let answers = [
        (FilingOutcome::Taken, 0),
        (FilingOutcome::Sealed, SEALED.height),
        (FilingOutcome::Quota, 0),
        (FilingOutcome::Refused { code: 7 }, 0),
    ];
    let answers = answers.map(|(outcome, height)| {
        let answer = answer(commitment, outcome, height, 6);
        json!({ "answer": answer, "signing_bytes": hex::encode(answer.signing_bytes(&net)) })
    });
    let (value, proof) = shown(&Key::Filing(commitment));
    let receipt = |sealed: Json| {
        json!({
            "format": "toend-receipt/1",
            "chain_id": demo::CHAIN_ID,
            "net": B64(net.to_vec()),
            "register": REG.0,
            "nonce": B64(NONCE.to_vec()),
            "document": B64(document.to_vec()),
            "sealed": sealed,
        })
    };
    let by_genesis = GatewayKey::Genesis {
        file: B64(demo::genesis_bytes()),
    };
    let (gateway_value, gateway_proof) = shown(&Key::Gateway(GATEWAY));
    let by_ledger = GatewayKey::Ledger {
        value: gateway_value,
        proof: gateway_proof,
        block: Box::new(page.clone()),
    };
    json!({
        "format": "filings",
        "net": hex::encode(net),
        "filing": {
            "reg": REG.0, "document": DOCUMENT, "nonce": hex::encode(NONCE),
            "document_hash": hex::encode(document), "f": hex::encode(commitment),
        },
        "gateway": { "number": GATEWAY, "key": hex::encode(gateway_key()) },
        "answers": answers,
        // They verify by `file` of network-file.json.
        "receipts": {
            "handed_in": receipt(Json::Null),
            "sealed": receipt(json!({ "value": value, "proof": proof, "page": page })),
            "height": SEALED.height,
        },
        "evidence": {
            "key_by_genesis": evidence(commitment, by_genesis),
            "key_by_ledger": evidence(commitment, by_ledger),
        },
    })
}
