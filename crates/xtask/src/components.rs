//! What of others ships inside the program: name, version and licence, from the lock files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::{Value, json};

use crate::process::{Outcome, cargo, output};

const FILE: &str = "crates/client/components.json";
const WEB: &str = "ui/package-lock.json";
/// The platform whose components are listed: the one that is packaged.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// The package that ships.
const PROGRAM: &str = "toend-desktop";
/// Most components; more means that something else than the program was counted.
const MOST: usize = 2000;
/// Longest name, version or licence.
const LONGEST: usize = 200;

/// Writes the list.
pub fn write() -> Outcome {
    fs::write(FILE, list()?).map_err(|error| format!("{FILE}: {error}"))
}

/// Fails when the committed list is not what the lock files say.
pub fn unchanged() -> Outcome {
    let committed = fs::read_to_string(FILE).unwrap_or_default();
    if committed == list()? {
        return Ok(());
    }
    Err(format!(
        "{FILE} is out of date; run `cargo xtask codegen` and commit it"
    ))
}

fn list() -> Result<String, String> {
    let metadata = output(
        &cargo(),
        &[
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            PLATFORM,
        ],
    )
    .and_then(|text| serde_json::from_str(&text).ok())
    .ok_or("`cargo metadata` gives nothing")?;
    let lock = fs::read_to_string(WEB)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| format!("{WEB} cannot be read"))?;
    let mut all = rust(&metadata)?;
    all.extend(web(&lock));
    if all.len() > MOST {
        return Err(format!("{} components are more than {MOST}", all.len()));
    }
    let mut lines = Vec::new();
    for (kind, name, version, licence) in all {
        for text in [&name, &version, &licence] {
            if text.is_empty() || text.len() > LONGEST {
                return Err(format!(
                    "{name} {version}: a name, version or licence is missing or too long"
                ));
            }
        }
        let line = json!({ "name": name, "version": version, "licence": licence, "kind": kind });
        lines.push(format!("  {line}"));
    }
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// World, name, version, licence.
type Part = (&'static str, String, String, String);

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Crates that the program links, without those that only build or test it.
fn rust(metadata: &Value) -> Result<BTreeSet<Part>, String> {
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<String, Value> = each(&metadata["packages"])
        .into_iter()
        .map(|package| (text(&package, "id"), package))
        .collect();
    let nodes: BTreeMap<String, Value> = each(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node, "id"), node))
        .collect();
    let root = packages
        .iter()
        .find(|(_, package)| package["name"] == PROGRAM)
        .map(|(id, _)| id.clone())
        .ok_or_else(|| format!("there is no package {PROGRAM}"))?;
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        for dependency in nodes
            .get(&id)
            .map(|node| each(&node["deps"]))
            .into_iter()
            .flatten()
        {
            let normal = each(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null());
            if normal {
                open.push(text(&dependency, "pkg"));
            }
        }
    }
    Ok(seen
        .iter()
        .filter_map(|id| packages.get(id))
        // Ours have no source.
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let licence = text(package, "license");
            let licence = if licence.is_empty() {
                "see its files".to_owned()
            } else {
                licence
            };
            (
                "rust",
                text(package, "name"),
                text(package, "version"),
                licence,
            )
        })
        .collect())
}

/// Packages that end up in the window, without those that only build or test it.
fn web(lock: &Value) -> BTreeSet<Part> {
    let packages = lock["packages"].as_object().cloned().unwrap_or_default();
    packages
        .iter()
        .filter(|(path, package)| {
            !path.is_empty()
                && package["dev"] != true
                && package["devOptional"] != true
                && package["optional"] != true
        })
        .filter_map(|(path, package)| {
            let name = path.rsplit_once("node_modules/")?.1.to_owned();
            let licence = text(package, "license");
            let licence = if licence.is_empty() {
                "see its files".to_owned()
            } else {
                licence
            };
            Some(("web", name, text(package, "version"), licence))
        })
        .collect()
}
