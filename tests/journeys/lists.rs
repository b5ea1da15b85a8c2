//! Lists that break their own order: a register that seals what and where it likes, with its real key.

use serde_json::{Value, json, to_value};
use toend_client::Client;
use toend_client::dto::{RecordList, RegisterId, Verdict};
use toend_ledger::ladder::rungs;
use toend_ledger::list::open_alpha;
use toend_ledger::record::Flag;
use toend_ledger::state::{Key, Reg};
use toend_ledger::tx::Action;
use toend_node::registers::{Draft, text};
use toend_testkit::{Contents, Fault, ListScript, ScriptedRegister};

use crate::offices::decide;
use crate::scene::{
    HEALTH, MARI_CARD, Scene, Truth, igor, mari, problems, sign_in, until, verdict,
};

const REG: Reg = Reg(1);

/// A laboratory result; `mark` tells one from another.
fn lab(mark: u8) -> Contents {
    let draft = Draft::new("lab")
        .text("title", &format!("Analüüs {mark}"))
        .text("date", "2026-11-20");
    Contents::of([mark; 32], &draft.finish().unwrap())
}

/// A visit: a kind of record that has a head.
fn visit(mark: u8) -> Contents {
    let draft = Draft::new("visit")
        .text("title", &format!("Visiit {mark}"))
        .text("date", "2026-11-20");
    Contents::of([mark; 32], &draft.finish().unwrap())
}

/// A register that opened Mari-Liis's list and sealed these indices in one batch.
async fn sealed(scene: &Scene, indices: &[u64]) -> (ScriptedRegister, ListScript) {
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut list = register.open(&mari()).await;
    let entries = indices
        .iter()
        .map(|n| (*n, lab(u8::try_from(*n).unwrap())))
        .collect();
    register.seal(&mut list, entries).await;
    (register, list)
}

/// Signs in while the register gives this answer.
async fn told(scene: &Scene, answer: Value) -> (Client, RecordList) {
    scene.stage.fault(HEALTH, Fault::Tell(answer));
    scene.stage.blocks(1).await;
    let client = scene.client().await;
    sign_in(&client, MARI_CARD).await;
    let list = client.list(RegisterId::Health, None).await.unwrap();
    (client, list)
}

/// After an answer of which only these entries may be shown.
async fn assert_shown(scene: &Scene, client: &Client, list: &RecordList, shown: &[u64]) {
    for row in &list.rows {
        let good = shown.contains(&row.n);
        assert_eq!(row.verdict.verdict == Verdict::Proven, good, "{row:?}");
        assert_eq!(row.fields.is_empty(), !good, "{row:?}");
    }
    assert_eq!(list.held_count, shown.len() as u64);
    let mut bad = list.clone();
    bad.rows.retain(|row| !shown.contains(&row.n));
    scene
        .assert_nothing_false(client, &Truth::none(list), &bad)
        .await;
}

/// A register that obeys every rule, so that the journeys below fail for their fault alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_scripted_register_that_keeps_the_rules_is_believed() {
    let scene = Scene::bare().await;
    let (register, list) = sealed(&scene, &[1, 2, 3]).await;
    let answer = register.answer(&list, &[1, 2, 3], [1, 2, 3, 4]);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.problems, []);
    assert_eq!(list.ledger_count, Some(3));
    assert_shown(&scene, &client, &list, &[1, 2, 3]).await;
}

/// {1, 2, 3, 5, 6}: whoever climbs the ladder finds three entries, a bank as well as the person, and she hears of the rest.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_1_entries_beyond_a_gap_do_not_count_and_are_an_alarm() {
    let scene = Scene::bare().await;
    let (register, list) = sealed(&scene, &[1, 2, 3, 5, 6]).await;
    let answer = register.answer(&list, &[1, 2, 3, 5, 6], 1..=8);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.ledger_count, Some(3));
    assert!(
        problems(&list).contains(&("E35", "gap")),
        "{:?}",
        list.problems
    );
    for n in [5, 6] {
        assert_eq!(verdict(&list, n), (Verdict::CannotCheck, "gap"));
    }
    assert_shown(&scene, &client, &list, &[1, 2, 3]).await;
}

/// The register shows three entries, seals a fifth and a sixth, and goes on showing three, all proven. The blocks tell.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_1_entries_sealed_beyond_a_gap_are_found_in_the_blocks() {
    let scene = Scene::bare().await;
    let (mut register, mut script) = sealed(&scene, &[1, 2, 3]).await;
    let answer = register.answer(&script, &[1, 2, 3], [1, 2, 3, 4]);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!((list.problems.len(), list.ledger_count), (0, Some(3)));
    register
        .seal(&mut script, vec![(5, lab(5)), (6, lab(6))])
        .await;
    scene.stage.blocks(2).await;
    let list = until("finding the hidden entries", async || {
        let answer = register.answer(&script, &[1, 2, 3], [1, 2, 3, 4]);
        scene
            .stage
            .fault(HEALTH, Fault::Tell(to_value(answer).unwrap()));
        let list = client.refresh(RegisterId::Health, None).await.unwrap();
        (!list.problems.is_empty()).then_some(list)
    })
    .await;
    assert!(list.answered);
    assert_eq!(problems(&list), [("E32", "sealedNotShown")]);
    assert_eq!(list.problems[0].params["missing"], "5, 6");
    for n in [5, 6] {
        assert_eq!(verdict(&list, n), (Verdict::Withheld, "sealedNotShown"));
    }
    assert_shown(&scene, &client, &list, &[1, 2, 3]).await;

    // It stays noticed, and nothing is saved that would forget it.
    let again = client.refresh(RegisterId::Health, None).await.unwrap();
    assert_eq!(again.problems, list.problems);
}

/// {1, 2, 4, 8}: the ladder says eight, so the person asks for every one of the eight.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_1_a_gap_below_the_ladders_outcome_is_an_alarm() {
    let scene = Scene::bare().await;
    let (register, list) = sealed(&scene, &[1, 2, 4, 8]).await;
    let probed = (1..=8).chain(
        rungs(8)
            .into_iter()
            .filter(|(_, present)| !present)
            .map(|(n, _)| n),
    );
    let answer = register.answer(&list, &[1, 2, 4, 8], probed);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.ledger_count, Some(8));
    assert_eq!(problems(&list)[0], ("E35", "gap"));
    for n in 3..=8 {
        assert_eq!(verdict(&list, n), (Verdict::CannotCheck, "gap"), "{n}");
    }
    assert_shown(&scene, &client, &list, &[1, 2]).await;
}

/// The same, with the missing indices not mentioned at all.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_1_an_index_that_is_not_mentioned_is_missed() {
    let scene = Scene::bare().await;
    let (register, list) = sealed(&scene, &[1, 2, 4, 8]).await;
    let answer = register.answer(&list, &[1, 2, 4, 8], rungs(8).into_iter().map(|(n, _)| n));
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.ledger_count, Some(8));
    assert_eq!(problems(&list)[0], ("E32", "withheld"));
    assert_eq!(verdict(&list, 3), (Verdict::Withheld, "withheld"));
    assert_shown(&scene, &client, &list, &[1, 2]).await;
}

/// {1, 2, 3, 8}.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_1_one_entry_far_beyond_the_end_is_an_alarm() {
    let scene = Scene::bare().await;
    let (register, list) = sealed(&scene, &[1, 2, 3, 8]).await;
    let answer = register.answer(&list, &[1, 2, 3, 8], 1..=8);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.ledger_count, Some(3));
    assert!(
        problems(&list).contains(&("E35", "gap")),
        "{:?}",
        list.problems
    );
    assert_eq!(verdict(&list, 8), (Verdict::CannotCheck, "gap"));
    assert_shown(&scene, &client, &list, &[1, 2, 3]).await;
}

/// Entry 7 is planted, and 4 to 6 are filled in later, each tied correctly to those before it.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_4_an_entry_planted_before_older_ones_is_out_of_order() {
    let scene = Scene::bare().await;
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut script = register.open(&mari()).await;
    register.write(
        &mut script,
        (1..=7).map(|n| (u64::from(n), lab(n))).collect(),
    );
    for batch in [&[1, 2, 3][..], &[7], &[4, 5, 6]] {
        register.send(&script, batch).await;
    }
    let all: Vec<u64> = (1..=7).collect();
    let probed = all.iter().copied().chain(
        rungs(7)
            .into_iter()
            .filter(|(_, present)| !present)
            .map(|(n, _)| n),
    );
    let answer = register.answer(&script, &all, probed);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(list.ledger_count, Some(7));
    assert_eq!(problems(&list), [("E35", "outOfOrder")]);
    assert_eq!(verdict(&list, 7), (Verdict::CannotCheck, "outOfOrder"));
    assert_shown(&scene, &client, &list, &[1, 2, 3, 4, 5, 6]).await;
}

/// The ledger says version 2, the list has version 1.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_11_a_head_ahead_of_the_list_is_a_hidden_version() {
    let scene = Scene::bare().await;
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut script = register.open(&mari()).await;
    register
        .seal(&mut script, vec![(1, visit(1)), (2, visit(2))])
        .await;
    register.true_head(&script, 1).await;
    register.true_head(&script, 2).await;
    register.head(&visit(2), 2, Flag::Current).await;
    let answer = register.answer(&script, &[1, 2], 1..=4);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(verdict(&list, 2), (Verdict::OldVersion, "headAhead"));
    assert_eq!(problems(&list), [("E33", "headAhead")]);
    let row = list.rows.iter().find(|row| row.n == 2).unwrap();
    assert_eq!(
        (
            row.verdict.params["given"].as_str(),
            row.verdict.params["current"].as_str()
        ),
        ("1", "2")
    );
    assert_shown(&scene, &client, &list, &[1]).await;
}

/// A clean second list, opened under the code with a space behind it.
#[tokio::test(flavor = "multi_thread")]
async fn fr_1_6_a_list_under_another_spelling_is_not_hers() {
    let scene = Scene::bare().await;
    let (mut register, _true_list) = sealed(&scene, &[1, 2, 3]).await;
    let mut spelling = open_alpha(&scene.stage.ledger().net(), REG, 1, &mari());
    spelling.push(b' ');
    let mut second = register.open_as(spelling).await;
    register.seal(&mut second, vec![(1, lab(90))]).await;
    let answer = register.answer(&second, &[1], [1, 2, 3]);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(problems(&list), [("E36", "otherSubject")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    assert_shown(&scene, &client, &list, &[]).await;
}

/// The right opening, and another list's key.
#[tokio::test(flavor = "multi_thread")]
async fn fr_4_8_another_lists_key_is_refused() {
    let scene = Scene::bare().await;
    let (mut register, script) = sealed(&scene, &[1, 2, 3]).await;
    let mut other = register.open(&igor()).await;
    register.seal(&mut other, vec![(1, lab(90))]).await;
    let mut answer = to_value(register.answer(&script, &[1, 2, 3], [1, 2, 3, 4])).unwrap();
    answer["list_key"] =
        to_value(register.answer(&other, &[1], [1, 2])).unwrap()["list_key"].clone();
    let (client, list) = told(&scene, answer).await;
    assert_eq!(problems(&list), [("E35", "wrongListKey")]);
    assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
    assert_shown(&scene, &client, &list, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_1_12_the_same_version_twice_is_an_alarm() {
    let scene = Scene::bare().await;
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut script = register.open(&mari()).await;
    register
        .seal(&mut script, vec![(1, lab(1)), (2, lab(2)), (3, lab(2))])
        .await;
    let answer = register.answer(&script, &[1, 2, 3], [1, 2, 3, 4]);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(problems(&list), [("E35", "duplicate")]);
    for n in [2, 3] {
        assert_eq!(verdict(&list, n), (Verdict::CannotCheck, "duplicate"));
    }
    assert_shown(&scene, &client, &list, &[1]).await;
}

/// What is in no list, and is not said to be waiting, is not shown.
#[tokio::test(flavor = "multi_thread")]
async fn contents_that_were_never_sealed_are_not_shown() {
    let scene = Scene::bare().await;
    let (mut register, mut script) = sealed(&scene, &[1, 2, 3]).await;
    register.write(&mut script, vec![(4, lab(4))]);
    let answer = register.answer(&script, &[1, 2, 3, 4], [1, 2, 3, 4]);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(problems(&list), [("E35", "notSealed")]);
    assert_eq!(list.ledger_count, Some(3));
    assert_shown(&scene, &client, &list, &[1, 2, 3]).await;
}

/// Sealed under the register's own rights, but of a kind that this register may not seal.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_a_kind_that_is_not_the_registers_is_not_shown() {
    let scene = Scene::bare().await;
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut script = register.open(&mari()).await;
    let foreign = Draft::new("mandate")
        .text("company", "OÜ Vale")
        .finish()
        .unwrap();
    assert_eq!(text(""), toend_ledger::cbor::Value::Array(Vec::new()));
    register
        .seal(
            &mut script,
            vec![(1, lab(1)), (2, Contents::of([2; 32], &foreign))],
        )
        .await;
    let answer = register.answer(&script, &[1, 2], 1..=4);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(problems(&list), [("E41", "unknownSchema")]);
    assert_eq!(verdict(&list, 2), (Verdict::CannotCheck, "unknownSchema"));
    assert_shown(&scene, &client, &list, &[1]).await;
}

/// A right ends and begins again: what was sealed in between has none, what was sealed before and after keeps its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_judged_by_the_right_of_its_time() {
    let scene = Scene::bare().await;
    let mut register = ScriptedRegister::new(scene.stage.ledger(), REG);
    let mut script = register.open(&mari()).await;
    let schema = toend_ledger::schema::by_name("lab").unwrap().id;
    let decided = async |period: u16, begins: bool| {
        let action = Action::Right {
            reg: REG,
            schema,
            period,
            authority: 0,
            begins,
        };
        decide(&scene, &action);
        let key = Key::Right {
            reg: REG,
            schema,
            period,
        }
        .encode();
        until("the decision", async || {
            let ledger = scene.stage.ledger();
            let tip = ledger.tip().height();
            ledger.query(&key, tip)?.value
        })
        .await
    };
    register.seal(&mut script, vec![(1, lab(1))]).await;
    decided(1, false).await;
    register.seal(&mut script, vec![(2, lab(2))]).await;
    decided(2, true).await;
    register.seal(&mut script, vec![(3, lab(3))]).await;
    let answer = register.answer(&script, &[1, 2, 3], 1..=4);
    let (client, list) = told(&scene, to_value(answer).unwrap()).await;
    assert_eq!(problems(&list), [("E41", "notEntitled")]);
    assert_eq!(verdict(&list, 2), (Verdict::CannotCheck, "notEntitled"));
    assert_shown(&scene, &client, &list, &[1, 3]).await;
}

/// A height that is not yet there, and one that never will be.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_no_state_at_all_is_refused() {
    let scene = Scene::bare().await;
    let (register, script) = sealed(&scene, &[1]).await;
    for height in ["0", "1000000", "18446744073709551615"] {
        let mut answer = to_value(register.answer(&script, &[1], [1, 2])).unwrap();
        answer["height"] = json!(height);
        let (client, list) = told(&scene, answer).await;
        assert_eq!(problems(&list)[0].0, "E35", "{height}");
        assert_eq!((list.ledger_count, list.rows.len()), (None, 0));
        client.shutdown().await;
    }
}
