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
    /// The program says another version.
    #[error(transparent)]
    Version(#[from] OtherVersion),
    /// The program was built from other source.
    #[error("{0} was not built from CometBFT {VERSION} with the checksum {SUM}")]
    Checksum(PathBuf),
}

/// Why a CometBFT is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is CometBFT {found}, and {VERSION} or a later release of its series is needed: install it with `toend-node cometbft --into DIR`"
)]
pub struct OtherVersion {
    found: String,
}

/// Whether a version, as CometBFT names its own, is the pinned one or a later release of the same series.
///
/// # Errors
/// [`OtherVersion`] for any other, and for what is no version.
pub fn permit(version: &str) -> Result<(), OtherVersion> {
    let needed = parts(VERSION.trim_start_matches('v'));
    let permitted = parts(version).zip(needed).is_some_and(|(found, needed)| {
        found
            .split_last()
            .zip(needed.split_last())
            .is_some_and(|((patch, series), (least, wanted))| series == wanted && patch >= least)
    });
    if permitted {
        return Ok(());
    }
    // Somebody else's text stands in a log: a few plain characters of it.
    let found: String = (version.chars().take(40))
        .filter(char::is_ascii_graphic)
        .collect();
    Err(OtherVersion {
        found: if found.is_empty() {
            "of an unnamed version".to_owned()
        } else {
            found
        },
    })
}

/// The three numbers of a version. What is built from a commit says so after a `+`; a release that is yet to be has a `-`.
fn parts(version: &str) -> Option<[u64; 3]> {
    let version = version
        .split_once('+')
        .map_or(version, |(release, _)| release);
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let parts = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(parts)
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
    if !is_genuine(&program) {
        return Err(InstallError::Checksum(program));
    }
    let said = Command::new(&program).arg("version").output();
    permit(
        said.map_or_else(
            |_| String::new(),
            |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
        )
        .as_str(),
    )?;
    Ok(program)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_release_and_later_ones_of_its_series_are_permitted() {
        for good in ["0.38.25", "0.38.26", "0.38.100", "0.38.25+0123abc"] {
            assert_eq!(permit(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "0.38",
            "0.38.24",
            "0.38.2",
            "0.38.26-rc1",
            "0.37.25",
            "0.39.0",
            "1.38.25",
            "0.38.25.1",
            "v0.38.25",
            "38",
        ] {
            assert!(permit(bad).is_err(), "{bad}");
        }
        let said = permit("0.38.24\n\u{1b}[1m").unwrap_err().to_string();
        assert!(
            said.starts_with("this is CometBFT 0.38.24[1m, and v0.38.25"),
            "{said}"
        );
    }
}
