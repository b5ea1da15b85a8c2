//! What stops the news from the ledger: the person's own hand, silent servers, a ledger that stands still, servers that contradict
//! each other. Each reads differently.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use serde_json::{Value, json};
use toend_client::evidence::{Conflict, EvidenceFile, Judgement, Reason, verify};
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::gateway::EvidenceOutcome;
use toend_ledger::network::NetworkFile;
use toend_testkit::{Fault, Stage};

use crate::{
    scene::{Scene, Setup},
    trouble::{GATEWAYS, all, ledger_is, stage},
    words::{LANGUAGES, Words},
};

async fn open(arguments: &[String]) -> Scene {
    Scene::with(Setup {
        language: Some("en"),
        arguments: arguments.to_vec(),
        ..Setup::default()
    })
    .await
}

/// The newest page that the program has verified.
async fn page(scene: &Scene) -> u64 {
    let status: Result<Value, Value> = scene.window.invoke("status", json!({})).await;
    status.expect("there is a status")["ledger"]["height"]
        .as_u64()
        .expect("a page has a number")
}

/// Waits for a state and returns what the status line, the popover and the bar above the page say of it, without times and numbers.
async fn told(scene: &Scene, state: &str, words: &Words) -> [String; 3] {
    let window = &scene.window;
    ledger_is(scene, &[state]).await;
    if !window.has_css("[data-testid='status-popover']").await {
        window.click("status-line").await;
    }
    let popover = format!("[data-testid='status-popover'][data-state='{state}']");
    window.find_css(&popover).await;
    window
        .find_css(&format!(
            "[data-testid='ledger-banner'][data-state='{state}']"
        ))
        .await;
    let title = words.get(&format!("status.title.{state}"));
    let script = "const words = selector => document.querySelector(selector).innerText.replace(/\\d/g, '');
        return [words('.status-ledger'), words('#status-title'), words(\"[data-testid='ledger-banner'] p\")]";
    let told = window.script(script, vec![]).await;
    let told: [String; 3] = serde_json::from_value(told).expect("three texts");
    assert_eq!(told[1], title, "{state}");
    assert_eq!(window.axe().await, Vec::<String>::new(), "{state}");
    window.screenshot(&format!("en/states/{state}")).await;
    told
}

/// Every gateway shows the ledger up to where it is now.
fn freeze(stage: &Stage) {
    let at = stage.ledger().tip().height();
    all(stage, &Fault::Frozen { at });
}

#[tokio::test(flavor = "multi_thread")]
async fn held_stale_paused_and_split_are_told_apart() {
    let words = Words::of("en");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let scene = open(&arguments).await;
    ledger_is(&scene, &["upToDate"]).await;
    let mut states = Vec::new();

    // By the person's own hand: no page is asked for until they continue.
    scene.window.click("status-line").await;
    scene.window.click("sync-pause").await;
    states.push(told(&scene, "held", &words).await);
    scene.window.says(words.get("status.sync.paused")).await;
    let held_at = page(&scene).await;
    stage.blocks(4).await;
    assert_eq!(page(&scene).await, held_at);
    scene.window.click("sync-pause").await;
    ledger_is(&scene, &["upToDate"]).await;
    scene.window.gone("[data-testid='ledger-banner']").await;
    scene
        .window
        .until("newer pages", async || page(&scene).await > held_at)
        .await;

    // One server is left, and has nothing new: nobody can say whether there is anything.
    freeze(&stage);
    for gateway in GATEWAYS.skip(1) {
        stage.fault(gateway, Fault::Down);
    }
    states.push(told(&scene, "stale", &words).await);
    // All of them answer, and have nothing newer than that.
    let at = page(&scene).await;
    all(&stage, &Fault::Frozen { at });
    states.push(told(&scene, "paused", &words).await);
    all(&stage, &Fault::None);
    ledger_is(&scene, &["upToDate"]).await;
    scene.close().await;

    // A computer that begins anew, and servers whose ledger is not the one that its network file names.
    all(&stage, &Fault::Fork { from: 1 });
    let scene = open(&arguments).await;
    states.push(told(&scene, "split", &words).await);
    scene.close().await;

    for part in 0..3 {
        let different: BTreeSet<&String> = states.iter().map(|texts| &texts[part]).collect();
        assert_eq!(different.len(), states.len(), "{states:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_ledgers_leave_behind_can_be_judged_by_anybody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let scene = open(&arguments).await;
    ledger_is(&scene, &["upToDate"]).await;
    let from = stage.ledger().tip().height() + 1;
    for gateway in [1, 3] {
        stage.fault(gateway, Fault::Fork { from });
    }
    ledger_is(&scene, &["attacked"]).await;
    scene.window.find("attack").await;
    scene
        .window
        .click_css("[data-testid='attack'] [data-testid='save-evidence']")
        .await;
    let file = scene.proof_file();
    scene
        .window
        .until("the evidence file", async || file.exists())
        .await;
    scene
        .window
        .says(Words::of("en").beginning("attack.saved"))
        .await;
    scene.window.says(&file.display().to_string()).await;

    let evidence = std::fs::read(&file).expect("the evidence file is there");
    let network = NetworkFile::decode(&stage.network_file()).expect("a network file");
    let finding = verify(&evidence, Some(&network)).expect("an evidence file");
    assert_eq!(
        (finding.judgement, finding.reason),
        (Judgement::Proven, Reason::BothSigned)
    );
    assert!(finding.height >= from, "{finding:?}");
    assert_eq!(finding.hashes.len(), 2);
    assert_ne!(finding.hashes[0], finding.hashes[1]);
    assert_eq!(finding.double_signers.len(), network.authorities.len());
    // It is evidence of the ledger and names no person. Short words would turn up in its signatures' Base64 by chance.
    let text = String::from_utf8_lossy(&evidence).to_lowercase();
    for personal in ["mari-liis", "männik", "47101010033", "pnoee-"] {
        assert!(!text.contains(personal), "{personal}");
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_ledgers_leave_behind_is_handed_in_and_each_authority_answers_by_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let network = NetworkFile::decode(&stage.network_file()).expect("a network file");
    let scene = open(&arguments).await;
    ledger_is(&scene, &["upToDate"]).await;
    let from = stage.ledger().tip().height() + 1;
    for gateway in [1, 3] {
        stage.fault(gateway, Fault::Fork { from });
    }
    ledger_is(&scene, &["attacked"]).await;
    let answer = |gateway, is| stage.fault(gateway, Fault::Evidence(is));
    answer(0, EvidenceOutcome::Taken);
    answer(1, EvidenceOutcome::Known);
    answer(2, EvidenceOutcome::TooOld);
    let window = &scene.window;
    let told = async |fates: [&str; 4], words: &Words| {
        window.find_css("[data-testid='hand-in'][data-done]").await;
        for (authority, fate) in network.authorities.iter().zip(fates) {
            let row = format!("handed-in-{}", authority.id);
            let row = window.words(&row).await.replace('\u{a0}', " ");
            let said = words.get(&format!("handIn.fate.{fate}"));
            assert!(row.contains(&said.replace('\u{a0}', " ")), "{row}");
        }
    };
    for language in LANGUAGES {
        scene.choose(&json!({ "language": language })).await;
        let words = Words::of(language);
        stage.fault(3, Fault::Down);
        window.find("attack").await;
        window.click("hand-in-evidence").await;
        told(["taken", "known", "tooOld", "noAnswer"], &words).await;
        assert_eq!(window.axe().await, Vec::<String>::new(), "{language}");
        window
            .screenshot(&format!("{language}/states/handed-in"))
            .await;
        // Once more, by keyboard, when the fourth is back.
        answer(3, EvidenceOutcome::Taken);
        window.says(words.get("handIn.again")).await;
        window.press(Key::Enter).await;
        window
            .find_css("[data-testid='hand-in'][data-done] li:nth-child(4)[data-fate='taken']")
            .await;
        told(["taken", "known", "tooOld", "taken"], &words).await;
    }

    let sent = stage.evidence(0);
    assert_eq!(sent.len(), 2 * LANGUAGES.len(), "one for each press");
    for bytes in sent {
        let file = EvidenceFile::decode(&bytes).expect("an evidence file");
        let Conflict::Blocks { first, second, .. } = file.conflict else {
            panic!("two pages");
        };
        assert_eq!((first.blocks.len(), second.blocks.len()), (1, 1));
        assert!(file.network.net == network.net);
    }
    scene.close().await;
}

/// Two answers of one server that exclude each other, found while something was filed: the window says whose, and saves them.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_contradicted_itself_is_named_and_its_evidence_saved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (stage, arguments) = stage(folder.path()).await;
    let network = NetworkFile::decode(&stage.network_file()).expect("a network file");
    let file = folder.path().join("filed-with.json");
    std::fs::write(&file, stage.network_file()).expect("the folder can be written");
    let home = tempfile::tempdir().expect("a temporary folder");
    let client = Client::start(Config::new(
        home.path().join("toend"),
        NetworkSource::File(file),
        CardSource::DemoOnly,
    ));
    let client = client.await.expect("the client starts");
    stage.fault(0, Fault::FilingTwoFaced { gateway: 0 });
    for _ in 0..2 {
        let filed = client.file([7; 32], |_| {}).await;
        filed.expect("another server takes it");
    }
    client.shutdown().await;
    drop(client);
    stage.fault(0, Fault::None);

    let scene = Scene::with(Setup {
        language: Some("en"),
        arguments,
        home: Some(home),
        ..Setup::default()
    })
    .await;
    ledger_is(&scene, &["upToDate"]).await;
    let name = &network.authorities[0].names.en;
    scene
        .window
        .says(&format!("{name} contradicts itself"))
        .await;
    scene.window.click("status-line").await;
    scene.window.find("contradicts-0").await;
    assert_eq!(scene.window.axe().await, Vec::<String>::new());
    scene.window.click("save-evidence-0").await;
    let saved = scene.proof_file();
    scene
        .window
        .until("the evidence file", async || saved.exists())
        .await;
    scene.window.says(&saved.display().to_string()).await;
    scene.window.screenshot("en/states/contradicts").await;
    let evidence = std::fs::read(&saved).expect("the evidence file is there");
    let finding = verify(&evidence, Some(&network)).expect("an evidence file");
    assert_eq!(
        (finding.judgement, finding.reason),
        (Judgement::Proven, Reason::TwoAnswers)
    );
    scene.close().await;
}
