//! `cargo xtask bench`: ours beside the peers, in one run; `cargo xtask bench network`: real validators;
//! `cargo xtask bench window`: the real window.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    packages,
    process::{Outcome, cargo, command, run as start},
};

const FOLDER: &str = "target/bench";

/// Benchmark programs: package and example. Each prints its table and writes its rows as JSON, one document or one
/// value a line.
const PROGRAMS: &[(&str, &str)] = &[
    ("toend-light-client", "bench"),
    ("toend-ledger", "bench_proofs"),
    ("toend-state-machine", "bench_tree"),
    ("toend-client", "bench_app"),
];

/// Runs every benchmark and gathers `target/bench/all.json`.
pub fn run(arguments: &[String]) -> Outcome {
    fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    if let Some((part, rest)) = arguments.split_first() {
        match part.as_str() {
            "network" => return network(rest),
            "window" => return window(rest),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for (package, example) in PROGRAMS {
        let file = format!("{FOLDER}/{package}.json");
        println!("\n== {package}");
        start(&mut command(
            &cargo(),
            [
                "run",
                "--release",
                "--quiet",
                "--package",
                package,
                "--example",
                example,
                "--",
                "--json",
                &file,
            ],
        ))?;
        let text =
            fs::read_to_string(Path::new(&file)).map_err(|error| format!("{file}: {error}"))?;
        // One document, or one value a line.
        for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            match value.map_err(|error| format!("{file}: {error}"))? {
                Value::Array(rows) => all.extend(rows),
                other => all.push(other),
            }
        }
    }
    let text =
        serde_json::to_string_pretty(&Value::Array(all)).map_err(|error| error.to_string())?;
    fs::write(format!("{FOLDER}/all.json"), text).map_err(|error| error.to_string())?;
    println!("\nAll figures as JSON: {FOLDER}/all.json");
    Ok(())
}

/// Four real validators on this computer, beside the engine's own `kvstore` application.
fn network(arguments: &[String]) -> Outcome {
    let file = format!("{FOLDER}/network.json");
    let program = ["--release", "--quiet", "--package", "toend-node"];
    start(
        command(&cargo(), ["build"])
            .args(program)
            .args(["--bin", "toend-node"]),
    )?;
    start(
        command(&cargo(), ["run"])
            .args(program)
            .args(["--example", "bench_network", "--", "--json", &file])
            .args(arguments),
    )?;
    println!("\nThe same as JSON: {file}");
    Ok(())
}

/// The real window, built as `cargo xtask run` builds it, with what a driver needs to take it by the hand.
fn window(arguments: &[String]) -> Outcome {
    packages::need_node()?;
    // Cargo starts a benchmark in its package's folder, which is this one.
    let file = format!("{FOLDER}/window.json");
    start(
        command(
            &cargo(),
            [
                "bench",
                "--profile",
                "app",
                "--package",
                "toend-desktop",
                "--features",
                "e2e",
                "--bench",
                "window",
                "--",
                "--json",
                &file,
            ],
        )
        .args(arguments),
    )?;
    println!("\nThe same as JSON: {FOLDER}/window.json");
    if arguments.is_empty() {
        println!("\n== filtering, searching and sorting 5,000 rows, without drawing them");
        let mut lists = command(
            "npx",
            ["vitest", "bench", "--run", "src/test/list.bench.ts"],
        );
        start(lists.current_dir("ui"))?;
    }
    Ok(())
}
