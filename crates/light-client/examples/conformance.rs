//! Runs model-based single-step vectors, given as files or folders: `conformance PATH…`.
//! Prints a line per file and, last, `N passed, M failed`, counting steps. Exits with 1 if any step failed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use toend_light_client::conformance;
use toend_light_client::verify::Verdict;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!("usage: conformance FILE-OR-FOLDER...");
        return ExitCode::from(64);
    }
    let mut files = Vec::new();
    let (mut passed, mut failed) = (0usize, 0usize);
    for path in &paths {
        if let Err(error) = collect(path, &mut files) {
            println!("FAIL {}: {error}", path.display());
            failed += 1;
        }
    }
    for file in &files {
        let outcome = std::fs::read(file)
            .map_err(|e| e.to_string())
            .and_then(|bytes| conformance::run(&bytes).map_err(|e| e.to_string()));
        let steps = match outcome {
            Ok(steps) => steps,
            Err(error) => {
                println!("FAIL {}: {error}", file.display());
                failed += 1;
                continue;
            }
        };
        let good = steps.iter().filter(|step| step.passed).count();
        passed += good;
        failed += steps.len() - good;
        let mark = if good == steps.len() { "ok  " } else { "FAIL" };
        println!("{mark} {}: {good} of {} steps", file.display(), steps.len());
        for (index, step) in steps.iter().enumerate().filter(|(_, step)| !step.passed) {
            let reason = match &step.verdict {
                Verdict::Invalid(reason) => format!(" ({reason})"),
                _ => String::new(),
            };
            println!(
                "     step {index}: expected {}, got {}{reason}",
                step.expected,
                step.verdict.name()
            );
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Files as given; of folders, every `.json` below them, in a fixed order.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !std::fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|e| e == "json") {
            collect(&entry, files)?;
        }
    }
    Ok(())
}
