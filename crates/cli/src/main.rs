//! `toend`: what the window does, in a terminal. The same client, the same verdicts, no graphics library.
//!
//! It must never judge anything itself, print a PIN, or take one from the environment. Answers go to standard output, what is
//! only of interest while waiting goes to standard error, so that `--json` can be piped.
//!
//! Start with [`args`] (what can be asked) and [`commands`] (how it is answered); `texts` has the words in three languages.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod args;
mod commands;
mod failure;
mod output;
mod texts;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, WRONG_USE};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let wrong = error.use_stderr();
            // Where the message cannot be written, the exit code still tells.
            let _ = error.print();
            return ExitCode::from(if wrong { WRONG_USE } else { 0 });
        }
    };
    let level = if arguments.verbose {
        tracing::Level::INFO
    } else {
        tracing::Level::ERROR
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("toend: {error}");
            return ExitCode::from(2);
        }
    };
    let code = runtime
        .block_on(commands::run(&arguments))
        .unwrap_or_else(|failure| failure.report(arguments.language()));
    // A reader that hangs must not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ExitCode::from(code)
}
