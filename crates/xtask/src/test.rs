//! `cargo xtask test`: set up, then everything, then one summary.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    codegen, components, layers, packages,
    process::{Outcome, cargo, command, describe, npm, run as start},
};

/// `e2e` opens the window to the test driver; `ts` lets the client's tests write the screen contract.
const FEATURES: &str = "toend-desktop/e2e,toend-client/ts";

/// One step and how it ended.
struct Step {
    name: &'static str,
    passed: u64,
    failed: u64,
    error: Option<String>,
    took: Duration,
}

/// Runs all checks and tests; a failing step does not stop the others, so that one run shows everything.
pub fn run(arguments: &[String]) -> Outcome {
    packages::need_node()?;
    packages::install(
        &packages::all(),
        packages::wants_yes(arguments) || std::env::var_os("CI").is_some(),
    )?;
    let filter: Vec<String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .cloned()
        .collect();
    if !filter.is_empty() {
        return start(
            command(
                &cargo(),
                ["test", "--workspace", "--features", FEATURES, "--"],
            )
            .args(filter),
        );
    }
    let mut steps = vec![
        check("layers", layers::run),
        check("list of components", components::unchanged),
        check("format (Rust)", || {
            start(&mut command(&cargo(), ["fmt", "--all", "--check"]))
        }),
        check("install (front end)", || {
            start(command(npm(), ["ci", "--no-audit", "--no-fund"]).current_dir("ui"))
        }),
        check("lint and format (front end)", || {
            start(command(npm(), ["run", "lint"]).current_dir("ui"))?;
            start(command(npm(), ["run", "format:check"]).current_dir("ui"))
        }),
        counted(
            "tests (front end)",
            command(npm(), ["test"])
                .current_dir("ui")
                .env("CI", "true")
                .env("NO_COLOR", "1"),
            vitest_line,
        ),
        check("lint (Rust)", || {
            start(&mut command(
                &cargo(),
                [
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--features",
                    FEATURES,
                    "--",
                    "--deny",
                    "warnings",
                ],
            ))
        }),
    ];
    // The end-to-end feature only opens the window to the test driver; everything else is the app as it ships.
    let types = codegen::types()?;
    let mut tests = command(
        &cargo(),
        [
            "test",
            "--workspace",
            "--no-fail-fast",
            "--features",
            FEATURES,
        ],
    );
    steps.push(counted(
        "tests (Rust, journeys, window)",
        &mut tests,
        cargo_line,
    ));
    steps.push(check("types of the screen contract", || {
        codegen::unchanged(&types)
    }));
    summary(&steps)
}

fn check(name: &'static str, act: impl FnOnce() -> Outcome) -> Step {
    println!("\n== {name}");
    let begun = Instant::now();
    let error = act().err();
    if let Some(error) = &error {
        eprintln!("{error}");
    }
    Step {
        name,
        passed: u64::from(error.is_none()),
        failed: u64::from(error.is_some()),
        error,
        took: begun.elapsed(),
    }
}

/// Runs a test program, passes its output on and adds up its result lines.
fn counted(
    name: &'static str,
    command: &mut Command,
    count: fn(&str) -> Option<(u64, u64)>,
) -> Step {
    println!("\n== {name}");
    let begun = Instant::now();
    let mut step = Step {
        name,
        passed: 0,
        failed: 0,
        error: None,
        took: Duration::ZERO,
    };
    match command.stdout(Stdio::piped()).spawn() {
        Err(error) => {
            step.error = Some(format!(
                "`{}` cannot be started: {error}",
                describe(command)
            ))
        }
        Ok(mut child) => {
            for line in child
                .stdout
                .take()
                .into_iter()
                .flat_map(|out| BufReader::new(out).lines().map_while(Result::ok))
            {
                println!("{line}");
                if let Some((passed, failed)) = count(&line) {
                    step.passed += passed;
                    step.failed += failed;
                }
            }
            match child.wait() {
                Ok(status) if status.success() && step.passed == 0 => {
                    step.error = Some("no test ran".into())
                }
                Ok(status) if status.success() => {}
                Ok(status) => {
                    step.error = Some(format!("`{}` ended with {status}", describe(command)))
                }
                Err(error) => step.error = Some(error.to_string()),
            }
        }
    }
    // A program that dies without a result line has failed all the same.
    if step.error.is_some() {
        step.failed = step.failed.max(1);
    }
    step.took = begun.elapsed();
    step
}

/// `test result: ok. 12 passed; 0 failed; …`
fn cargo_line(line: &str) -> Option<(u64, u64)> {
    let rest = line.trim().strip_prefix("test result:")?;
    Some((before(rest, "passed")?, before(rest, "failed")?))
}

/// `Tests  3 failed | 120 passed (123)`
fn vitest_line(line: &str) -> Option<(u64, u64)> {
    let rest = line.trim().strip_prefix("Tests ")?;
    Some((
        before(rest, "passed").unwrap_or(0),
        before(rest, "failed").unwrap_or(0),
    ))
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> Option<u64> {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|candidate| *candidate == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

fn summary(steps: &[Step]) -> Outcome {
    println!("\n== Summary");
    for step in steps {
        let mark = if step.error.is_none() {
            "ok    "
        } else {
            "FAILED"
        };
        println!(
            "{mark} {:<34} {:>5} passed {:>3} failed {:>6.1} s",
            step.name,
            step.passed,
            step.failed,
            step.took.as_secs_f64()
        );
    }
    let passed: u64 = steps.iter().map(|step| step.passed).sum();
    let failed: u64 = steps.iter().map(|step| step.failed).sum();
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        return Ok(());
    }
    let names: Vec<&str> = steps
        .iter()
        .filter(|step| step.error.is_some())
        .map(|step| step.name)
        .collect();
    Err(format!("failed: {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_counted() {
        assert_eq!(
            cargo_line(
                "test result: ok. 12 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out"
            ),
            Some((12, 1))
        );
        assert_eq!(cargo_line("running 12 tests"), None);
        assert_eq!(
            vitest_line("      Tests  3 failed | 120 passed (123)"),
            Some((120, 3))
        );
        assert_eq!(vitest_line("      Tests  120 passed (120)"), Some((120, 0)));
        assert_eq!(vitest_line(" Test Files  9 passed (9)"), None);
    }
}
