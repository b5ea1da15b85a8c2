//! Registers on PostgreSQL under the real program: the server goes away and comes back, an existing register is taken in
//! meanwhile, and backups carry registers from one kind of database to the other.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use toend_client::dto::{RegisterId, Verdict};
use toend_client::{CardSource, Client, Config, DEMO_READER, NetworkSource, Pin};
use toend_ledger::hash::sha256;
use toend_ledger::state::{Key, Reg, RegisterValue};
use toend_node::demo::{MARI, invented_person};
use toend_node::testnet::{CONFIG, folder_of};
use zeroize::Zeroizing;

use crate::history;
use crate::network::{Net, PATIENCE};
use crate::postgres_server::Server;
use crate::registers;

/// Lines of the file that is taken in, and those of them that are Mari-Liis's.
const LINES: u64 = 600;
const HERS: u64 = 60;

/// Makes every statement that adds entries last a while, so that an import is still under way when its server dies.
const SLOW: &str = "CREATE FUNCTION toend_register.slow() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
     CREATE TRIGGER slow BEFORE INSERT ON toend_register.entry
     FOR EACH STATEMENT EXECUTE FUNCTION toend_register.slow()";

#[test]
fn registers_on_postgresql_lose_nothing_and_move_between_databases() {
    let Some(machine) = Server::start("-c fsync=off -c full_page_writes=off") else {
        return;
    };
    let first = machine.address(&machine.database());
    let Some(net) = Net::start_with(true, 0, None, |folder| {
        database(&config_of(folder, 0), Some(&first));
    }) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let before = runtime.block_on(records(&net, "first", None));
    the_server_dies_under_a_register(&net, &machine);
    runtime.block_on(files(&net));

    // An existing register: looked through beside the authority, taken in while it is away, sealed when it is back.
    let looked = import(&net, 0, &["--dry-run"]).status().unwrap();
    assert!(looked.success());
    net.hold(0);
    machine.sql(name_of(&first), SLOW);
    let mut import = import(&net, 0, &["--wait"]).spawn().unwrap();
    the_server_dies_under_an_import(&net, &machine, &first);
    net.release(0);
    assert!(import.wait().unwrap().success());
    let after = [before[0] + HERS, before[1], before[2]];
    runtime.block_on(records(&net, "second", Some(after)));

    // From PostgreSQL to PostgreSQL, and from SQLite to PostgreSQL.
    let (second, third) = (
        machine.address(&machine.database()),
        machine.address(&machine.database()),
    );
    moved(&net, &[(0, Some(&second)), (1, Some(&third))], "there");
    runtime.block_on(records(&net, "third", Some(after)));
    // And both back to SQLite, where everything that was ever sealed is found once.
    moved(&net, &[(0, None), (1, None)], "back");
    runtime.block_on(records(&net, "fourth", Some(after)));
    history::check(&net, &[]);
    registers::check(&net);
}

fn config_of(network: &Path, node: u16) -> PathBuf {
    folder_of(network, node).join(CONFIG)
}

/// Puts a register into a server's database, or into its file.
fn database(config: &Path, address: Option<&str>) {
    let text = std::fs::read_to_string(config).unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("database = "))
        .flat_map(|line| {
            let named = address.filter(|_| line == "[register]");
            [
                Some(line.to_owned()),
                named.map(|address| format!("database = \"{address}\"")),
            ]
        });
    let lines: Vec<String> = lines.flatten().collect();
    std::fs::write(config, lines.join("\n") + "\n").unwrap();
}

/// Name of the database at an address.
fn name_of(address: &str) -> &str {
    address.split(['/', '?']).nth(3).unwrap()
}

/// Batches of a node's register that are in the ledger.
fn sealed(net: &Net, reg: u16) -> u64 {
    let bytes = history::state(net, 3, &Key::Register(Reg(reg))).unwrap();
    RegisterValue::decode(&bytes).unwrap().next_batch
}

fn seals_again(net: &Net, reg: u16) {
    let then = sealed(net, reg);
    net.wait("the next batches", || sealed(net, reg) >= then + 3);
}

/// The register says so and seals nothing, everybody else goes on; it seals again by itself, also where its authority was
/// started without a server.
fn the_server_dies_under_a_register(net: &Net, machine: &Server) {
    let from = net.log(0, "toend", 0).len();
    machine.kill();
    net.wait("a word about the server", || {
        let log = net.log(0, "toend", from);
        log.contains("no batch is sealed") && log.contains("the database server does not answer")
    });
    let other = sealed(net, 2);
    net.wait("another register's batches", || sealed(net, 2) > other + 2);
    machine.run();
    net.wait("batches", || {
        net.log(0, "toend", from)
            .contains("batches are sealed again")
    });
    seals_again(net, 1);

    machine.kill();
    net.hold(0);
    let from = net.log(0, "toend", 0).len();
    net.release(0);
    net.wait("a word about the server", || {
        let log = net.log(0, "toend", from);
        log.contains("the register waits for its database")
    });
    machine.run();
    seals_again(net, 1);
}

/// An import that writes what it says into a file.
fn import(net: &Net, node: u16, more: &[&str]) -> Command {
    let input = net.scratch().join("visits.csv");
    let mut text = String::from("subject.code,record.key,record.version,title,date\n");
    for i in 0..LINES {
        let person = invented_person(i);
        let code = if i % (LINES / HERS) == 0 {
            MARI
        } else {
            person.code()
        };
        writeln!(text, "{code},old/{i},1,Imporditud visiit,2019-05-06").unwrap();
    }
    std::fs::write(&input, text).unwrap();
    let said = std::fs::File::create(import_log(net)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_toend-node"));
    command
        .args(["register", "import", "--schema", "visit", "--config"])
        .arg(config_of(&net.path(), node))
        .arg("--input")
        .arg(&input)
        .args(["--lines-per-transaction", "10"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(said.try_clone().unwrap())
        .stderr(said);
    command
}

fn import_log(net: &Net) -> PathBuf {
    net.scratch().join("import.log")
}

/// Killed in the middle of an import, which says so, waits and goes on by itself.
fn the_server_dies_under_an_import(net: &Net, machine: &Server, address: &str) {
    let name = name_of(address);
    let taken = || -> u64 {
        let count = "SELECT count(*) FROM toend_register.record";
        machine.sql(name, count).parse().unwrap()
    };
    let said = || std::fs::read_to_string(import_log(net)).unwrap();
    let before = taken();
    net.wait("the import's first lines", || taken() > before + 20);
    machine.kill();
    net.wait("a word of the import", || {
        said().contains("the import waits for its database")
    });
    machine.run();
    machine.sql(name, "DROP TRIGGER slow ON toend_register.entry");
    net.wait("the import's end", || {
        said().contains("waiting until everything is sealed")
    });
    let said = said();
    assert!(
        said.contains("the import goes on"),
        "it ended before: {said}"
    );
    let counted = |what: &str| -> u64 {
        let line = said.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace()
            .next_back()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert_eq!(
        ["lines", "entries taken", "repeated", "rejected"].map(counted),
        [LINES, LINES, 0, 0]
    );
    assert_eq!(taken(), before + LINES);
}

fn command(arguments: &[&str], config: &Path, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toend-node"))
        .arg("register")
        .args(arguments)
        .arg(file)
        .arg("--config")
        .arg(config)
        .output()
        .unwrap()
}

/// Moves registers by backup and restore to other databases, and lets them seal there.
fn moved(net: &Net, to: &[(u16, Option<&str>)], name: &str) {
    for (node, address) in to {
        let config = config_of(&net.path(), *node);
        let backup = net.scratch().join(format!("{name}-{node}.backup"));
        net.hold(*node);
        let made = command(&["backup", "--output"], &config, &backup);
        assert!(made.status.success(), "{made:?}");
        database(&config, *address);
        if address.is_none() {
            old_files_away(net, *node);
        }
        let taken = command(&["restore"], &config, &backup);
        assert!(taken.status.success(), "{taken:?}");
        let rows = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().next().map(str::to_owned)
        };
        assert_eq!(rows(&made), rows(&taken));
        net.release(*node);
    }
    for (node, _) in to {
        seals_again(net, node + 1);
    }
}

/// What is left of the database that the register had before it went to a server.
fn old_files_away(net: &Net, node: u16) {
    let folder = folder_of(&net.path(), node).join("data/registers");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "key") {
            std::fs::remove_file(path).unwrap();
        }
    }
}

async fn client(net: &Net, name: &str) -> Client {
    let config = Config::new(
        net.scratch().join(name),
        NetworkSource::File(net.path().join("network.json")),
        CardSource::DemoOnly,
    );
    Client::start(config).await.unwrap()
}

/// Something filed at a gateway, with a receipt.
async fn files(net: &Net) {
    let client = client(net, "filer").await;
    let receipt = client.file(sha256(&[b"a filing"]), |_| {}).await;
    assert!(receipt.is_ok(), "{receipt:?}");
    client.shutdown().await;
}

/// How many records Mari-Liis sees in each register, all of them proven, once it is so many or any at all.
async fn records(net: &Net, name: &str, expected: Option<[u64; 3]>) -> [u64; 3] {
    let client = client(net, name).await;
    client.insert_demo_card(Some("mari-liis")).await.unwrap();
    let pin = Zeroizing::new(toend_id_card::demo::PIN1.to_owned());
    client
        .sign_in(DEMO_READER, Pin::new(pin).unwrap())
        .await
        .unwrap();
    let end = Instant::now() + PATIENCE;
    loop {
        let seen = [
            proven(&client, RegisterId::Health).await,
            proven(&client, RegisterId::Tax).await,
            proven(&client, RegisterId::Business).await,
        ];
        if let [Ok(health), Ok(tax), Ok(business)] = seen {
            let counts = [health, tax, business];
            if expected.is_none_or(|expected| expected == counts) {
                client.shutdown().await;
                return counts;
            }
        }
        assert!(
            Instant::now() < end,
            "{name}: {expected:?} expected, {seen:?} seen\n{}",
            net.logs()
        );
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Records of a list that is whole and proven; otherwise what it lacks.
async fn proven(client: &Client, register: RegisterId) -> Result<u64, String> {
    let list = client.list(register, None).await;
    let list = list.map_err(|error| format!("{error:?}"))?;
    let verdicts = || list.rows.iter().map(|row| row.verdict.verdict);
    if list.rows.is_empty() || list.ledger_count != Some(list.held_count) {
        return Err(format!("{} of {:?}", list.held_count, list.ledger_count));
    }
    if let Some(other) = verdicts().find(|one| *one != Verdict::Proven) {
        return Err(format!("{other:?}"));
    }
    u64::try_from(list.rows.len()).map_err(|error| error.to_string())
}
