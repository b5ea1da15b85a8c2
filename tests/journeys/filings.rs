//! Filings in front of gateways that lie: only what a gateway signed counts, and what it signed is held against it.

use toend_client::dto::{ContradictionKind, LedgerState};
use toend_client::evidence::{Judgement, Reason, verify};
use toend_client::{Client, FilingReceipt, FilingStep};
use toend_ledger::evidence::{Conflict, EvidenceFile, GatewayKey};
use toend_ledger::gateway::{B64, FilingOutcome};
use toend_ledger::hash::{Hash, sha256};
use toend_testkit::Fault;

use crate::scene::{HEALTH, Scene, files};

/// Files, and tells which authorities took it.
async fn file(client: &Client, f: Hash) -> (FilingReceipt, Vec<String>) {
    let mut took = Vec::new();
    let receipt = client
        .file(f, |step| {
            if let FilingStep::Taken { authority } = step {
                took.push(authority);
            }
        })
        .await
        .unwrap();
    (receipt, took)
}

fn id(client: &Client, index: usize) -> String {
    client.network().authorities[index].id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_its_gateway_did_not_sign_is_none() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    scene.stage.fault(HEALTH, Fault::FilingBadSignature);
    let (receipt, took) = file(&client, sha256(&[b"unsigned"])).await;
    assert_eq!(took, [id(&client, 1)], "nobody believes the first");
    assert_eq!(receipt.commitment, sha256(&[b"unsigned"]));
    assert_eq!(client.status().contradictions, []);
    scene.stage.fault(HEALTH, Fault::None);
    let (_, took) = file(&client, sha256(&[b"signed"])).await;
    assert_eq!(took, [id(&client, HEALTH)]);
    client.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_answers_that_exclude_each_other_are_kept_as_evidence() {
    let scene = Scene::open().await;
    let client = scene.client().await;
    scene
        .stage
        .fault(HEALTH, Fault::FilingTwoFaced { gateway: 0 });
    let f = sha256(&[b"two faces"]);
    // The first lie is signed: it is waited for in vain, and another gateway takes the filing.
    let (receipt, took) = file(&client, f).await;
    assert_eq!(took, [id(&client, HEALTH), id(&client, 1)]);
    assert_eq!(receipt.value.gateway, 1);
    assert_eq!(client.status().contradictions, []);
    // The second excludes the first, and counts for nothing.
    let (again, took) = file(&client, f).await;
    assert_eq!((took, again.value), (vec![id(&client, 1)], receipt.value));

    // The status says whose, and goes on saying it; the ledger itself is as sound as before.
    let status = client.status();
    let [said] = status.contradictions.as_slice() else {
        panic!("{:?}", status.contradictions);
    };
    assert_eq!((said.gateway, &said.authority), (0, &id(&client, HEALTH)));
    assert_eq!(said.kind, ContradictionKind::Sealed);
    assert_ne!(status.ledger.state, LedgerState::Attacked);
    assert_eq!(client.evidence().await.unwrap(), None);
    assert_eq!(client.gateway_evidence_file(1).unwrap_err().code, "E70");
    let bytes = client.gateway_evidence_file(0).unwrap();
    // One pair is enough: a gateway that lies on fills no disk.
    file(&client, f).await;
    let folder = scene.data().join("client").join("evidence");
    let kept = files(&folder);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(&kept[0]).unwrap(), bytes);
    let finding = verify(&bytes, Some(client.network())).unwrap();
    assert_eq!(
        (finding.judgement, finding.reason),
        (Judgement::Proven, Reason::TwoAnswers)
    );
    assert_eq!(finding.double_signers, [id(&client, HEALTH)]);
    let honest = EvidenceFile::decode(&bytes).unwrap();

    // Nothing in it can be altered, and no other network or key be blamed.
    let judged = |change: &dyn Fn(&mut EvidenceFile)| {
        let mut file = honest.clone();
        change(&mut file);
        let finding = verify(&file.encode().unwrap(), Some(client.network())).unwrap();
        (finding.judgement, finding.reason)
    };
    let not_the_gateway = (Judgement::Refuted, Reason::NotTheGateway);
    let bent = judged(&|file| answers(file).1.height += 1);
    assert_eq!(bent, not_the_gateway);
    let other = judged(&|file| {
        let (_, first, second) = answers(file);
        (first.gateway, second.gateway) = (1, 1);
    });
    assert_eq!(other, not_the_gateway);
    let genesis = judged(&|file| {
        if let GatewayKey::Genesis { file } = answers(file).0 {
            let end = file.0.len() - 1;
            file.0[end] = b' ';
        }
    });
    assert_eq!(genesis, not_the_gateway);
    let same = judged(&|file| {
        let (_, first, second) = answers(file);
        *second = first.clone();
    });
    assert_eq!(same, (Judgement::Refuted, Reason::NoConflict));
    let taken = judged(&|file| {
        let (_, first, second) = answers(file);
        for answer in [first, second] {
            (answer.outcome, answer.height) = (FilingOutcome::Taken, 0);
            answer.signature = B64(vec![0; 64]);
        }
    });
    assert_eq!(taken, (Judgement::Refuted, Reason::NoConflict));
    let elsewhere = judged(&|file| file.network.net = [9; 32]);
    assert_eq!(elsewhere, (Judgement::Refuted, Reason::OtherNetwork));
    let said = said.clone();
    client.shutdown().await;
    drop(client);

    // After a restart it is still said; a file that somebody has bent says nothing.
    let client = scene.client().await;
    assert_eq!(client.status().contradictions, [said]);
    assert_eq!(client.gateway_evidence_file(0).unwrap(), bytes);
    client.shutdown().await;
    drop(client);
    let mut bent = honest;
    answers(&mut bent).1.height += 1;
    std::fs::write(&kept[0], bent.encode().unwrap()).unwrap();
    let client = scene.client().await;
    assert_eq!(client.status().contradictions, []);
    client.shutdown().await;
}

fn answers(
    file: &mut EvidenceFile,
) -> (
    &mut GatewayKey,
    &mut toend_ledger::gateway::FilingAnswer,
    &mut toend_ledger::gateway::FilingAnswer,
) {
    match &mut file.conflict {
        Conflict::Answers { key, first, second } => (key, first, second),
        other => panic!("{other:?}"),
    }
}
