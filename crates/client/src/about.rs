//! What the program is made of.

use crate::dto::{About, Component};

/// Written by `cargo xtask codegen` from the lock files.
const COMPONENTS: &str = include_str!("../components.json");

/// Name, version, licence and world of everything that ships inside the program.
pub fn components() -> Vec<Component> {
    // The file is ours and a test reads it; an empty list would be seen at once.
    serde_json::from_str(COMPONENTS).unwrap_or_default()
}

/// What the program is; `webview` is the version of what draws the window.
pub fn about(webview: Option<String>) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        network_protocol: toend_ledger::network::FORMAT.to_owned(),
        webview,
        os: format!("{} {}", system(), std::env::consts::ARCH),
        components: components(),
    }
}

/// The operating system's name as people write it.
fn system() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::dto::ComponentKind;

    fn at_root(path: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read_to_string(root.join(path)).unwrap()
    }

    #[test]
    fn every_component_stands_in_the_lock_files_and_has_a_licence() {
        let locked = at_root("Cargo.lock");
        let crates: BTreeSet<(String, String)> = locked
            .split("[[package]]")
            .filter_map(|block| {
                let value = |name: &str| {
                    let line = block.lines().find(|line| line.starts_with(name))?;
                    Some(line.split('"').nth(1)?.to_owned())
                };
                Some((value("name = ")?, value("version = ")?))
            })
            .collect();
        let web: serde_json::Value =
            serde_json::from_str(&at_root("ui/package-lock.json")).unwrap();
        let components = components();
        assert!(components.len() > 200, "{}", components.len());
        for part in &components {
            assert!(
                !part.licence.is_empty() && part.licence.len() <= 200,
                "{part:?}"
            );
            let id = (part.name.clone(), part.version.clone());
            let known = match part.kind {
                ComponentKind::Rust => crates.contains(&id),
                ComponentKind::Web => {
                    web["packages"]
                        .as_object()
                        .unwrap()
                        .iter()
                        .any(|(path, package)| {
                            path.ends_with(&format!("node_modules/{}", part.name))
                                && package["version"] == part.version.as_str()
                        })
                }
            };
            assert!(
                known,
                "{part:?} is in no lock file: run `cargo xtask codegen`"
            );
        }
        let mut sorted = components.clone();
        sorted.sort_by(|a, b| (a.kind, &a.name, &a.version).cmp(&(b.kind, &b.name, &b.version)));
        assert_eq!(components, sorted);
    }

    #[test]
    fn the_window_and_the_card_are_made_of_what_one_expects() {
        let names: BTreeSet<String> = components().into_iter().map(|part| part.name).collect();
        for name in ["tauri", "rusqlite", "ed25519-zebra", "pcsc", "react"] {
            assert!(names.contains(name), "{name}");
        }
        assert!(!names.contains("vitest"), "a tool does not ship");
    }
}
