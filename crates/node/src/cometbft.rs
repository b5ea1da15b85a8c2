//! The one release of CometBFT that this program is used with, pinned by version and checksum.
//!
//! The checksum is Go's own (`h1:`) of the module's source, which fixes the checksums of everything it is built from. The
//! Go tool compares it with the public checksum database when it downloads; here it is compared once more, in the program
//! that was built.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The release: the oldest with the fixes that this design relies on.
pub const VERSION: &str = "v0.38.25";
/// Go's checksum of its source.
pub const SUM: &str = "h1:jtGSyssudmkjED2fk9wFGfd/fNyPKvLIinW62ELxZH4=";
/// Its module.
pub const MODULE: &str = "github.com/cometbft/cometbft";

/// Why CometBFT is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// Go is needed to build it.
    #[error("Go is not installed; CometBFT {VERSION} is built with it")]
    NoGo,
    /// `go install` failed; what it said stands above.
    #[error("go install failed")]
    Build,
    /// The program was built from other source.
    #[error("{0} was not built from CometBFT {VERSION} with the checksum {SUM}")]
    Checksum(PathBuf),
}

/// Where the program lies in a folder of tools.
pub fn place(tools: &Path) -> PathBuf {
    let name = if cfg!(windows) {
        "cometbft.exe"
    } else {
        "cometbft"
    };
    tools.join(format!("cometbft-{VERSION}")).join(name)
}

/// The program in a folder of tools: built there when it is missing, and its checksum compared in any case.
pub fn install(tools: &Path) -> Result<PathBuf, InstallError> {
    let program = place(tools);
    if Command::new("go").arg("version").output().is_err() {
        return Err(InstallError::NoGo);
    }
    if !program.exists() {
        let built = Command::new("go")
            .env("GOBIN", program.parent().unwrap_or(tools))
            .env("GOFLAGS", "-mod=mod")
            .env_remove("GONOSUMDB")
            .env_remove("GONOSUMCHECK")
            .env_remove("GOPRIVATE")
            .args(["install", &format!("{MODULE}/cmd/cometbft@{VERSION}")])
            .status();
        if !built.is_ok_and(|status| status.success()) {
            return Err(InstallError::Build);
        }
    }
    if is_genuine(&program) {
        Ok(program)
    } else {
        Err(InstallError::Checksum(program))
    }
}

/// Whether a program says of itself that it was built from the pinned source.
fn is_genuine(program: &Path) -> bool {
    let Ok(shown) = Command::new("go")
        .args(["version", "-m"])
        .arg(program)
        .output()
    else {
        return false;
    };
    String::from_utf8_lossy(&shown.stdout).lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words == ["mod", MODULE, VERSION, SUM]
    })
}

/// The program as it is found without being told: named by `TOEND_COMETBFT`, beside this one's build, else on the path.
pub fn find() -> PathBuf {
    if let Some(named) = std::env::var_os("TOEND_COMETBFT").filter(|named| !named.is_empty()) {
        return PathBuf::from(named);
    }
    let built = std::env::current_exe()
        .ok()
        .and_then(|own| Some(place(&own.ancestors().nth(2)?.join("tools"))));
    built
        .filter(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from("cometbft"))
}
