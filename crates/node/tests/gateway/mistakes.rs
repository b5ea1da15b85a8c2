//! Mistakes that hands make in an authority's files: each stops the start, and says which line of which file is wrong.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use toend_node::authority::Config;

use crate::house::{BEGINS, CONFIG, House};

const NETWORK: &str = "network.json";
const GENESIS: &str = "cometbft/config/genesis.json";
const ENGINE: &str = "cometbft/config/config.toml";

impl House {
    /// What is said after one place of a file was changed: file, line, words.
    fn after(&self, file: &str, from: &str, to: &str) -> (String, usize, String) {
        let path = self.path(file);
        let good = std::fs::read_to_string(&path).unwrap();
        assert!(good.contains(from), "{file} holds no {from}");
        std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let read = Config::read(&self.path(CONFIG));
        std::fs::write(&path, good).unwrap();
        let error = read.err().unwrap_or_else(|| panic!("{from} → {to}: taken"));
        (error.file, error.line, error.what)
    }

    /// Starts the program, which ends with an error.
    fn fails(&self) -> String {
        let run = Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .arg("authority")
            .arg(self.path(CONFIG))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!run.status.success());
        String::from_utf8(run.stderr).unwrap()
    }
}

/// The line of a text that begins so, from 1.
fn line_of(path: &Path, begin: &str) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let found = text.lines().position(|line| line.trim().starts_with(begin));
    found.unwrap_or_else(|| panic!("{begin}")) + 1
}

#[test]
fn every_mistake_names_its_file_and_its_line() {
    let house = House::new();
    let key = |of: u16, name: &str| format!("../node{of}/keys/{name}.key");
    let (seal, answer, vrf) = (key(1, "seal"), key(1, "answer"), key(1, "vrf-1"));
    let gateway = key(1, "gateway");
    // File and place, what stands there instead; the line, counted from that place, and what is said.
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str, usize, &str)] = &[
        (CONFIG, "listen = \"127", "lisen = \"127", 0, "unknown field `lisen`"),
        (CONFIG, "number = 1", "number = \"one\"", 0, "expected u16"),
        (CONFIG, "number = 1", "number = 1\nnumber = 1", 1, "duplicate key"),
        (CONFIG, "number = 1", "number = 2", 0, "tax-house keeps this register"),
        (CONFIG, "number = 1", "number = 9", 0, "knows no register"),
        (CONFIG, "authority = \"health-house\"", "authority = \"taxi\"", 0, "knows no authority"),
        (CONFIG, "genesis = \"cometbft/", "genesis = \"", 0, "config/genesis.json"),
        (CONFIG, "network = \"network", "network = \"netwrok", 0, "netwrok.json"),
        (CONFIG, "seal_key = \"keys/seal", "seal_key = \"keys/sael", 0, "sael.key"),
        (CONFIG, "seal_key = \"keys/seal.key", &format!("seal_key = \"{seal}"), 0,
            "this is the seal key of register 2; the seal key of register 1 is wanted"),
        (CONFIG, "seal_key = \"keys/seal", "seal_key = \"keys/answer", 0, "the answer key of register 1"),
        (CONFIG, "answer_key = \"keys/answer.key", &format!("answer_key = \"{answer}"), 0, "register 2"),
        (CONFIG, "vrf_keys = [\"keys/vrf-1.key", &format!("vrf_keys = [\"{vrf}"), 0, "VRF key of register 2"),
        (CONFIG, "key = \"keys/gateway.key", &format!("key = \"{gateway}"), 0, "gateway key of authority 1"),
        (CONFIG, "key = \"keys/gateway", "key = \"keys/governance", 0, "governance key of authority 0"),
        (GENESIS, "\"initial_height\"", "\"inital_height\"", 0, "unknown field `inital_height`"),
        (GENESIS, "\"max_gas\": \"-1\"", "\"max_gas\": true", 0, "expected a string"),
        (GENESIS, "\"initial_height\": \"1\",", "\"initial_height\": \"1\",\n\"initial_height\": \"1\",", 1,
            "duplicate field"),
        (GENESIS, "\"genesis_time\": \"2", "\"genesis_time\": \"x", 0, "genesis_time"),
        (NETWORK, "\"trusting_period_s\"", "\"trusting_period\"", 0, "unknown field `trusting_period`"),
        (NETWORK, "\"first_height\": 1", "\"first_height\": \"1\"", 0, "expected u64"),
        (NETWORK, "\"first_height\": 1,", "\"first_height\": 1,\n\"first_height\": 1,", 1, "duplicate field"),
        (ENGINE, "timeout_commit = ", "timeout_comit = ", 0, "knows no `timeout_comit` in [consensus]"),
        (ENGINE, "create_empty_blocks = true", "create_empty_blocks = 1", 0, "true or false"),
        (ENGINE, "timeout_propose = \"1s\"", "timeout_propose = \"1\"", 0, "length of time"),
        (ENGINE, "proxy_app = \"unix://", "proxy_app = \"tcp://", 0, "listens elsewhere"),
        (ENGINE, "laddr = \"tcp://127.0.0.1:26601", "laddr = \"tcp://127.0.0.1:26611", 0, "127.0.0.1:26601"),
    ];
    for (file, from, to, further, said) in cases {
        let path = house.path(file);
        let begin = from.trim_start_matches('"');
        let line = line_of(&path, if from.starts_with('"') { from } else { begin });
        let (told, at, what) = house.after(file, from, to);
        assert!(what.contains(said), "{to}: {what}");
        assert_eq!(at, line + further, "{to}: {what}");
        assert!(told.ends_with(file), "{to}: {told}");
    }
    let (_, line, what) = house.after(GENESIS, "\"power\": \"10\"", "\"power\": \"100\"");
    assert!(what.contains("another genesis file"), "{what}");
    assert_eq!(line, line_of(&house.path(CONFIG), "network ="));

    let config = Config::read(&house.path(CONFIG)).unwrap();
    assert_eq!(config.before_the_beginning(BEGINS * 1000), None);
    let early = config.before_the_beginning((BEGINS - 60) * 1000).unwrap();
    assert!(early.file.ends_with(GENESIS));
    assert_eq!(
        early.line,
        line_of(&house.path(GENESIS), "\"genesis_time\"")
    );
    assert!(
        early.what.contains("in 60 s") && early.what.contains("clock"),
        "{early}"
    );
}

#[cfg(unix)]
#[test]
fn what_shows_only_at_the_start_names_its_line_too() {
    let house = House::new();
    let config = house.path(CONFIG);
    let good = std::fs::read_to_string(&config).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let gateway = "listen = \"127.0.0.1:26602\"";
    let metrics = format!("listen = \"127.0.0.1:0\"\nmetrics_address = \"{address}\"");
    let socket = "listen = \"unix:application.sock\"";
    let cases = [
        (
            gateway,
            format!("listen = \"{address}\""),
            0,
            "another program listens there",
        ),
        (gateway, metrics, 1, "another program listens there"),
        (
            gateway,
            "listen = \"192.0.2.1:1\"".to_owned(),
            0,
            "no such address",
        ),
        (
            socket,
            "listen = \"unix:nowhere/application.sock\"".to_owned(),
            0,
            "nowhere/application.sock",
        ),
        (
            "data = \"data\"",
            "data = \"network.json\"".to_owned(),
            0,
            "no folder for data",
        ),
    ];
    for (from, to, further, said) in cases {
        std::fs::write(&config, &good).unwrap();
        let line = line_of(&config, from) + further;
        // The gateway's port is free everywhere, unless it is what the case is about.
        let text = good.replacen(from, &to, 1);
        std::fs::write(
            &config,
            text.replacen(gateway, "listen = \"127.0.0.1:0\"", 1),
        )
        .unwrap();
        let error = house.fails();
        assert!(error.contains(said), "{to}: {error}");
        let place = format!("{}, line {line}: ", config.display());
        assert!(error.contains(&place), "{to}: {error}");
    }
}
