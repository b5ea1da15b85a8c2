//! The desktop shell: composition root, windows, file dialogs, and commands of a few lines each.
//!
//! It must never verify, parse or decide anything itself: that is `toend-client`'s work. It must never let the main window
//! see a PIN: PIN entry is a window of its own with its own capability.
//! Start reading at [`main`], then [`commands`].

mod arguments;
mod commands;
mod dialogs;
mod events;
mod first_frame;
mod instance;
mod pin;
mod setup;
mod state;

use std::process::ExitCode;

/// Runs the app until its window is closed.
pub fn main() -> ExitCode {
    setup::harden_environment();
    let arguments = match arguments::read(std::env::args().skip(1)) {
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
    let instance = match instance::claim(&data_dir) {
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
