//! The commands, each in a file of its own.

mod card;
mod evidence;
mod export;
mod file;
mod light_block;
mod network;
mod records;
mod refusal;
mod show;
mod sign_in;
mod sync;
mod verify;

use std::io::Write as _;

use toend_client::{CardSource, Client, Config, NetworkSource, default_data_dir};

use crate::args::{Arguments, Command, EvidenceCommand, LightBlockCommand, NetworkCommand};
use crate::failure::Failure;

/// Does what was asked and gives the exit code.
pub async fn run(arguments: &Arguments) -> Result<u8, Failure> {
    match &arguments.command {
        Command::Records {
            register,
            json,
            card,
        } => records::run(arguments, *register, *json, card).await,
        Command::Show { id, json, card } => show::run(arguments, id, *json, card).await,
        Command::Export {
            id,
            file,
            fields,
            card,
        } => export::run(arguments, id, file, fields, card).await,
        Command::Verify { file, json } => verify::run(arguments, file, *json).await,
        Command::File {
            document,
            register,
            receipt,
            json,
        } => file::run(arguments, document, *register, receipt.as_deref(), *json).await,
        Command::Sync { json } => sync::run(arguments, *json).await,
        Command::Network { command } => match command {
            NetworkCommand::Offices { json } => network::offices(arguments, *json).await,
            NetworkCommand::Show { json } => network::show(arguments, *json).await,
        },
        Command::Evidence { command } => match command {
            EvidenceCommand::Verify { file, json } => evidence::verify(arguments, file, *json),
            EvidenceCommand::HandIn { file, json } => {
                evidence::hand_in(arguments, file, *json).await
            }
            EvidenceCommand::Save { gateway, file } => {
                evidence::save(arguments, *gateway, file).await
            }
        },
        Command::Refusal { code, json } => refusal::run(arguments, *code, *json),
        Command::Card { command } => card::run(command),
        Command::LightBlock { command } => {
            let LightBlockCommand::Verify {
                trusted,
                untrusted,
                now,
                trust_level,
                trusting_period,
                clock_drift,
            } = command;
            light_block::run(&light_block::Question {
                trusted,
                untrusted,
                now,
                trust_level,
                trusting_period,
                clock_drift,
            })
        }
    }
}

/// Starts the client.
async fn client(arguments: &Arguments, card: CardSource) -> Result<Client, Failure> {
    let data_dir = arguments.data_dir.clone().unwrap_or_else(default_data_dir);
    let network = arguments
        .network
        .clone()
        .map_or(NetworkSource::Chosen, NetworkSource::File);
    Ok(Client::start(Config::new(data_dir, network, card)).await?)
}

/// Prints lines; a closed pipe ends the program quietly.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}
