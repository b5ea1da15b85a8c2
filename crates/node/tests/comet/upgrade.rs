//! A newer program, authority by authority and under load; then newer rules, which an older program must not guess.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::state::{Key, RulesValue};
use toend_ledger::tx::Action;
use toend_node::authority;
use toend_node::testnet::{CONFIG, folder_of};
use toend_state_machine::limits::RULES;
use tokio::sync::watch;

use crate::history;
use crate::load::Load;
use crate::network::{NODES, Net};

/// The authority that does not replace its program in time.
const LATE: u16 = 3;
/// Names the configuration with which [`the_newer_program`] is to run.
const AS_PROGRAM: &str = "TOEND_NEWER_AUTHORITY";

#[test]
fn programs_are_replaced_one_by_one_and_rules_change_at_the_decided_block() {
    let Some(net) = Net::start(false, 0) else {
        return;
    };
    let net = Arc::new(net);
    let all: Vec<u16> = (0..NODES).collect();
    install(&net);
    let load = Load::start(&net, 10);
    for node in 0..LATE {
        std::fs::write(marker(&net, node), b"").unwrap();
        net.hold(node);
        net.release(node);
        // The next one is stopped only when this one is there again.
        net.go_on(&all, 3);
    }

    // Far ahead, to be looked at in peace; then moved.
    let far = decide(&net, 1, 1_000_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(seen(&net, (RULES, Some((RULES + 1, far)))));
    let from = decide(&net, 2, 25);

    // Three of four go on; the one with the old program ends before the first block that it could not understand.
    let others: Vec<u16> = (0..LATE).collect();
    net.wait("the new rules", || {
        others.iter().all(|n| net.height(*n) > from + 3)
    });
    let log = folder_of(&net.path(), LATE).join("toend.log");
    net.wait("the old program's last word", || {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        said.contains("install a newer program")
    });
    assert!(net.height(LATE) < from);
    for (height, version) in [(from - 1, RULES), (from, RULES + 1)] {
        let header = net.rpc(0).commit(height).unwrap().header;
        assert_eq!(header.version.app, version, "block {height}");
    }
    runtime.block_on(seen(&net, (RULES + 1, None)));

    std::fs::write(marker(&net, LATE), b"").unwrap();
    net.go_on(&all, 3);
    let info = net.call(LATE, "abci_info", &json!({})).unwrap();
    assert_eq!(
        info["response"]["app_version"],
        (RULES + 1).to_string().as_str()
    );
    let shown = load.finish();
    assert!(shown.iter().all(|sender| !sender.is_empty()));
    history::check(&net, &shown.concat());
}

/// The authorities decide on the next rules, so many blocks ahead; where they begin, once every state says so.
fn decide(net: &Net, serial: u32, ahead: u64) -> u64 {
    loop {
        let from = net.height(0) + ahead;
        let upgrade = Action::Upgrade {
            serial,
            version: RULES + 1,
            height: from,
        };
        // Refused when it comes after the block that it names: then a later one is named.
        let checked = net.rpc(0).broadcast(&net.decision(&upgrade)).unwrap();
        let decided = |node| rules(net, node).is_some_and(|rules| rules.serial == serial);
        net.wait("the decision or its block", || {
            checked.code != 0 || (0..NODES).all(decided) || net.height(0) > from
        });
        if decided(0) {
            return from;
        }
    }
}

fn rules(net: &Net, node: u16) -> Option<RulesValue> {
    let bytes = history::state(net, node, &Key::Rules)?;
    Some(RulesValue::decode(&bytes).unwrap())
}

/// Waits until a person sees this: the version in force, and the one that is decided with its first page.
async fn seen(net: &Net, wanted: (u64, Option<(u64, u64)>)) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::new(
        folder.path().to_path_buf(),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    let client = Client::start(config).await.unwrap();
    let end = std::time::Instant::now() + crate::network::PATIENCE;
    loop {
        let rules = client.offices().await.map(|offices| offices.rules);
        let shown = rules.map(|rules| (rules.version, rules.next.zip(rules.next_from_page)));
        if shown == Ok(wanted) {
            break;
        }
        assert!(std::time::Instant::now() < end, "{shown:?}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    client.shutdown().await;
}

/// Where an administrator says that the newer program is installed.
fn marker(net: &Net, node: u16) -> PathBuf {
    folder_of(&net.path(), node).join("newer")
}

/// Puts a program into the place of the running one, which is the old program until the administrator says otherwise.
fn install(net: &Net) {
    let (old, staged) = (net.scratch().join("old"), net.scratch().join("staged"));
    std::fs::hard_link(net.own_program(), &old).unwrap();
    let newer = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\n\
         if [ -e \"$(dirname \"$2\")/newer\" ]; then\n\
         \t{AS_PROGRAM}=\"$2\" exec '{}' upgrade::the_newer_program --exact --nocapture\n\
         fi\n\
         exec '{}' \"$@\"\n",
        newer.display(),
        old.display()
    );
    std::fs::write(&staged, script).unwrap();
    std::fs::set_permissions(&staged, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    std::fs::rename(staged, net.own_program()).unwrap();
}

/// Not a test by itself: the program of one version later, which knows one version of the rules more. A shipped program has
/// no such switch. Among the other tests it only checks that it would read a configuration as the real one does.
#[test]
fn the_newer_program() {
    let Some(path) = std::env::var_os(AS_PROGRAM) else {
        assert!(authority::Config::read(Path::new(CONFIG)).is_err());
        return;
    };
    let mut config = authority::Config::read(Path::new(&path)).unwrap();
    config.rules += 1;
    let (end, stop) = watch::channel(false);
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        end.send_replace(true);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(authority::run(config, false, stop));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome.unwrap();
}
