//! Where the published vectors lie: in the packages that carry them, which `cargo metadata` finds on any machine.

use std::path::PathBuf;
use std::process::Command;

/// The folder of a package this workspace depends on. Only this machine's packages are asked about: those were fetched to
/// build the workspace, so that a machine without a network can answer.
pub fn package(name: &str) -> PathBuf {
    let rustc = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let about = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            host,
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let manifest = metadata["packages"]
        .as_array()
        .expect("metadata lists packages")
        .iter()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str())
        .expect("the package is a dependency");
    PathBuf::from(manifest)
        .parent()
        .expect("a manifest lies in a folder")
        .to_owned()
}

/// The `.json` files of a folder of tendermint-light-client's vectors.
pub fn light_client_vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = package("tendermint-light-client")
        .join("tests/support")
        .join(folder);
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .expect("the package carries its vectors")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            (
                path.file_name()
                    .expect("a file")
                    .to_string_lossy()
                    .into_owned(),
                std::fs::read(&path).expect("readable"),
            )
        })
        .collect();
    files.sort();
    files
}
