//! `cargo xtask codegen`: the screen contract as TypeScript, and the list of what ships inside the program.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    components,
    process::{Outcome, cargo, command, run as start},
};

const TYPES: &str = "ui/src/backend/types";

/// The committed types, by file name.
pub type Types = BTreeMap<String, String>;

/// Writes both; with `--check` it fails when the committed ones differ.
pub fn run(arguments: &[String]) -> Outcome {
    let check = arguments.iter().any(|argument| argument == "--check");
    if check {
        components::unchanged()?;
    } else {
        components::write()?;
    }
    let before = types()?;
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
    if check { unchanged(&before) } else { Ok(()) }
}

/// The types as they are on disk.
pub fn types() -> Result<Types, String> {
    read(Path::new(TYPES))
}

/// Fails when the tests of `toend-client` with feature `ts`, which write the types, wrote others than there were.
pub fn unchanged(before: &Types) -> Outcome {
    let after = types()?;
    let names: Vec<&str> = after
        .iter()
        .filter(|(name, text)| before.get(*name) != Some(text))
        .map(|(name, _)| name.as_str())
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{TYPES} was out of date ({}); commit what was written now",
        names.join(", ")
    ))
}

fn read(folder: &Path) -> Result<Types, String> {
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
