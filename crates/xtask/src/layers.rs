//! `cargo xtask check-layers`: who may import whom, as the architecture page draws it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::process::{Outcome, cargo, output};

/// Ours that each of ours may depend on, in normal dependencies. Tests may cross: prover and verifier meet there.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("toend-ledger", &[]),
    ("toend-id-card", &[]),
    ("toend-light-client", &["toend-ledger"]),
    ("toend-state-machine", &["toend-ledger"]),
    (
        "toend-node",
        &["toend-ledger", "toend-state-machine", "toend-id-card"],
    ),
    (
        "toend-client",
        &[
            "toend-ledger",
            "toend-light-client",
            "toend-id-card",
            "toend-node",
        ],
    ),
    (
        "toend-cli",
        &[
            "toend-client",
            "toend-ledger",
            "toend-light-client",
            "toend-id-card",
        ],
    ),
    ("toend-desktop", &["toend-client"]),
    (
        "toend-testkit",
        &[
            "toend-ledger",
            "toend-light-client",
            "toend-id-card",
            "toend-state-machine",
            "toend-node",
            "toend-client",
        ],
    ),
    ("xtask", &[]),
];

/// Libraries that one package alone may use.
const ONLY: &[(&str, &[&str])] = &[
    ("rusqlite", &["toend-client", "toend-node"]),
    ("pcsc", &["toend-id-card"]),
    ("tauri", &["toend-desktop"]),
    ("rfd", &["toend-desktop"]),
    ("axum", &["toend-node", "toend-testkit"]),
    ("reqwest", &["toend-client", "toend-testkit"]),
];

/// Pure packages: none of these may be in their normal dependencies.
const PURE: &[&str] = &["toend-ledger", "toend-light-client", "toend-state-machine"];
const IMPURE: &[&str] = &[
    "tokio",
    "reqwest",
    "axum",
    "rusqlite",
    "rand",
    "getrandom",
    "tracing-subscriber",
    "pcsc",
];

/// The one file of the client side that starts the embedded network.
const EMBEDDED: &str = "crates/client/src/embedded.rs";

/// Checks the manifests and the one-file rule.
pub fn run() -> Outcome {
    let text = output(
        &cargo(),
        &["metadata", "--no-deps", "--format-version", "1"],
    )
    .ok_or("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut faults = manifests(&dependencies(&metadata));
    faults.extend(embedded_only()?);
    if faults.is_empty() {
        println!(
            "layers: {} packages, every import allowed",
            MAY_IMPORT.len()
        );
        return Ok(());
    }
    Err(format!(
        "{} import(s) against the architecture:\n  {}",
        faults.len(),
        faults.join("\n  ")
    ))
}

/// Normal dependencies by package.
fn dependencies(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    packages
        .iter()
        .map(|package| {
            let normal = package["dependencies"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .filter(|dependency| dependency["kind"].is_null());
            let names = normal
                .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                .collect();
            (
                package["name"].as_str().unwrap_or_default().to_owned(),
                names,
            )
        })
        .collect()
}

fn manifests(all: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (package, names) in all {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| name == package) else {
            faults.push(format!(
                "{package} is not in the table of crates/xtask/src/layers.rs"
            ));
            continue;
        };
        for name in names {
            let ours = MAY_IMPORT.iter().any(|(other, _)| other == name);
            if ours && !allowed.contains(&name.as_str()) {
                faults.push(format!("{package} imports {name}"));
            }
            if let Some((_, users)) = ONLY.iter().find(|(library, _)| library == name)
                && !users.contains(&package.as_str())
            {
                faults.push(format!(
                    "{package} uses {name}, which belongs to {}",
                    users.join(", ")
                ));
            }
            if PURE.contains(&package.as_str()) && IMPURE.contains(&name.as_str()) {
                faults.push(format!("{package} is pure and uses {name}"));
            }
        }
    }
    faults
}

fn embedded_only() -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for folder in [
        "crates/client/src",
        "crates/cli/src",
        "src-tauri",
        "crates/light-client/src",
    ] {
        visit(std::path::Path::new(folder), &mut |path, text| {
            if text.contains("toend_node") && path != std::path::Path::new(EMBEDDED) {
                faults.push(format!(
                    "{} names toend_node; only {EMBEDDED} may",
                    path.display()
                ));
            }
        })?;
    }
    Ok(faults)
}

fn visit(folder: &std::path::Path, look: &mut impl FnMut(&std::path::Path, &str)) -> Outcome {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, look)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            look(&path, &text);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_forbidden_import_is_named() {
        let all = BTreeMap::from([(
            "toend-light-client".to_owned(),
            set(&["toend-ledger", "toend-state-machine", "tokio"]),
        )]);
        let faults = manifests(&all);
        assert_eq!(
            faults,
            [
                "toend-light-client imports toend-state-machine",
                "toend-light-client is pure and uses tokio"
            ]
        );
    }

    #[test]
    fn a_library_of_another_package_is_named() {
        let all = BTreeMap::from([("toend-cli".to_owned(), set(&["rusqlite"]))]);
        assert_eq!(
            manifests(&all),
            ["toend-cli uses rusqlite, which belongs to toend-client, toend-node"]
        );
    }
}
