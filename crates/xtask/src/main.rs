//! `cargo xtask`: everything that is done with this project from a terminal.
//!
//! It must work on a machine that has only Rust and Node, so it compiles fast and looks before it leaps.
//! Start reading at [`main`]; each task is a module.

mod bench;
#[cfg(unix)]
mod bundle;
mod codegen;
mod components;
mod layers;
mod packages;
mod pictures;
mod process;
mod run;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  run [--yes] [-- ARGS]    set up this machine, build and open the app
                           (without a display: the same job in the terminal)
  test [--yes] [FILTER]    set up what the tests need and pass all of them
  setup [--yes]            only install what is missing
  cometbft             build the pinned CometBFT under target/tools, or check the one there
  bench                    ours beside the peers, as a table and as JSON under target/bench/
  bench network [PART]     four real validators beside CometBFT's kvstore: tps, batched, latency, growth, catch-up;
                           --quick for a short look
  bench window             first paint, a million headers, opening a record: in the real window
  bundle [--yes]           the window and the terminal program as a .deb under target/bundle/
  screenshots [--docs]     every screen from the real window to target/screenshots/; --docs renews the README's
  gallery                  every component in every state on one page, in a browser
  codegen [--check]        write the TypeScript types of the screen contract
  check-layers             who may import whom
  help                     this text

--yes installs missing system packages without asking.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_else(|| "help".into());
    let rest: Vec<String> = arguments.collect();
    if let Err(error) = process::enter_project() {
        eprintln!("xtask: {error}");
        return ExitCode::FAILURE;
    }
    let outcome = match task.as_str() {
        "run" => run::run(&rest),
        "test" => test::run(&rest),
        "setup" => packages::install(&packages::all(), packages::wants_yes(&rest)),
        "cometbft" => process::run(&mut process::command(
            &process::cargo(),
            [
                "run",
                "--quiet",
                "--package",
                "toend-node",
                "--",
                "cometbft",
                "--into",
                "target/tools",
            ],
        )),
        "bench" => bench::run(&rest),
        #[cfg(unix)]
        "bundle" => bundle::run(&rest),
        "screenshots" => pictures::screenshots(&rest),
        "gallery" => pictures::gallery(&rest),
        "codegen" => codegen::run(&rest),
        "check-layers" => layers::run(),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => {
            eprintln!("xtask: there is no task `{other}`\n\n{HELP}");
            return ExitCode::from(64);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error}");
            ExitCode::FAILURE
        }
    }
}
