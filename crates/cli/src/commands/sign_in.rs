//! From arguments to a session: which card, and its PIN1.

use std::io::IsTerminal as _;
use std::time::Duration;

use toend_client::dto::{CardKind, CardState, PinKind, Session};
use toend_client::{CardSource, Client, DEMO_READER, Pin};
use zeroize::Zeroizing;

use super::client;
use crate::args::{Arguments, CardArgs};
use crate::failure::{Failure, cancelled};
use crate::texts::{self, Text};

/// The card used when nobody says which, and no reader holds one.
const DEFAULT_DEMO: &str = "mari-liis";
/// How long readers are given to tell what they hold.
const PATIENCE: Duration = Duration::from_secs(4);

/// Starts the client and signs in.
pub async fn run(arguments: &Arguments, card: &CardArgs) -> Result<(Client, Session), Failure> {
    let source = if card.demo_card.is_some() {
        CardSource::DemoOnly
    } else {
        CardSource::ReadersAndDemo
    };
    let client = client(arguments, source).await?;
    match enter(arguments, card, &client).await {
        Ok(session) => Ok((client, session)),
        Err(failure) => {
            client.shutdown().await;
            Err(failure)
        }
    }
}

async fn enter(
    arguments: &Arguments,
    card: &CardArgs,
    client: &Client,
) -> Result<Session, Failure> {
    let language = arguments.language();
    let (reader, demo) = match (&card.demo_card, &card.reader) {
        (Some(id), _) => {
            client.insert_demo_card(Some(id)).await?;
            (DEMO_READER.to_owned(), true)
        }
        (None, Some(reader)) => (reader.clone(), false),
        (None, None) => match found(client).await {
            Some(reader) => (reader, false),
            None if client.network().demonstration => {
                let state = client.insert_demo_card(Some(DEFAULT_DEMO)).await?;
                let name = state
                    .cards
                    .first()
                    .map(|card| format!("{} {}", card.given, card.surname))
                    .unwrap_or_default();
                eprintln!(
                    "{}",
                    texts::text(language, Text::DemoCardUsed).replace("{name}", &name)
                );
                (DEMO_READER.to_owned(), true)
            }
            None => {
                return Err(Failure::Known(
                    client
                        .pin_context("", PinKind::Pin1)
                        .await
                        .err()
                        .unwrap_or_else(no_card),
                ));
            }
        },
    };
    let context = client.pin_context(&reader, PinKind::Pin1).await?;
    let pin = match (&card.pin, &context.demo_pin) {
        (Some(_), None) if !demo => {
            return Err(Failure::Usage(
                texts::text(language, Text::PinNotOnCommandLine).to_owned(),
            ));
        }
        (Some(pin), _) => Zeroizing::new(pin.clone()),
        (None, Some(known)) => Zeroizing::new(known.clone()),
        (None, None) => ask(&texts::text(language, Text::AskPin)
            .replace("{left}", &context.card.pin1.left.to_string()))?,
    };
    let session = client.sign_in(&reader, Pin::new(pin)?).await?;
    for error in &session.failed {
        eprintln!("{}", texts::error(language, error));
    }
    Ok(session)
}

fn no_card() -> toend_client::dto::ErrorInfo {
    toend_client::error::info("E03", toend_client::dto::Blame::User, true)
}

/// The first readable card, once the readers have told what they hold.
async fn found(client: &Client) -> Option<String> {
    let settled = |state: &CardState| state.kind != CardKind::Reading;
    let mut waited = Duration::ZERO;
    loop {
        let state = client.status().card;
        if let Some(card) = state.cards.first() {
            return Some(card.reader.clone());
        }
        if settled(&state) || waited >= PATIENCE {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        waited += Duration::from_millis(50);
    }
}

/// Asks without echo. Only from a terminal: a PIN in a pipe or a file would be kept somewhere.
fn ask(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(cancelled());
    }
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|_| cancelled())
}
