//! The ceremony: each authority makes its own keys, only public halves meet, and everybody gets the same network.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use toend_ledger::network::NetworkFile;
use toend_node::ceremony::{CeremonyError, OwnKeys, PublicHalf, Terms, assemble};

/// The terms of five authorities, of which the first three keep registers.
fn terms() -> String {
    let mut text = "format = \"toend-terms/1\"\n\
        chain_id = \"toend-ceremony-1\"\n\
        genesis_time = \"2026-11-22T12:00:00Z\"\n\
        block_ms = 1000\n\
        tick_ms = 5000\n\
        least_batch = 8\n\
        names = { et = \"Katse\", en = \"Trial\", ru = \"Проба\" }\n"
        .to_owned();
    for number in 0..5 {
        use std::fmt::Write as _;
        let _ = write!(
            text,
            "[[authority]]\n\
             id = \"house-{number}\"\n\
             names = {{ et = \"Maja {number}\", en = \"House {number}\", ru = \"Дом {number}\" }}\n\
             power = 10\n\
             p2p = \"10.0.0.{}:26656\"\n\
             gateway = \"https://house-{number}.example\"\n\
             rpc = \"https://rpc.house-{number}.example\"\n",
            number + 1,
        );
        if number < 3 {
            let _ = writeln!(text, "register = {}", number + 1);
        }
    }
    text
}

fn parsed(text: &str) -> Terms {
    Terms::parse(Path::new("terms.toml"), text.to_owned()).unwrap()
}

/// The public halves of all authorities, each made in a folder of its own.
fn halves(folder: &Path, terms: &Terms) -> Vec<PathBuf> {
    (0..5)
        .map(|number| {
            let home = folder.join(format!("host{number}"));
            let own = OwnKeys::draw(terms, number).unwrap();
            own.write(&home, terms, number).unwrap();
            home.join("public.toml")
        })
        .collect()
}

fn read(paths: &[PathBuf]) -> Vec<PublicHalf> {
    paths
        .iter()
        .map(|path| PublicHalf::read(path).unwrap())
        .collect()
}

/// What is wrong, with the file and the text of the line.
fn mistake(terms: &Terms, paths: &[PathBuf]) -> (String, String, String) {
    let halves: Result<Vec<_>, _> = paths.iter().map(|path| PublicHalf::read(path)).collect();
    let error = match halves {
        Err(error) => error,
        Ok(halves) => match assemble(terms, halves) {
            Err(CeremonyError::Mistake(error)) => error,
            other => panic!("{:?} was taken", other.map(|_| ())),
        },
    };
    let text = std::fs::read_to_string(&error.file).unwrap_or_else(|_| terms.text().to_owned());
    let line = text.lines().nth(error.line - 1).unwrap_or_default();
    let file = Path::new(&error.file);
    let host = file.parent().unwrap().file_name().unwrap_or_default();
    (
        host.to_string_lossy().into_owned(),
        line.to_owned(),
        error.what,
    )
}

#[test]
fn whoever_puts_the_same_in_gets_the_same_out() {
    let folder = tempfile::tempdir().unwrap();
    let terms = parsed(&terms());
    let mut paths = halves(folder.path(), &terms);
    let one = assemble(&terms, read(&paths)).unwrap();
    paths.reverse();
    let other = assemble(&terms, read(&paths)).unwrap();
    assert_eq!(one.genesis_file, other.genesis_file);
    assert_eq!(one.network.encode(), other.network.encode());
    let kept: Vec<(u16, &str)> = one
        .network
        .registers
        .iter()
        .map(|register| (register.reg.0, register.authority.as_str()))
        .collect();
    assert_eq!(kept, [(1, "house-0"), (2, "house-1"), (3, "house-2")]);

    // Other keys, other terms: other words.
    let elsewhere = tempfile::tempdir().unwrap();
    let fresh = assemble(&terms, read(&halves(elsewhere.path(), &terms))).unwrap();
    assert_ne!(fresh.network.fingerprint(), one.network.fingerprint());
}

/// The halves are not made anew: whoever makes them draws keys. What follows from them is what this code writes.
#[test]
fn terms_and_halves_of_the_vector_make_its_network() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/node/ceremony.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = |json: &Value| json.as_str().unwrap().to_owned();
    let terms = parsed(&text(&file["terms"]));
    assert_eq!(hex::encode(terms.digest()), file["terms_digest"]);
    let folder = tempfile::tempdir().unwrap();
    let halves = file["halves"].as_array().unwrap().iter().enumerate();
    let paths: Vec<PathBuf> = halves
        .map(|(number, half)| {
            let path = folder.path().join(format!("{number}.toml"));
            std::fs::write(&path, text(half)).unwrap();
            path
        })
        .collect();
    let made = assemble(&terms, read(&paths)).unwrap();
    let genesis = String::from_utf8(made.genesis_file.clone()).unwrap();
    assert_eq!(genesis, file["genesis"]);
    assert_eq!(hex::encode(made.network.net), file["net"]);
    assert_eq!(json!(made.network.fingerprint()), file["fingerprint"]);
    // No half serves beside another authority's name.
    let first = std::fs::read_to_string(&paths[0]).unwrap();
    std::fs::write(&paths[0], first.replace("authority = 0", "authority = 4")).unwrap();
    assert!(assemble(&terms, read(&paths)).is_err());
}

#[test]
fn halves_that_do_not_belong_are_refused_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = terms();
    let terms = parsed(&text);
    let paths = halves(folder.path(), &terms);
    let tampered = |path: &Path, change: &dyn Fn(&str) -> String| {
        let good = std::fs::read_to_string(path).unwrap();
        std::fs::write(path, change(&good)).unwrap();
        let said = mistake(&terms, &paths);
        std::fs::write(path, good).unwrap();
        said
    };
    let value = |path: &Path, name: &str, nth: usize| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text
            .lines()
            .filter(|l| l.starts_with(&format!("{name} = ")));
        lines.nth(nth).unwrap().to_owned()
    };

    // Another's key, for which there is no proof.
    let theirs = value(&paths[1], "gateway", 0);
    let (host, line, what) = tampered(&paths[2], &|good| {
        good.replacen(&value(&paths[2], "gateway", 0), &theirs, 1)
    });
    assert_eq!(host, "host2");
    assert!(
        line.starts_with("consensus = ") && what.contains("did not sign"),
        "{line}: {what}"
    );
    // Another's proof.
    let theirs = value(&paths[1], "seal", 1);
    let (_, line, what) = tampered(&paths[0], &|good| {
        good.replace(&value(&paths[0], "seal", 1), &theirs)
    });
    assert_eq!(line, theirs);
    assert!(what.contains("seal key did not sign"), "{what}");
    // A proof left out; a value that is none; a field nobody knows.
    let gone = value(&paths[0], "answer", 1);
    let (_, line, what) = tampered(&paths[0], &|good| good.replace(&format!("{gone}\n"), ""));
    assert!(
        line == "authority = 0" && what.contains("missing"),
        "{line}: {what}"
    );
    let (_, line, what) = tampered(&paths[0], &|good| {
        good.replacen("governance = \"", "governance = \"zz", 1)
    });
    assert!(
        line.starts_with("governance = \"zz") && what.contains("64"),
        "{what}"
    );
    let (_, line, what) = tampered(&paths[0], &|good| {
        good.replace("[keys]", "[keys]\nspare = 1")
    });
    assert!(
        line == "spare = 1" && what.contains("unknown field"),
        "{what}"
    );
    // The possession of a VRF key, proven for another.
    let theirs = value(&paths[1], "possession", 0);
    let (_, line, _) = tampered(&paths[0], &|good| {
        good.replace(&value(&paths[0], "possession", 0), &theirs)
    });
    assert!(line.starts_with("consensus = "), "{line}");

    // Two of one authority, one missing.
    let twice = [paths.clone(), vec![paths[3].clone()]].concat();
    let (host, line, what) = mistake(&terms, &twice);
    assert!(
        host == "host3" && line == "authority = 3" && what.contains("same"),
        "{what}"
    );
    let (_, line, what) = mistake(&terms, &paths[..4]);
    assert!(
        line == "id = \"house-4\"" && what.contains("authority 4 is missing"),
        "{what}"
    );

    // Keys of one authority that another uses as well: the owner of both signed, and still no.
    let own = OwnKeys::draw(&terms, 3).unwrap();
    let double: Vec<PathBuf> = [3u16, 4]
        .map(|number| {
            let home = folder.path().join(format!("double{number}"));
            own.write(&home, &terms, number).unwrap();
            home.join("public.toml")
        })
        .into();
    let (host, line, what) = mistake(&terms, &[paths[..3].to_vec(), double].concat());
    assert!(host == "double4" && line.starts_with("consensus"), "{line}");
    assert!(what.contains("double3"), "{what}");

    // Made for other terms, for another network.
    let later = parsed(&text.replace("12:00:00Z", "12:00:01Z"));
    let (_, line, what) = mistake(&later, &paths);
    assert!(
        line.starts_with("terms = ") && what.contains("other terms"),
        "{what}"
    );
    let another = parsed(&text.replace("toend-ceremony-1", "toend-ceremony-2"));
    let (_, line, what) = mistake(&another, &paths);
    assert!(
        line.starts_with("chain_id = ") && what.contains("another network"),
        "{what}"
    );
    assert!(
        assemble(&terms, read(&paths)).is_ok(),
        "the originals still serve"
    );
}

#[test]
fn mistakes_in_the_terms_are_named_with_their_line() {
    let good = terms();
    for (right, wrong, said) in [
        ("toend-terms/1", "toend-terms/2", "format"),
        (
            "\"2026-11-22T12:00:00Z\"",
            "\"2026-11-22T12:00:00+02:00\"",
            "a time",
        ),
        ("block_ms = 1000", "block_ms = 0", "blocks come"),
        ("tick_ms = 5000", "tick_ms = 0", "batches come"),
        ("least_batch = 8", "least_batch = 0", "least batch"),
        ("id = \"house-3\"", "id = \"house-2\"", "an id of its own"),
        ("id = \"house-4\"", "id = \"House\"", "an id of its own"),
        (
            "p2p = \"10.0.0.5:26656\"",
            "p2p = \"10.0.0.5\"",
            "HOST:PORT",
        ),
        (
            "gateway = \"https://house-1.example\"",
            "gateway = \"house-1\"",
            "https://HOST",
        ),
        ("register = 3", "register = 2", "no other authority keeps"),
        ("register = 1", "register = 9", "known register"),
        ("tick_ms = 5000", "tack_ms = 5000", "tack_ms"),
    ] {
        assert!(good.contains(right), "{right}");
        let line = good.split(right).next().unwrap().matches('\n').count() + 1;
        let text = good.replacen(right, wrong, 1);
        let Err(error) = Terms::parse(Path::new("terms.toml"), text) else {
            panic!("{wrong} was taken");
        };
        assert!(error.what.contains(said), "{wrong}: {error}");
        assert_eq!(error.line, line, "{error}");
    }
}

fn program(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_toend-node"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_commands_lead_to_folders_that_can_start() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("terms.toml"), terms()).unwrap();
    let publics: Vec<String> = (0..5)
        .map(|number| {
            let (number, home) = (number.to_string(), format!("host{number}"));
            let make = ["keys", "make", "--terms", "terms.toml", "--authority"];
            said(&program(
                &[&make[..], &[&number, "--output", &home]].concat(),
                here,
            ));
            // A second time would overwrite keys.
            let again = program(&[&make[..], &[&number, "--output", &home]].concat(), here);
            assert!(!again.status.success());
            format!("{home}/public.toml")
        })
        .collect();
    let publics: Vec<&str> = publics.iter().map(String::as_str).collect();
    let mut words = Vec::new();
    for number in 0..5 {
        let (out, home) = (format!("out{number}"), format!("host{number}"));
        let assemble = [
            "ceremony",
            "assemble",
            "--terms",
            "terms.toml",
            "--output",
            &out,
            "--home",
            &home,
        ];
        let text = said(&program(&[&assemble[..], &publics].concat(), here));
        words.push(
            text.lines()
                .find(|l| l.starts_with("words"))
                .unwrap()
                .to_owned(),
        );
        let config = format!("{home}/toend.toml");
        said(&program(&["authority", &config, "--check"], here));
        let file = std::fs::read(here.join(&out).join("network.json")).unwrap();
        let network = NetworkFile::decode(&file).unwrap();
        assert_eq!(
            words[number],
            format!("words   {}", network.fingerprint().join(" "))
        );
        assert_eq!(words[number], words[0]);
        let comet = std::fs::read_to_string(here.join(&home).join("cometbft/config/config.toml"));
        let comet = comet.unwrap();
        for other in 0..5 {
            let peer = format!("@10.0.0.{}:26656", other + 1);
            assert_eq!(comet.contains(&peer), other != number, "{number}: {peer}");
        }
        assert!(comet.contains("allow_duplicate_ip = false"));
        // Without this line a node that was away asks the others for blocks at half the rate.
        assert!(comet.contains("flush_throttle_timeout = \"10ms\""));
    }
    // Keys that the others have not seen do not start under this network.
    std::fs::create_dir(here.join("other")).unwrap();
    let make = [
        "keys",
        "make",
        "--terms",
        "terms.toml",
        "--authority",
        "0",
        "--output",
        "other/host",
    ];
    said(&program(&make, here));
    let assemble = [
        "ceremony",
        "assemble",
        "--terms",
        "terms.toml",
        "--output",
        "outx",
        "--home",
        "other/host",
    ];
    let refused = program(&[&assemble[..], &publics].concat(), here);
    let text = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && text.contains("another public half"),
        "{text}"
    );
}
