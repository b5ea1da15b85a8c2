//! The process is killed, with SIGKILL and at any moment of its first start; afterwards everything is there once.

use std::process::{Command, Stdio};
use std::time::Duration;

use toend_ledger::subject::Subject;

use crate::desk::{BUSINESS, Desk, HEALTH, TAX, igor, mari};
use crate::lists::{company, own};

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_while_sealing_nothing_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    for pause in [120u64, 260, 400, 700, 150, 1100, 330, 1900] {
        let mut node = Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .arg("--data-dir")
            .arg(folder.path())
            .arg("run")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        node.kill().unwrap();
        node.wait().unwrap();
    }
    let desk = Desk::on(folder).await;
    for (card, code) in [(mari as fn() -> _, "47101010033"), (igor, "37101010021")] {
        let subject = Subject::person("EE", code).unwrap();
        for gateway in [HEALTH, TAX, BUSINESS] {
            let session = desk.sign_in(gateway, card()).await;
            let sealed = own(&desk, gateway, &session, &subject, 0).await.count;
            assert_eq!(sealed, delivered(gateway as u16 + 1, &subject), "{gateway}");
        }
    }
    let list = Subject::company("EE", "19999012").unwrap();
    assert_eq!(company(&desk, "19999012").await.count, delivered(3, &list));
}

/// Records that the demonstration delivers for a subject.
fn delivered(reg: u16, subject: &Subject) -> u64 {
    let set = toend_node::demo::records(reg).unwrap();
    set.records
        .iter()
        .filter(|record| record.subject == *subject)
        .count() as u64
}
