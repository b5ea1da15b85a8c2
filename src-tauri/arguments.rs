//! What the app takes on its command line.

use std::path::{Path, PathBuf};

use toend_client::{NetworkSource, dto::OpenTarget};

use crate::opening::{self, MAX_TARGETS};

/// How the app was started.
#[derive(Debug)]
pub struct Arguments {
    /// Which ledger to follow.
    pub network: NetworkSource,
    /// What to open.
    pub open: Vec<OpenTarget>,
}

const HELP: &str = "\
Tõend shows public records with proofs that this computer has checked.

  toend-desktop [FILE.asice | toend:PAGE] ...

  FILE.asice       check this proof file
  toend:PAGE       open a page: home, health, tax, business, check, status, settings, help
  --network FILE   follow the ledger of this network file
                   (without it: the one chosen in the settings, or the demonstration network inside the app)
  --version        print the version
  --help           print this text

TOEND_DATA_DIR names another folder for what the app keeps.";

/// Reads the arguments, or the text to print instead of opening a window. Relative paths start at `here`.
///
/// # Errors
/// A sentence that says which argument is wrong.
pub fn read(
    mut given: impl Iterator<Item = String>,
    here: &Path,
) -> Result<Result<Arguments, String>, String> {
    let (mut network, mut open, mut only_files) = (NetworkSource::Chosen, Vec::new(), false);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--" if !only_files => only_files = true,
            other if only_files || !other.starts_with('-') => {
                if open.len() == MAX_TARGETS {
                    return Err(format!("at most {MAX_TARGETS} files or links at once"));
                }
                open.push(opening::argument(other, here));
            }
            "--help" | "-h" => return Ok(Err(HELP.into())),
            "--version" | "-V" => {
                return Ok(Err(format!("toend-desktop {}", env!("CARGO_PKG_VERSION"))));
            }
            "--network" => {
                let file = given.next().ok_or("--network needs a file")?;
                network = NetworkSource::File(PathBuf::from(file));
            }
            other => {
                return Err(format!(
                    "`{other}` is not an argument of this program; --help lists them"
                ));
            }
        }
    }
    Ok(Ok(Arguments { network, open }))
}

#[cfg(test)]
mod tests {
    use toend_client::dto::Page;

    use super::*;

    fn given(arguments: &[&str]) -> Result<Result<Arguments, String>, String> {
        let arguments = arguments.iter().map(|text| (*text).to_owned());
        read(arguments, Path::new("/home/mari"))
    }

    #[test]
    fn files_links_and_options_are_told_apart() {
        let read = given(&["--network", "n.json", "a.asice", "toend:check", "--", "-b"])
            .unwrap()
            .unwrap();
        assert!(matches!(read.network, NetworkSource::File(path) if path == Path::new("n.json")));
        let file = |path: &str| OpenTarget::File { path: path.into() };
        assert_eq!(
            read.open,
            [
                file("/home/mari/a.asice"),
                OpenTarget::Page { page: Page::Check },
                file("/home/mari/-b")
            ]
        );
        let plain = given(&[]).unwrap().unwrap();
        assert!(matches!(plain.network, NetworkSource::Chosen) && plain.open.is_empty());
    }

    #[test]
    fn unknown_options_and_too_many_files_are_said() {
        assert!(given(&["--nework", "a"]).is_err());
        assert!(given(&["--network"]).is_err());
        assert!(given(&["a"; 9]).is_err());
        assert!(given(&["--help"]).unwrap().is_err());
    }
}
