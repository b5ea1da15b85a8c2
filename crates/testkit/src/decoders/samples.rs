//! Valid bytes that damage starts from.

use ed25519_dalek::Signer as _;
use toend_client::receipt::{self, Receipt, Sealed};
use toend_ledger::{
    cbor,
    cometbft::{
        BlockId, BlockIdFlag, Commit, CommitSig, Encode, Header, LightBlock, PartSetHeader,
        SignedHeader, Time, Validator, ValidatorSet, Version, bundle,
    },
    evidence::{Conflict, EvidenceFile, FORMAT, FORMAT_ANSWERS, GatewayKey, Side},
    gateway::{B64, FilingAnswer, FilingOutcome},
    genesis::demo,
    merkle::Frontier,
    network,
    subject::Subject,
};
use toend_node::abci::snapshot::{Manifest, Writer};
use toend_node::ledger_backup;
use toend_node::registers::backup;

const PARTS: PartSetHeader = PartSetHeader {
    total: 1,
    hash: [2; 32],
};

/// Valid bytes for a decoder, where they can be made without a network; damage starts from them.
pub fn samples(name: &str) -> Vec<Vec<u8>> {
    match name {
        "header" => vec![header().encode()],
        "commit" => vec![page().signed_header.commit.encode()],
        "validator_set" => vec![validators().encode()],
        "light_block_json" => vec![serde_json::to_vec(&page()).expect("a block is JSON")],
        "header_bundle" => vec![bundle::encode(&[header()]).expect("one header")],
        "genesis" => vec![demo::genesis_bytes()],
        "subject" => vec![
            Subject::person("EE", "47101010033")
                .expect("a demonstration person")
                .encode(),
        ],
        "cbor" => vec![
            cbor::encode(&cbor::Value::Array(vec![
                cbor::Value::Int(-5),
                cbor::Value::text("õ"),
                cbor::Value::Bool(true),
            ]))
            .expect("small"),
        ],
        "frontier" => {
            let mut frontier = Frontier::new();
            for i in 0..7u8 {
                frontier.push([i; 32]);
            }
            vec![frontier.encode()]
        }
        "transaction" => {
            let ops = (0..8u8)
                .map(|i| toend_ledger::tx::Op::Entry {
                    label: [i; 32],
                    c: [i; 32],
                })
                .collect();
            let key = demo::signing_key(demo::Purpose::Seal, 1);
            vec![
                toend_ledger::tx::Batch::signed(
                    demo::net(),
                    toend_ledger::state::Reg(1),
                    1,
                    ops,
                    &key,
                )
                .expect("eight entries")
                .encode(),
            ]
        }
        "evidence" => evidence(),
        "receipt" => receipts(),
        "certificate" => toend_id_card::demo::cards()
            .iter()
            .flat_map(|card| card.certificates().map(<[u8]>::to_vec))
            .collect(),
        "card_script" => vec![
            b"ATR 3BDB960080B1FE451F830012233F536549440F9000F1\n> 00A4040C00\n< 9000\n".to_vec(),
        ],
        "import_csv" => vec![
            b"subject.code,record.key,title,diagnoses\r\n47101010033,\"a\n,\"\"b\",x,\"[[\"\"J00\"\",null,null,true]]\"\r\n"
                .to_vec(),
        ],
        "import_ndjson" => vec![
            b"{\"subject.code\":\"47101010033\",\"record.key\":\"a\",\"diagnoses\":[{\"code\":\"J00\"}]}\n"
                .to_vec(),
        ],
        "import_mapping" => vec![
            b"format = \"toend-import/1\"\nignore = [\"x\"]\n[fields]\n\"subject.code\" = \"k\"\ndate = { column = \"d\", spelling = \"day-month-year\" }\n"
                .to_vec(),
        ],
        "snapshot_manifest" => vec![snapshot().1.encode()],
        "snapshot_chunk" => vec![snapshot().0],
        "backup_head" => vec![
            backup::Head {
                net: demo::net(),
                reg: toend_ledger::state::Reg(1),
                made_ms: 1_795_000_000_000,
            }
            .encode(),
        ],
        "backup_chunk" => backup_chunks(),
        "ledger_backup_list" => vec![backup_list()],
        _ => vec![Vec::new()],
    }
}

/// A chunk of a register's backup: one value by name, then one list that waits and one in a batch.
fn backup_chunks() -> Vec<Vec<u8>> {
    let values = b"\x00\x00\x00\x00\x04name\x00\x00\x00\x02\x07\x07".to_vec();
    let mut lists = vec![1];
    for batch in [b"\x00".as_slice(), b"\x01\x00\x00\x00\x00\x00\x00\x00\x05"] {
        lists.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1]);
        lists.extend_from_slice(&[&[0, 0, 0, 32][..], &[3; 32], &[1]].concat());
        lists.extend_from_slice(&[&[0, 0, 0, 40][..], &[4; 40], batch].concat());
    }
    vec![values, lists]
}

/// A chunk of one pair, and its manifest.
fn snapshot() -> (Vec<u8>, Manifest) {
    let mut writer = Writer::new(demo::net(), 7, [1; 32]);
    writer.put(&[1], &[2; 40]).expect("one small pair");
    writer.finish().expect("one chunk")
}

fn validators() -> ValidatorSet {
    let key = demo::signing_key(demo::Purpose::Consensus, 0).verifying_key();
    ValidatorSet::new(vec![Validator::new(key.to_bytes(), 10)]).expect("one validator")
}

fn header() -> Header {
    let hash = validators().hash();
    Header {
        version: Version { block: 11, app: 1 },
        chain_id: demo::CHAIN_ID.into(),
        height: 5,
        time: Time::from_unix_nanos(1_793_491_200_000_000_000).expect("a time"),
        last_block_id: Some(BlockId {
            hash: [1; 32],
            parts: PARTS,
        }),
        last_commit_hash: Some([3; 32]),
        data_hash: Some([4; 32]),
        validators_hash: hash,
        next_validators_hash: hash,
        consensus_hash: [5; 32],
        app_hash: vec![6; 32],
        last_results_hash: Some([7; 32]),
        evidence_hash: None,
        proposer_address: [8; 20],
    }
}

/// A page with its one validator's signature.
fn page() -> LightBlock {
    let header = header();
    let key = demo::signing_key(demo::Purpose::Consensus, 0);
    let mut commit = Commit {
        height: header.height,
        round: 0,
        block_id: Some(BlockId {
            hash: header.hash(),
            parts: PARTS,
        }),
        signatures: vec![CommitSig {
            flag: BlockIdFlag::Commit,
            address: Validator::new(key.verifying_key().to_bytes(), 10).address,
            time: header.time,
            signature: [0; 64],
        }],
    };
    let message = commit.sign_bytes(demo::CHAIN_ID, 0).expect("one vote");
    for vote in &mut commit.signatures {
        vote.signature = key.sign(&message).to_bytes();
    }
    LightBlock {
        signed_header: SignedHeader { header, commit },
        validator_set: validators(),
        next_validator_set: Some(validators()),
    }
}

/// Two blocks, two headers, and two answers of a gateway whose key the genesis file or the ledger shows.
fn evidence() -> Vec<Vec<u8>> {
    let checkpoint = network::Checkpoint {
        height: 4,
        time_ms: 1_793_491_200_000,
        header_hash: [1; 32],
        validators_hash: [2; 32],
    };
    let file = |format: &str, conflict| {
        let file = EvidenceFile {
            format: format.into(),
            found_ms: 1,
            network: network::demo::network_file(&[], checkpoint.clone()),
            conflict,
        };
        file.encode().expect("evidence is JSON")
    };
    let side = || Side {
        source: Some("gateway".into()),
        blocks: vec![page()],
    };
    let answers = |key| Conflict::Answers {
        key,
        first: answer(FilingOutcome::Sealed, 5),
        second: answer(FilingOutcome::Refused { code: 7 }, 0),
    };
    vec![
        file(
            FORMAT,
            Conflict::Blocks {
                common: Box::new(page()),
                first: side(),
                second: side(),
            },
        ),
        file(
            FORMAT,
            Conflict::Links {
                upper: Box::new(header()),
                lower: Box::new(header()),
            },
        ),
        file(
            FORMAT_ANSWERS,
            answers(GatewayKey::Genesis {
                file: B64(b"{}".to_vec()),
            }),
        ),
        file(
            FORMAT_ANSWERS,
            answers(GatewayKey::Ledger {
                value: B64(vec![1; 40]),
                proof: B64(vec![2; 40]),
                block: Box::new(page()),
            }),
        ),
    ]
}

/// A signed answer of a gateway at tip 9.
fn answer(outcome: FilingOutcome, height: u64) -> FilingAnswer {
    let mut answer = FilingAnswer {
        commitment: B64(vec![2; 32]),
        outcome,
        height,
        gateway: 0,
        tip_height: 9,
        tip_hash: B64(vec![3; 32]),
        signature: B64::default(),
    };
    let key = demo::signing_key(demo::Purpose::Gateway, 0);
    let signature = key.sign(&answer.signing_bytes(&demo::net()));
    answer.signature = B64(signature.to_bytes().to_vec());
    answer
}

/// A receipt before its proof came, and after.
fn receipts() -> Vec<Vec<u8>> {
    let waiting = Receipt {
        format: receipt::FORMAT.into(),
        chain_id: demo::CHAIN_ID.into(),
        net: B64(demo::net().to_vec()),
        register: 1,
        nonce: B64(vec![1; 32]),
        document: B64(vec![2; 32]),
        sealed: None,
    };
    let sealed = Receipt {
        sealed: Some(Sealed {
            value: B64(vec![3; 30]),
            proof: B64(vec![4; 40]),
            page: page(),
        }),
        ..waiting.clone()
    };
    [waiting, sealed]
        .map(|receipt| receipt.encode().expect("a receipt is JSON"))
        .to_vec()
}

/// The list of a ledger's backup with one file of each database that must be there.
fn backup_list() -> Vec<u8> {
    let files = [
        "application.sqlite3",
        "blockstore.db/CURRENT",
        "state.db/000001.log",
    ];
    let files = files.map(
        |path| serde_json::json!({ "path": path, "bytes": 9, "sha256": hex::encode([1; 32]) }),
    );
    let list = serde_json::json!({
        "format": ledger_backup::FORMAT,
        "net": hex::encode(demo::net()),
        "height": 9,
        "block": hex::encode([2; 32]),
        "files": files,
    });
    serde_json::to_vec_pretty(&list).expect("a list is JSON")
}
