//! Decisions by command on the real network: keys of a register change while it seals, and what is revoked is refused.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ed25519_dalek::SigningKey;
use toend_client::dto::OfficeKey;
use toend_client::{CardSource, Client, Config, NetworkSource};
use toend_ledger::network::words_of;
use toend_ledger::state::{EpochValue, Key, Reg, RegisterValue, Value};
use toend_ledger::tx::{Batch, Op, Tx};
use toend_node::authority::keys;
use toend_node::govern::Book;
use toend_node::testnet::folder_of;

use crate::network::Net;

const REG: Reg = Reg(1);

/// The commands of somebody who keeps the files in one folder.
pub struct Desk<'a> {
    net: &'a Net,
    folder: PathBuf,
}

impl<'a> Desk<'a> {
    /// With a folder of its own.
    pub fn new(net: &'a Net) -> Self {
        let folder = net.scratch().join("desk");
        std::fs::create_dir(&folder).unwrap();
        Self { net, folder }
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_toend-node"))
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .unwrap()
    }

    /// What a command that succeeds says.
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn genesis(&self) -> String {
        let genesis = folder_of(&self.net.path(), 0).join("cometbft/config/genesis.json");
        genesis.display().to_string()
    }

    /// A decision that the first three authorities signed in files of their own; the name of the merged file.
    pub fn decision(&self, change: &[&str]) -> String {
        let (genesis, rpc) = (self.genesis(), self.net.rpc_url(1));
        let ledger = ["--genesis", &genesis, "--rpc", &rpc];
        let draft = [
            &["govern", "draft", "--output", "draft.toml"][..],
            &ledger,
            change,
        ]
        .concat();
        self.said(&draft);
        let mut merge = vec!["govern", "merge", "--output", "merged.toml"];
        let signed = ["signed0.toml", "signed1.toml", "signed2.toml"];
        for (authority, output) in (0u16..).zip(signed) {
            let number = authority.to_string();
            let key = folder_of(&self.net.path(), authority).join("keys/governance.key");
            let key = key.display().to_string();
            let sign = [
                "govern",
                "sign",
                "draft.toml",
                "--authority",
                &number,
                "--key",
                &key,
            ];
            self.said(&[&sign[..], &["--output", output]].concat());
            merge.push(output);
        }
        // Two of four are too few, and nothing is handed in.
        self.said(&[&merge[..6]].concat());
        let few = self.run(&[&["govern", "submit", "merged.toml"][..], &ledger].concat());
        let text = String::from_utf8(few.stderr).unwrap();
        assert!(
            !few.status.success() && text.contains("2 of 4 authorities signed; 3 must"),
            "{text}"
        );
        self.said(&merge);
        let shown = self.said(&[&["govern", "show", "merged.toml"][..], &ledger].concat());
        assert!(
            shown.contains("3 of 4 authorities signed; 3 must"),
            "{shown}"
        );
        "merged.toml".to_owned()
    }

    /// Decides and submits.
    pub fn decide(&self, change: &[&str]) {
        let decision = self.decision(change);
        let (genesis, rpc) = (self.genesis(), self.net.rpc_url(1));
        let submit = [
            "govern",
            "submit",
            &decision,
            "--genesis",
            &genesis,
            "--rpc",
            &rpc,
        ];
        let text = self.said(&submit);
        assert!(text.contains("decided in block"), "{text}");
    }
}

/// Who issues a gateway's certificates stands in the draft in words, and in no other.
fn issuers_are_drafted(desk: &Desk<'_>) {
    let (genesis, rpc) = (desk.genesis(), desk.net.rpc_url(1));
    let draft = |genesis: &str, issuer: &str| {
        desk.run(&[
            "govern",
            "draft",
            "--output",
            "issuer.toml",
            "--genesis",
            genesis,
            "--rpc",
            &rpc,
            "gateway",
            "--gateway",
            "1",
            "--authority",
            "1",
            "--tls-issuer",
            issuer,
        ])
    };
    let refused = |output: Output| {
        assert!(!output.status.success(), "{output:?}");
        assert!(!desk.folder.join("issuer.toml").exists());
        String::from_utf8(output.stderr).unwrap()
    };
    let named = [0xab; 32];
    let hex = hex::encode(named);
    for (issuer, what) in [
        ("ab", "--tls-issuer: 64 hexadecimal digits are expected"),
        (&"00".repeat(32), "say `system`"),
    ] {
        let text = refused(draft(&genesis, issuer));
        assert!(text.contains(what), "{text}");
    }
    let rubbish = desk.folder.join("rubbish.json");
    std::fs::write(&rubbish, "rubbish").unwrap();
    let text = refused(draft(rubbish.to_str().unwrap(), &hex));
    assert!(text.contains("rubbish.json: "), "{text}");

    let words = words_of(&toend_ledger::hash::sha256(&[&named]))[..6].join(" ");
    for (issuer, said) in [
        (
            hex.as_str(),
            format!("certificates to be issued by {hex} ({words})"),
        ),
        (
            "system",
            "certificates to be issued by the authorities of each person's system".to_owned(),
        ),
    ] {
        let output = draft(&genesis, issuer);
        assert!(output.status.success(), "{output:?}");
        let ledger = ["--genesis", &genesis, "--rpc", &rpc];
        let shown = desk.said(&[&["govern", "show", "issuer.toml"][..], &ledger].concat());
        assert!(shown.contains(&said), "{shown}");
        let (decided, now) = shown.split_once("the ledger says now:").unwrap();
        assert!(decided.contains(&said), "{decided}");
        assert!(!now.contains(&said), "{now}");
        std::fs::remove_file(desk.folder.join("issuer.toml")).unwrap();
    }
}

fn register(net: &Net) -> RegisterValue {
    let (genesis, hash) = genesis(net);
    let book = Book::open(net.rpc(2), genesis, hash).unwrap();
    match book.value(&Key::Register(REG)).unwrap() {
        Some(Value::Register(value)) => value,
        other => panic!("{other:?}"),
    }
}

pub fn genesis(net: &Net) -> (toend_ledger::genesis::Genesis, toend_ledger::hash::Hash) {
    let file = folder_of(&net.path(), 0).join("cometbft/config/genesis.json");
    toend_ledger::genesis::Genesis::parse(&std::fs::read(file).unwrap()).unwrap()
}

fn epoch(net: &Net, epoch: u16) -> Option<EpochValue> {
    let (genesis, hash) = genesis(net);
    let book = Book::open(net.rpc(2), genesis, hash).unwrap();
    match book.value(&Key::Epoch { reg: REG, epoch }).unwrap() {
        Some(Value::Epoch(value)) => Some(value),
        _ => None,
    }
}

/// What stands behind a name in a command's answer.
pub fn value_of(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line[name.len()..].trim().to_owned()
}

fn change(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// The words by which people know a public key, as the client shows it.
pub fn six(key: &str) -> Vec<String> {
    let key: [u8; 32] = hex::decode(key).unwrap().try_into().unwrap();
    words_of(&toend_ledger::hash::sha256(&[&key]))[..6].to_vec()
}

#[test]
fn keys_of_a_register_change_by_decision_while_it_seals() {
    let Some(net) = Net::start(false, 0) else {
        return;
    };
    let desk = Desk::new(&net);
    let own = folder_of(&net.path(), 0);
    let path = |name: &str| own.join("keys").join(name).display().to_string();
    let sealed = || register(&net).next_batch;
    let goes_on = |what: &str| {
        let before = sealed();
        net.wait(what, || sealed() >= before + 2);
    };

    // The register's authority draws new keys and announces them in its configuration.
    let seal = value_of(
        &desk.said(&["keys", "new", "--output", &path("seal-2.key")]),
        "key",
    );
    let answer = value_of(
        &desk.said(&["keys", "new", "--output", &path("answer-2.key")]),
        "key",
    );
    let genesis = desk.genesis();
    let vrf_file = path("vrf-2.key");
    let drawn = [
        "keys",
        "epoch",
        "--genesis",
        &genesis,
        "--register",
        "1",
        "--epoch",
        "2",
        "--output",
        &vrf_file,
    ];
    let drawn = desk.said(&drawn);
    let config = own.join("toend.toml");
    change(
        &config,
        "vrf_keys = [\"keys/vrf-1.key\"]",
        "vrf_keys = [\"keys/vrf-1.key\", \"keys/vrf-2.key\"]\n\
         next_seal_key = \"keys/seal-2.key\"\nnext_answer_key = \"keys/answer-2.key\"",
    );
    net.hold(0);
    net.release(0);
    goes_on("batches with the old key");

    let before = register(&net);
    desk.decide(&[
        "register",
        "--register",
        "1",
        "--seal-key",
        &seal,
        "--answer-key",
        &answer,
    ]);
    net.wait("the new keys", || {
        hex::encode(register(&net).seal_key) == seal
    });
    assert_eq!(hex::encode(register(&net).answer_key), answer);
    goes_on("batches with the new key");

    // The old key is revoked: what it signs is refused.
    let old = SigningKey::from_bytes(&keys::read(&own.join("keys/seal.key")).unwrap());
    assert_eq!(old.verifying_key().to_bytes(), before.seal_key);
    let ops: Vec<Op> = (0..8u8)
        .map(|n| Op::Entry {
            label: [n; 32],
            c: [9; 32],
        })
        .chain((0..8u8).map(|n| Op::Head {
            r: [n; 32],
            v: 1,
            flag: toend_ledger::record::Flag::Current,
            hd: [9; 32],
        }))
        .collect();
    // The node that is asked now may have been a block behind the one that was asked before.
    net.go_on(&[0, 1, 2, 3], 1);
    let forged = Batch::signed(net.network_file().net, REG, sealed(), ops, &old).unwrap();
    let checked = net.rpc(3).broadcast(&Tx::Batch(forged).encode()).unwrap();
    assert_eq!(checked.code, 6, "{checked:?}");

    // The next VRF epoch: the first one is over for good.
    let (vrf, possession) = (value_of(&drawn, "key"), value_of(&drawn, "possession"));
    desk.decide(&[
        "epoch",
        "--register",
        "1",
        "--vrf-key",
        &vrf,
        "--possession",
        &possession,
    ]);
    net.wait("the new epoch", || epoch(&net, 2).is_some());
    assert_eq!(hex::encode(epoch(&net, 2).unwrap().vrf_key), vrf);
    assert_ne!(epoch(&net, 1).unwrap().until, EpochValue::OPEN);
    goes_on("batches in the new epoch");

    issuers_are_drafted(&desk);

    // An authority's key for decisions is replaced.
    let drawn = desk.said(&["keys", "new", "--output", "governance-2.key"]);
    let governance = value_of(&drawn, "key");
    desk.decide(&["authority", "--authority", "2", "--key", &governance]);

    // A changed file is no decision, and one that was carried out is none a second time.
    change(
        &desk.folder.join("merged.toml"),
        "governance key to",
        "governance key of",
    );
    let refused = desk.run(&["govern", "show", "merged.toml"]);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(
        text.contains("merged.toml, line ") && text.contains("these words"),
        "{text}"
    );

    // Anybody's client sees it, proven.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let config = Config::new(
            net.scratch().join("client"),
            NetworkSource::File(net.path().join("network.json")),
            CardSource::DemoOnly,
        );
        let client = Client::start(config).await.unwrap();
        let replaced = |key: &str| {
            let words = six(key);
            Some(OfficeKey {
                words,
                replaced: true,
            })
        };
        let began = epoch(&net, 2).unwrap().from;
        let end = std::time::Instant::now() + crate::network::PATIENCE;
        loop {
            let offices = client.offices().await;
            let seen = offices.as_ref().is_ok_and(|offices| {
                let register = &offices.registers[0];
                let changed = register.keys_since.is_some_and(|since| since.serial == 1);
                let kept = &offices.registers[1];
                let [first, second] = register.epochs.as_slice() else {
                    return false;
                };
                assert!(kept.seal_key.as_ref().is_some_and(|key| !key.replaced));
                assert_eq!((kept.keys_since, kept.epochs.len()), (None, 1));
                changed
                    && register.seal_key == replaced(&seal)
                    && register.answer_key == replaced(&answer)
                    && first.until_page == Some(began)
                    && (second.epoch, second.from_page, second.until_page) == (2, began, None)
                    && second.words == six(&vrf)
                    && offices.authorities[2].governance_key == replaced(&governance)
                    && offices.authorities[2].governs_since.is_some()
            });
            if seen {
                break;
            }
            assert!(std::time::Instant::now() < end, "{offices:?}");
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        client.shutdown().await;
    });
    assert!(net.stop(), "the supervisor did not end well");
}
