//! What the app takes on its command line.

use std::path::PathBuf;

use toend_client::NetworkSource;

/// How the app was started.
pub struct Arguments {
    /// Which ledger to follow.
    pub network: NetworkSource,
}

const HELP: &str = "\
Tõend shows public records with proofs that this computer has checked.

  --network FILE   follow the ledger of this network file
                   (without it: the demonstration network, inside the app)
  --version        print the version
  --help           print this text

TOEND_DATA_DIR names another folder for what the app keeps.";

/// Reads the arguments, or the text to print instead of opening a window.
///
/// # Errors
/// A sentence that says which argument is wrong.
pub fn read(mut given: impl Iterator<Item = String>) -> Result<Result<Arguments, String>, String> {
    let mut network = NetworkSource::Embedded;
    while let Some(argument) = given.next() {
        match argument.as_str() {
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
    Ok(Ok(Arguments { network }))
}
