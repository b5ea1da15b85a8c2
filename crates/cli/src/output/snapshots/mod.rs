//! Pages as they look, in three languages. After a wanted change: `TOEND_WRITE_SNAPSHOTS=1 cargo test -p toend-cli snapshots`,
//! then look at the difference.

use std::collections::BTreeMap;
use std::path::Path;

use toend_client::dto::{
    AuthorityOffice, AuthorityStatus, Blame, CardKind, CardState, Check, CheckState, ClockState,
    ContradictionKind, ContradictionView, Decided, EpochOffice, FaultEvidence, FaultNote,
    FaultSort, FieldValue, FieldView, GatewayOffice, IssuerOffice, JoinedGateway, Language,
    LedgerState, LedgerStatus, Names, OfficeKey, Offices, ProofNumbers, ProofView, RecordList,
    RecordRow, RecordView, RegisterId, RegisterOffice, RightOffice, RulesOffice, SealedInterval,
    Session, SignerView, Status, SubjectRef, SyncPhase, SyncProgress, Verdict, VerdictInfo,
};
use toend_client::{check, network};

use super::{list, offices, params, record, report, status};

const TIME: i64 = 1_795_000_000_000;

fn compare(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/output/snapshots")
        .join(name);
    if std::env::var_os("TOEND_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(page, expected, "{name} looks different");
}

fn in_three_languages(name: &str, page: impl Fn(Language) -> String) {
    for (language, tag) in [
        (Language::Et, "et"),
        (Language::En, "en"),
        (Language::Ru, "ru"),
    ] {
        compare(&format!("{name}.{tag}.txt"), &page(language));
    }
}

fn now() -> Status {
    let authority = |id: &str, names: [&str; 3], signed: bool| AuthorityStatus {
        id: id.to_owned(),
        names: Names {
            et: names[0].to_owned(),
            en: names[1].to_owned(),
            ru: names[2].to_owned(),
        },
        recent: vec![true, signed],
        signed_last_ms: Some(TIME),
        answering: true,
        error: None,
        through: None,
        latency_ms: Some(3),
        fault: None,
    };
    Status {
        demonstration: true,
        network: "toend-demo-1".to_owned(),
        ledger: LedgerStatus {
            state: LedgerState::UpToDate,
            height: 812,
            time_ms: TIME,
            checked_at_ms: TIME,
            cross_checked: vec!["tax-house".to_owned()],
            words: [
                "kiban", "vogan", "venin", "dorun", "gimen", "lovan", "vaban", "horan", "naven",
                "somin",
            ]
            .map(str::to_owned)
            .to_vec(),
            checkpoint: None,
        },
        authorities: vec![
            authority(
                "health-house",
                ["Tervisemaja", "Health House", "Дом здоровья"],
                true,
            ),
            authority(
                "tax-house",
                ["Maksumaja", "Tax House", "Налоговый дом"],
                false,
            ),
        ],
        contradictions: vec![ContradictionView {
            gateway: 1,
            authority: "tax-house".to_owned(),
            kind: ContradictionKind::Sealed,
            found_ms: TIME,
            height: 800,
        }],
        joined: vec![JoinedGateway {
            gateway: 4,
            authority: "authority-4".to_owned(),
            number: 4,
            address: "https://fifth.example".to_owned(),
            answering: true,
            error: None,
            through: None,
            latency_ms: Some(7),
        }],
        registers: Vec::new(),
        card: CardState {
            kind: CardKind::Ready,
            readers: Vec::new(),
            cards: Vec::new(),
            error: None,
        },
        sync: SyncProgress {
            phase: SyncPhase::Done,
            done: 812,
            total: 812,
            oldest: 1,
            rate_per_s: 51_200,
            seconds_left: Some(0),
            sources: Vec::new(),
        },
        clock: ClockState::Right,
        clock_offset_ms: Some(4),
        now_ms: TIME,
        notices: Vec::new(),
    }
}

fn row(
    n: u64,
    verdict: Verdict,
    reason: &str,
    schema: &str,
    fields: &[(&str, FieldValue)],
) -> RecordRow {
    RecordRow {
        id: format!("health-me-{n}"),
        register: RegisterId::Health,
        n,
        schema: schema.to_owned(),
        version: 1,
        superseded: false,
        date: if schema.is_empty() {
            String::new()
        } else {
            "2026-11-13".to_owned()
        },
        fields: fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        verdict: VerdictInfo {
            verdict,
            reason: reason.to_owned(),
            params: BTreeMap::new(),
        },
        sealed_ms: Some(TIME),
        received_ms: None,
    }
}

fn lab(n: u64) -> RecordRow {
    row(
        n,
        Verdict::Proven,
        "ok",
        "lab",
        &[
            (
                "title",
                FieldValue::Text("Pikaajaline veresuhkur".to_owned()),
            ),
            (
                "analyte",
                FieldValue::Text("HbA1c\u{202e}\u{1b}[31m".to_owned()),
            ),
            (
                "value",
                FieldValue::Decimal {
                    digits: 431,
                    places: 1,
                },
            ),
            ("unit", FieldValue::Code("mmol/mol".to_owned())),
        ],
    )
}

fn withheld() -> RecordList {
    let problem = toend_client::error::info("E32", Blame::Peer, true)
        .with("register", "health")
        .with("ledger", "3")
        .with("given", "2")
        .with("held", "2")
        .with("missing", "2")
        .with("reason", "withheld");
    RecordList {
        register: RegisterId::Health,
        subject: SubjectRef::person("EE", "47101010033", "MARI-LIIS MÄNNIK".to_owned()),
        ledger_count: Some(3),
        held_count: 2,
        answered: true,
        as_of_ms: Some(TIME),
        as_of_height: Some(811),
        problems: vec![problem],
        rows: vec![
            lab(3),
            row(2, Verdict::Withheld, "withheld", "", &[]),
            lab(1),
        ],
    }
}

fn silent() -> RecordList {
    let problem = toend_client::error::info("E29", Blame::Peer, true)
        .with("register", "tax")
        .with("reason", "gatewaySilent");
    RecordList {
        register: RegisterId::Tax,
        ledger_count: None,
        held_count: 0,
        answered: false,
        as_of_ms: None,
        as_of_height: None,
        problems: vec![problem],
        rows: Vec::new(),
        ..withheld()
    }
}

#[test]
fn a_withheld_entry_and_a_silent_register_look_different() {
    let session = Session {
        given: "MARI-LIIS".to_owned(),
        surname: "MÄNNIK".to_owned(),
        code: "47101010033".to_owned(),
        since_ms: TIME,
        subjects: Vec::new(),
        previous_visit_ms: None,
        failed: Vec::new(),
    };
    in_three_languages("records", |language| {
        list::page(language, &now(), &session, &[withheld(), silent()])
    });
}

#[test]
fn a_record_is_shown_with_its_checks() {
    let view = RecordView {
        row: lab(3),
        fields: vec![
            FieldView {
                name: "title".to_owned(),
                position: 0,
                value: FieldValue::Text("Pikaajaline veresuhkur".to_owned()),
            },
            FieldView {
                name: "value".to_owned(),
                position: 3,
                value: FieldValue::Decimal {
                    digits: 431,
                    places: 1,
                },
            },
            FieldView {
                name: "specimen".to_owned(),
                position: 10,
                value: FieldValue::Absent,
            },
        ],
        sealed: Some(SealedInterval {
            height: 700,
            from_ms: TIME - 9000,
            until_ms: Some(TIME - 4000),
        }),
        checked_at_ms: TIME,
        versions: Vec::new(),
        series: Vec::new(),
    };
    let check = |id: &str, state: CheckState, given: [(&str, &str); 3]| Check {
        id: id.to_owned(),
        state,
        params: params(given.map(|(name, value)| (name, value.to_owned()))),
    };
    let proof = ProofView {
        id: "health-me-3".to_owned(),
        verdict: view.row.verdict.clone(),
        checks: vec![
            check(
                "unchanged",
                CheckState::Fits,
                [("fields", "18"), ("a", ""), ("b", "")],
            ),
            check(
                "complete",
                CheckState::Failed,
                [("n", "3"), ("count", "3"), ("held", "2")],
            ),
            check(
                "current",
                CheckState::NotReached,
                [("version", "1"), ("a", ""), ("b", "")],
            ),
            check(
                "signed",
                CheckState::Fits,
                [("signed", "3"), ("needed", "3"), ("total", "4")],
            ),
            check(
                "here",
                CheckState::Fits,
                [("checkedAt", "1795000000000"), ("a", ""), ("b", "")],
            ),
        ],
        numbers: Some(ProofNumbers {
            sealed_height: 700,
            proof_height: 812,
            proof_time_ms: TIME,
            n: 3,
            count: Some(3),
            version: 1,
            fields: 18,
            depth: 9,
            signers: vec![
                SignerView {
                    authority: "health-house".to_owned(),
                    signed: true,
                },
                SignerView {
                    authority: "tax-house".to_owned(),
                    signed: false,
                },
            ],
            state_root: String::new(),
            header_hash: String::new(),
            commitment: String::new(),
            micros: 900,
        }),
        checkpoint: None,
        raw: String::new(),
    };
    in_three_languages("record", |language| {
        record::page(language, &now(), &view, Some(&proof))
    });
}

#[test]
fn the_ledger_in_a_few_lines() {
    in_three_languages("status", |language| status::page(language, &now()));
}

/// One authority as it began, one that was caught, with another gateway, and one that joined.
fn offices_now() -> Offices {
    let since = Some(Decided {
        page: 700,
        not_before_ms: 1_795_000_000_000,
        serial: 1,
    });
    let key = |replaced: bool| {
        let words = vec!["kiban".to_owned(), "vogan".to_owned()];
        Some(OfficeKey { words, replaced })
    };
    let gateway = |number: u16, issuer: Option<IssuerOffice>| GatewayOffice {
        number,
        joined: number > 1,
        open: true,
        address: (number > 1).then(|| format!("https://house-{number}.example")),
        rpc: (number > 1).then(|| format!("https://house-{number}.example:26657")),
        issuer,
        key: key(number > 3),
        since: since.filter(|_| number > 1),
    };
    let issuer = |by_ledger: bool, named: bool| IssuerOffice {
        by_ledger,
        fingerprint: named.then(|| "5e1f".repeat(16)),
        words: if named {
            ["kiban", "vogan", "venin", "dorun", "gimen", "lovan"]
                .map(str::to_owned)
                .to_vec()
        } else {
            Vec::new()
        },
    };
    let epoch = |epoch: u16, until_page: Option<u64>| EpochOffice {
        epoch,
        words: vec!["dorun".to_owned(), "gimen".to_owned()],
        from_page: if epoch == 1 { 1 } else { 701 },
        until_page,
    };
    let evidence = FaultEvidence {
        sort: FaultSort::FalsePage,
        page: 600,
        time_ms: TIME,
        found_page: 602,
    };
    let office = |number: u16, gateways: Vec<GatewayOffice>| AuthorityOffice {
        number,
        names: None,
        governs: true,
        governs_since: since.filter(|_| number > 1),
        governance_key: key(number > 3),
        validates: number < 2,
        validates_since: None,
        validator_key: key(false).filter(|_| number < 2),
        power: None,
        gateways,
        fault: None,
    };
    let named = |office: AuthorityOffice, at: usize| AuthorityOffice {
        names: Some(now().authorities[at].names.clone()),
        ..office
    };
    Offices {
        page: 812,
        time_ms: TIME,
        quorum: 3,
        rules: RulesOffice {
            version: 1,
            since,
            next: Some(2),
            next_from_page: Some(900),
        },
        authorities: vec![
            named(office(0, vec![gateway(0, Some(issuer(false, true)))]), 0),
            AuthorityOffice {
                power: Some(10),
                validates_since: since,
                fault: Some(FaultNote {
                    count: 2,
                    first: evidence,
                    last: evidence,
                }),
                ..named(
                    office(
                        1,
                        vec![gateway(1, None), gateway(3, Some(issuer(true, false)))],
                    ),
                    1,
                )
            },
            office(4, vec![gateway(4, Some(issuer(true, true)))]),
        ],
        registers: vec![RegisterOffice {
            register: RegisterId::Health,
            authority: Some(0),
            batches: 40,
            entries: 320,
            seal_key: key(true),
            answer_key: key(false),
            keys_since: since,
            epochs: vec![epoch(1, Some(701)), epoch(2, None)],
            rights: vec![RightOffice {
                schema: "lab".to_owned(),
                may: false,
                from_page: 1,
                until_page: Some(700),
            }],
        }],
    }
}

#[test]
fn who_runs_the_ledger() {
    in_three_languages("offices", |language| {
        offices::page(language, &offices_now())
    });
}

#[test]
fn a_file_that_is_none() {
    let network = network::demonstration();
    let answer = check::check(b"%PDF-1.7", &network, 1_795_000_000_000);
    in_three_languages("report", |language| {
        report::page(language, &network, &answer)
    });
}
