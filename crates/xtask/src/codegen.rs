//! `cargo xtask codegen`: the screen contract as TypeScript.

use std::{collections::BTreeMap, fs, path::Path};

use crate::process::{Outcome, cargo, command, run as start};

const TYPES: &str = "ui/src/backend/types";

/// Writes the types; with `--check` it fails when the committed ones differ.
pub fn run(arguments: &[String]) -> Outcome {
    let check = arguments.iter().any(|argument| argument == "--check");
    let before = read(Path::new(TYPES))?;
    start(&mut command(
        &cargo(),
        [
            "test",
            "--quiet",
            "--package",
            "toend-client",
            "--features",
            "ts",
            "--lib",
            "export_bindings",
        ],
    ))?;
    let after = read(Path::new(TYPES))?;
    if check && before != after {
        let names: Vec<&str> = after
            .iter()
            .filter(|(name, text)| before.get(*name) != Some(text))
            .map(|(name, _)| name.as_str())
            .collect();
        return Err(format!(
            "{TYPES} is out of date ({}); run `cargo xtask codegen` and commit",
            names.join(", ")
        ));
    }
    Ok(())
}

fn read(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(files);
    };
    for entry in entries.flatten() {
        let text = fs::read_to_string(entry.path())
            .map_err(|error| format!("{}: {error}", entry.path().display()))?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(files)
}
