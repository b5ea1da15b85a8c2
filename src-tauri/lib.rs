//! The desktop shell: composition root, windows, file dialogs, and commands of a few lines each.
//!
//! It must never verify, parse or decide anything itself: that is `toend-client`'s work. It must never let the main window
//! see a PIN: PIN entry is a window of its own with its own capability.
//! Start reading at [`main`], then [`commands`].

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod arguments;
mod commands;
mod dialogs;
mod events;
mod first_frame;
mod instance;
mod main_window;
mod notice;
mod opening;
mod pin;
mod placement;
mod setup;
mod state;

use std::process::ExitCode;

/// Runs the app until its window is closed.
pub fn main() -> ExitCode {
    setup::harden_environment();
    // A folder that is gone makes relative paths unusable, which is said when one is given.
    let here = std::env::current_dir().unwrap_or_default();
    let given = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    let arguments = match arguments::read(given.skip(1), &here) {
        Ok(Ok(arguments)) => arguments,
        Ok(Err(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(fault) => {
            eprintln!("toend-desktop: {fault}");
            return ExitCode::from(64);
        }
    };
    let data_dir = toend_client::default_data_dir();
    let instance = match instance::claim(&data_dir, &arguments.open) {
        instance::Claim::First(instance) => instance,
        instance::Claim::Second => {
            println!("Tõend is already open; its window was brought to the front.");
            return ExitCode::SUCCESS;
        }
    };
    match setup::run(arguments, data_dir, instance) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Tõend cannot open a window: {error}");
            ExitCode::FAILURE
        }
    }
}
