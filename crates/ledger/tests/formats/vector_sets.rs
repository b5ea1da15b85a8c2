//! The published test vectors, one JSON file per format. The example `vectors` writes them; the tests compare and use them.

use ed25519_dalek::SigningKey;
use serde_json::{Value as Json, json};
use toend_ledger::cbor::{self, Value};
use toend_ledger::commitment::{
    FieldTree, RowTree, Seed, content_commitment, entry_commitment, place_commitment, prev_root,
    row_salt, salt,
};
use toend_ledger::genesis::demo::{self, Purpose};
use toend_ledger::ladder::rungs;
use toend_ledger::list::{self, Class, ListKey};
use toend_ledger::merkle::Frontier;
use toend_ledger::network::{Checkpoint, demo as network, word};
use toend_ledger::proof_file::{Language, ProofDocument, ProofFile, Version, page};
use toend_ledger::record::{Flag, head_commitment, record_key};
use toend_ledger::schema;
use toend_ledger::state::{
    Address, At, AuthorityValue, ConsensusValue, CovertValue, EntryValue, EpochValue, Fault,
    FaultKind, FaultValue, FilingValue, GatewayValue, HeadValue, HistoryValue, Key, KeyChange,
    OpeningValue, PublicListValue, Reg, RegisterValue, RightValue, RulesValue, TlsIssuer,
    ValidatorValue,
};
use toend_ledger::subject::Subject;
use toend_ledger::tx::{Action, Batch, Filing, Governance, Op, Tx};
use toend_ledger::vrf::SecretKey;

use crate::sample_ledger::{REG, SampleLedger};
use crate::sample_tree::{SampleTree, pairs};
use crate::vector_filings::filings;

const AT: At = At {
    height: 42,
    time_ms: 1_793_491_410_000,
};

fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

/// (file name, contents).
pub fn all() -> Vec<(&'static str, Json)> {
    vec![
        ("state.json", state()),
        ("proofs.json", proofs()),
        ("lists.json", lists()),
        ("commitments.json", commitments()),
        ("transactions.json", transactions()),
        ("filings.json", filings()),
        ("network-file.json", network_file()),
        ("proof-file.json", proof_file()),
    ]
}

/// The text of a vector file.
pub fn text(json: &Json) -> String {
    serde_json::to_string_pretty(json).unwrap() + "\n"
}

fn state() -> Json {
    let (reg, id) = (Reg(3), [0xab; 32]);
    let mut frontier = Frontier::new();
    for i in 0..5 {
        frontier.push([i; 32]);
    }
    let fault = Fault {
        kind: FaultKind::DuplicateVote,
        address: [0xcd; 20],
        height: 40,
        time_ms: 1_793_491_400_000,
        at: AT,
    };
    let rows: Vec<(&str, Key, Vec<u8>)> = vec![
        (
            "history",
            Key::History,
            HistoryValue {
                frontier: frontier.clone(),
            }
            .encode(),
        ),
        (
            "register",
            Key::Register(reg),
            RegisterValue {
                seal_key: [1; 32],
                answer_key: [2; 32],
                next_batch: 3,
                opened: 4,
                entries: 5,
                heads: 6,
                changed: None,
            }
            .encode(),
        ),
        (
            "epoch",
            Key::Epoch { reg, epoch: 1 },
            EpochValue {
                vrf_key: [1; 32],
                from: 1,
                until: EpochValue::OPEN,
            }
            .encode(),
        ),
        (
            "opening",
            Key::Opening {
                reg,
                epoch: 1,
                o: id,
            },
            OpeningValue { k: [1; 32], at: AT }.encode(),
        ),
        (
            "entry",
            Key::Entry { reg, label: id },
            EntryValue { c: [1; 32], at: AT }.encode(),
        ),
        (
            "head",
            Key::Head { reg, r: id },
            HeadValue {
                v: 2,
                flag: Flag::Ended,
                hd: [1; 32],
                at: AT,
            }
            .encode(),
        ),
        (
            "public list",
            Key::PublicList {
                reg,
                subject_hash: id,
            },
            PublicListValue { frontier, at: AT }.encode(),
        ),
        (
            "filing",
            Key::Filing(id),
            FilingValue {
                gateway: 2,
                place: 9,
                at: AT,
            }
            .encode(),
        ),
        (
            "covert",
            Key::Covert { reg, s: id },
            CovertValue {
                open_by: 5,
                opened_at: 0,
            }
            .encode(),
        ),
        (
            "authority",
            Key::Authority(4),
            AuthorityValue {
                governance_key: [1; 32],
                serial: 1,
                at: AT,
            }
            .encode(),
        ),
        (
            "gateway",
            Key::Gateway(4),
            GatewayValue {
                key: [1; 32],
                authority: 4,
                gateway: Address::new("https://fifth.example/v1").unwrap(),
                rpc: Address::new("").unwrap(),
                tls_issuer: TlsIssuer::Unsaid,
                serial: 2,
                at: AT,
            }
            .encode(),
        ),
        (
            "gateway with issuer",
            Key::Gateway(5),
            GatewayValue {
                key: [1; 32],
                authority: 5,
                gateway: Address::new("https://sixth.example/v1").unwrap(),
                rpc: Address::new("").unwrap(),
                tls_issuer: TlsIssuer::Named([2; 32]),
                serial: 1,
                at: AT,
            }
            .encode(),
        ),
        (
            "register with a counted change",
            Key::Register(Reg(4)),
            RegisterValue {
                seal_key: [1; 32],
                answer_key: [2; 32],
                next_batch: 3,
                opened: 4,
                entries: 5,
                heads: 6,
                changed: Some(KeyChange { serial: 2, at: AT }),
            }
            .encode(),
        ),
        (
            "validator",
            Key::Validator(4),
            ValidatorValue {
                pub_key: [1; 32],
                power: 10,
                serial: 1,
                at: AT,
            }
            .encode(),
        ),
        (
            "right",
            Key::Right {
                reg,
                schema: 3001,
                period: 1,
            },
            RightValue {
                authority: 2,
                from: 1,
                until: RightValue::OPEN,
            }
            .encode(),
        ),
        (
            "fault",
            Key::Fault(3),
            FaultValue {
                count: 2,
                first: fault,
                last: Fault {
                    kind: FaultKind::LightClientAttack,
                    height: 6,
                    ..fault
                },
            }
            .encode(),
        ),
        (
            "rules",
            Key::Rules,
            RulesValue {
                before: 1,
                version: 2,
                from: 100,
                serial: 1,
                at: AT,
            }
            .encode(),
        ),
        (
            "consensus",
            Key::Consensus([0xcd; 20]),
            ConsensusValue {
                authority: 4,
                at: AT,
            }
            .encode(),
        ),
    ];
    let rows = rows.iter().map(|(kind, key, value)| {
        json!({ "kind": kind, "key": hex(key.encode()), "key_hash": hex(key.hash()), "value": hex(value) })
    });
    json!({ "format": "state", "rows": rows.collect::<Vec<_>>() })
}

fn proofs() -> Json {
    let pairs = pairs(64);
    let tree = SampleTree::new(pairs.clone());
    let mut cases = Vec::new();
    for (key, value) in pairs.iter().take(4) {
        let proof = hex(tree.prove(key).encode());
        cases.push(json!({ "claim": "presence", "key": hex(key), "value": hex(value), "proof": proof, "valid": true }));
        cases.push(json!({ "claim": "presence", "key": hex(key), "value": "00", "proof": proof, "valid": false }));
        cases.push(json!({ "claim": "absence", "key": hex(key), "proof": proof, "valid": false }));
    }
    for i in 0u8..8 {
        let proof = hex(tree.prove(&[i]).encode());
        cases.push(json!({ "claim": "absence", "key": hex([i]), "proof": proof, "valid": true }));
        cases.push(
            json!({ "claim": "absence", "key": hex(&pairs[0].0), "proof": proof, "valid": false }),
        );
    }
    let malformed = [
        ("another format", "0201000000"),
        ("an unknown end", "01040000"),
        ("too deep", "01010101"),
        ("the deepest sibling empty", "0101000100"),
        (
            "bits beyond the depth",
            &["010100017f", &"11".repeat(32)].concat(),
        ),
        (
            "an empty sibling written out",
            &["01010002c0", &"00".repeat(32), &"11".repeat(32)].concat(),
        ),
        ("bytes left over", "0101000000"),
    ];
    let malformed = malformed.map(|(what, proof)| json!({ "what": what, "proof": proof }));
    let subtree = tree.subtree(&toend_ledger::hash::sha256(&[&pairs[0].0]), 2);
    json!({
        "format": "proofs",
        "root": hex(tree.root()),
        "leaves": pairs.iter().map(|(key, value)| json!([hex(key), hex(value)])).collect::<Vec<_>>(),
        "cases": cases,
        "malformed": malformed,
        "subtree": { "bits": 2, "prefix": hex(subtree.prefix()), "proof": hex(subtree.encode()), "leaves": subtree.leaves().len() },
    })
}

fn lists() -> Json {
    let (net, reg, epoch) = ([1; 32], Reg(1), 1);
    let subject = Subject::person("EE", "47101010033").unwrap();
    let register = SecretKey::from_bytes([2; 32]);
    let alpha = list::open_alpha(&net, reg, epoch, &subject);
    let o = list::opening(&register, &net, reg, epoch, &subject).unwrap();
    let key = ListKey::new(net, reg, SecretKey::from_bytes([3; 32]));
    let labels = [
        (Class::Records, 1),
        (Class::Records, 2),
        (Class::AccessLog, 1),
    ]
    .map(|(class, n)| {
        json!({
            "class": class as u8, "n": n,
            "alpha": hex(list::label_alpha(&net, reg, class, n)),
            "proof": hex(key.prove_label(class, n).unwrap().as_bytes()),
            "label": hex(key.label(class, n).unwrap()),
        })
    });
    let ladders = [0u64, 1, 2, 3, 5, 14, 100].map(|n| {
        json!({ "n": n, "rungs": rungs(n).iter().map(|(k, present)| json!([k, present])).collect::<Vec<_>>() })
    });
    let subjects = [
        ("person", "EE", "47101010033"),
        ("person", "EE", "39901012239"),
        ("person", "EE", "18502140326"),
        ("company", "EE", "19999012"),
        ("company", "EE", "79999018"),
        ("person", "EE", "EE47101010033"),
        ("person", "EE", "47101010034"),
        ("person", "EE", " 47101010033"),
        ("person", "FI", "47101010033"),
        ("company", "EE", "019999012"),
        ("company", "EE", "29999012"),
    ]
    .map(|(kind, country, code)| {
        let subject = if kind == "person" {
            Subject::person(country, code)
        } else {
            Subject::company(country, code)
        };
        let encoded = subject.as_ref().ok().map(|subject| hex(subject.encode()));
        json!({ "kind": kind, "country": country, "code": code, "encoded": encoded })
    });
    json!({
        "format": "lists",
        "net": hex(net), "reg": reg.0, "epoch": epoch,
        "subjects": subjects,
        "opening": {
            "subject": hex(subject.encode()), "alpha": hex(alpha.clone()),
            "register_secret": hex([2; 32]), "register_key": hex(register.public().as_bytes()),
            "proof": hex(register.prove(&alpha).unwrap().as_bytes()), "o": hex(o),
            "list_secret": hex([3; 32]), "list_key": hex(key.public().as_bytes()),
            "k": hex(list::list_commitment(&o, &key.public())),
        },
        "possession": {
            "alpha": hex(list::pop_alpha(&net, reg, epoch)),
            "proof": hex(register.prove(&list::pop_alpha(&net, reg, epoch)).unwrap().as_bytes()),
        },
        "labels": labels,
        "ladders": ladders,
    })
}

fn commitments() -> Json {
    let seed = Seed::from_bytes([7; 32]);
    let rows = RowTree::new(
        &seed,
        3,
        vec![Value::text("esimene"), Value::text("teine"), Value::Int(-3)],
    )
    .unwrap();
    let values = vec![
        Value::text("Mari õe"),
        Value::Int(-1234),
        Value::Bool(true),
        rows.field_value(),
        Value::Absent,
        Value::Bytes(vec![1]),
    ];
    let tree = FieldTree::new(&seed, values.clone()).unwrap();
    let fields = (0u16..).zip(&values).map(|(i, value)| {
        let opening = tree.open(i).unwrap();
        json!({
            "position": i, "value": hex(cbor::encode(value).unwrap()), "salt": hex(salt(&seed, i)),
            "path": opening.path.iter().map(hex).collect::<Vec<_>>(),
        })
    });
    let shown_rows = (0..3).map(|j| {
        let row = rows.open(j).unwrap();
        json!({
            "row": j, "value": hex(cbor::encode(&row.value).unwrap()), "salt": hex(row_salt(&seed, 3, j)),
            "path": row.path.iter().map(hex).collect::<Vec<_>>(),
        })
    });
    let (net, reg, record, v, schema) = ([1; 32], Reg(1), [2; 32], 1, 1001);
    let q = content_commitment(&net, reg, &record, v, schema, &tree.root());
    let older = [[4; 32], [5; 32]];
    let prev = prev_root(&older);
    let p = place_commitment(&[6; 32], &[8; 32], Class::Records, 3, &prev);
    let refused = [
        ("not the shortest form", "1817"),
        ("indefinite length", "9f01ff"),
        ("a map", "a0"),
        ("a tag", "c000"),
        ("a float", "f93c00"),
        ("null", "f6"),
        ("absent inside an array", "81f7"),
        ("text in form D", "636fcc83"),
        ("byte order mark", "63efbbbf"),
        ("right-to-left override", "63e280ae"),
        ("bytes left over", "0000"),
        ("five levels", "818181818101"),
    ]
    .map(|(what, bytes)| json!({ "what": what, "bytes": bytes }));
    json!({
        "format": "commitments",
        "seed": hex([7; 32]), "positions": values.len(), "fields": fields.collect::<Vec<_>>(), "fr": hex(tree.root()),
        "rows": { "position": 3, "rows": shown_rows.collect::<Vec<_>>() },
        "content": { "net": hex(net), "reg": reg.0, "record": hex(record), "v": v, "schema": schema, "q": hex(q) },
        "place": {
            "blind": hex([6; 32]), "owner": hex([8; 32]), "class": 0, "n": 3,
            "older": older.map(hex), "prev": hex(prev), "p": hex(p),
        },
        "c": hex(entry_commitment(&p, &q)),
        "head": { "r": hex(record_key(reg, &record)), "hd": hex(head_commitment(&record, v, &q)) },
        "refused_values": refused,
    })
}

fn transactions() -> Json {
    let net = [1; 32];
    let ops = vec![
        Op::Open {
            epoch: 1,
            o: [1; 32],
            k: [2; 32],
        },
        Op::Entry {
            label: [3; 32],
            c: [4; 32],
        },
        Op::Head {
            r: [5; 32],
            v: 1,
            flag: Flag::Current,
            hd: [6; 32],
        },
        Op::ListCreate {
            subject_hash: [7; 32],
        },
        Op::ListAppend {
            subject_hash: [7; 32],
            size_before: 0,
            c: [8; 32],
        },
        Op::Covert {
            s: [9; 32],
            open_by: 10,
        },
        Op::CovertOpened { s: [9; 32] },
    ];
    let seal = demo::signing_key(Purpose::Seal, 1);
    let public = |key: &SigningKey| hex(key.verifying_key().to_bytes());
    let batch = Batch::signed(net, Reg(1), 1, ops, &seal).unwrap();
    let gateway = demo::signing_key(Purpose::Gateway, 0);
    let filing = Filing::signed(net, 0, [7; 32], &gateway);
    let secret = SecretKey::from_bytes([9; 32]);
    let action = Action::Epoch {
        reg: Reg(1),
        epoch: 2,
        vrf_key: secret.public(),
        possession: secret.prove(&list::pop_alpha(&net, Reg(1), 2)).unwrap(),
    };
    let governance: Vec<_> = (0..4)
        .map(|i| demo::signing_key(Purpose::Governance, i))
        .collect();
    let signers: Vec<_> = (0u16..).zip(&governance).take(3).collect();
    let decision = Governance::signed(net, action, &signers).unwrap();
    let others: Vec<_> = offices()
        .into_iter()
        .map(|action| {
            let decision = Governance::signed(net, action, &signers).unwrap();
            hex(Tx::Governance(decision).encode())
        })
        .collect();
    json!({
        "format": "transactions",
        "net": hex(net),
        "batch": {
            "seal_key": public(&seal), "signing_bytes": hex(batch.signing_bytes()),
            "tx": hex(Tx::Batch(batch).encode()),
        },
        "filing": {
            "gateway_key": public(&gateway), "signing_bytes": hex(filing.signing_bytes()),
            "tx": hex(Tx::Filing(filing).encode()),
        },
        "governance": {
            "keys": governance.iter().map(public).collect::<Vec<_>>(), "signing_bytes": hex(decision.signing_bytes()),
            "tx": hex(Tx::Governance(decision).encode()), "others": others,
        },
        "genesis": { "file": String::from_utf8(demo::genesis_bytes()).unwrap(), "net": hex(demo::net()) },
    })
}

/// Decisions about offices and rules: authority, validator, gateway, right, upgrade, gateway with issuer, keys of a register.
fn offices() -> [Action; 7] {
    let key = |name: &str| demo::derived(name, 4);
    let address = |text| Address::new(text).unwrap();
    [
        Action::Authority {
            authority: 4,
            serial: 1,
            governance_key: key("joining governance"),
        },
        Action::Validator {
            authority: 4,
            serial: 1,
            pub_key: key("joining consensus"),
            power: 10,
        },
        Action::Gateway {
            gateway: 4,
            serial: 1,
            key: key("joining gateway"),
            authority: 4,
            gateway_address: address("https://fifth.example/v1"),
            rpc_address: address("https://fifth.example:26657"),
            tls_issuer: TlsIssuer::Unsaid,
        },
        Action::Right {
            reg: Reg(3),
            schema: 3001,
            period: 1,
            authority: 2,
            begins: false,
        },
        Action::Upgrade {
            serial: 1,
            version: 2,
            height: 1000,
        },
        Action::Gateway {
            gateway: 4,
            serial: 2,
            key: key("joining gateway"),
            authority: 4,
            gateway_address: address("https://fifth.example/v1"),
            rpc_address: address(""),
            tls_issuer: TlsIssuer::Named(key("joining issuer")),
        },
        Action::Keys {
            reg: Reg(3),
            serial: 1,
            seal_key: key("next seal"),
            answer_key: key("next answer"),
        },
    ]
}

fn network_file() -> Json {
    let checkpoint = Checkpoint {
        height: 7,
        time_ms: 1_793_491_235_000,
        header_hash: [7; 32],
        validators_hash: [8; 32],
    };
    let endpoint = network::Endpoint {
        gateway: "http://127.0.0.1:4000/v1".to_owned(),
        rpc: "http://127.0.0.1:4000".to_owned(),
    };
    let file = network::network_file(&[endpoint], checkpoint);
    let words = [0u16, 1, 4, 32, 128, 1023, 2047].map(|i| json!([i, word(i)]));
    json!({
        "format": "network-file",
        "file": String::from_utf8(file.encode()).unwrap(),
        "digest": hex(file.digest()),
        "fingerprint": file.fingerprint(),
        "words": words,
    })
}

fn proof_file() -> Json {
    let schema = schema::by_name("visit").unwrap();
    let ledger = SampleLedger::new(schema, 4, 1);
    let mut statement = ledger.statement(3, &[0, 2]);
    let holder = ledger.document(vec![statement.clone()]);
    statement.right = Some(ledger.right(schema.id));
    let listed = ledger.document(vec![statement.clone()]);
    statement.right = None;
    statement.index = Some(ledger.index(3));
    let court = ledger.document(vec![statement]);
    let mut ruled = SampleLedger::new(schema, 4, 1);
    ruled.set_periods(schema.id, &[(0, 1, 3), (2, 4, RightValue::OPEN)]);
    ruled.make_headers(ruled.tip().height);
    let ruled_document = |n| {
        let mut statement = ruled.statement(n, &[0, 2]);
        statement.right = Some(ruled.right(schema.id));
        ruled.document(vec![statement])
    };
    let with = |document: &ProofDocument, version, language| ProofDocument {
        version,
        language,
        ..document.clone()
    };
    let file = |document: &ProofDocument| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(ProofFile::write(document).unwrap())
    };
    let case =
        |document: ProofDocument| json!({ "asice": file(&document), "page": page(&document) });
    json!({
        "format": "proof-file",
        "net": hex(ledger.net), "root": hex(ledger.root()), "reg": REG.0, "schema": schema.id, "record": hex(ledger.entries[2].record),
        // Files of version 1 are out in the world: they must read for ever.
        "holder": case(with(&holder, Version::One, Language::En)),
        "court": case(with(&court, Version::One, Language::Et)),
        "holder_2_en": case(with(&holder, Version::Two, Language::En)),
        "holder_2_ru": case(with(&holder, Version::Two, Language::Ru)),
        "court_2_et": case(with(&court, Version::Two, Language::Et)),
        // The ledger itself says who might seal this kind: as listed; within a later period; between two periods.
        "holder_3_et": case(with(&listed, Version::Three, Language::Et)),
        "ruled_root": hex(ruled.root()),
        "holder_3_en_had": case(ruled_document(3)),
        "holder_3_en_nobody": case(ruled_document(2)),
    })
}
