//! Signing in: challenges first, then all work with the card in one go, then the tokens.

use std::collections::BTreeMap;
use std::sync::Arc;

use time::OffsetDateTime;
use toend_id_card::drivers::POINT;
use toend_id_card::web_eid::{Origin, SignInError, Token};
use toend_id_card::{CardError, PinKind};
use toend_ledger::gateway::Login;
use toend_ledger::network::NetworkFile;
use toend_ledger::subject::Subject;
use zeroize::Zeroizing;

use super::{ActiveSession, Cards, GatewaySession, Pin};
use crate::clock::Clock;
use crate::dto::{ErrorInfo, RegisterId, Session, SubjectRef};
use crate::error::ClientError;
use crate::network::keeper;
use crate::providers::{Provider, ProviderError};
use crate::records::rows::signed;
use crate::seal::{SealKey, new_point};
use crate::store::Store;

/// What signing in needs.
pub struct Desk {
    /// The ledger's network file.
    pub network: Arc<NetworkFile>,
    /// Gateways.
    pub providers: Vec<Provider>,
    /// Cards.
    pub cards: Arc<Cards>,
    /// Store.
    pub store: Store,
    /// Clock.
    pub clock: Clock,
    /// Nothing private touches the disk.
    pub shared_computer: bool,
}

/// A gateway that waits for a token, for one or more registers.
struct Asked {
    provider: Provider,
    registers: Vec<RegisterId>,
    nonce: Result<String, ProviderError>,
}

/// What the card gave.
struct FromCard {
    given: String,
    surname: String,
    code: String,
    document: String,
    seal: SealKey,
    tokens: Vec<Option<Token>>,
}

/// Signs in with the card in `reader`.
///
/// # Errors
/// What the card says; gateways that do not answer are listed in [`Session::failed`] and are no error.
pub async fn sign_in(desk: Desk, reader: &str, pin: Pin) -> Result<ActiveSession, ClientError> {
    let asked = challenges(&desk).await;
    let origins: Vec<(Option<String>, String)> = asked
        .iter()
        .map(|asked| (asked.nonce.clone().ok(), asked.provider.origin()))
        .collect();
    let (cards, store, clock) = (
        Arc::clone(&desk.cards),
        desk.store.clone(),
        desk.clock.clone(),
    );
    let name = reader.to_owned();
    let from_card = tokio::task::spawn_blocking(move || {
        let result = use_card(&cards, &store, &clock, &name, &pin, &origins);
        drop(pin);
        cards.refresh(&name);
        result
    })
    .await
    .map_err(|_| ClientError::Stopped)??;
    let subject = Subject::person("EE", &from_card.code).map_err(|_| CardError::NotAnIdCard)?;
    let (gateways, failed) = log_in(asked, from_card.tokens).await;
    let name = format!("{} {}", from_card.given, from_card.surname);
    Ok(ActiveSession {
        view: std::sync::Mutex::new(Session {
            given: from_card.given,
            surname: from_card.surname,
            code: from_card.code.clone(),
            since_ms: signed(desk.clock.now_ms()),
            subjects: vec![SubjectRef::person("EE", &from_card.code, name)],
            previous_visit_ms: None,
            failed,
        }),
        subject,
        reader: reader.to_owned(),
        document: from_card.document,
        gateways,
        seal: (!desk.shared_computer).then_some(from_card.seal),
    })
}

/// Asks the gateway of each register for a challenge, each gateway once, all at the same time.
async fn challenges(desk: &Desk) -> Vec<Asked> {
    let mut by_authority: BTreeMap<usize, (Provider, Vec<RegisterId>)> = BTreeMap::new();
    for register in RegisterId::ALL {
        let authority = keeper(&desk.network, register.number());
        if let Some(provider) = desk
            .providers
            .iter()
            .find(|provider| Some(provider.authority()) == authority)
        {
            by_authority
                .entry(provider.index())
                .or_insert_with(|| (provider.clone(), Vec::new()))
                .1
                .push(register);
        }
    }
    let mut tasks = Vec::new();
    for (provider, registers) in by_authority.into_values() {
        let asking = provider.clone();
        let task =
            tokio::spawn(async move { asking.challenge().await.map(|challenge| challenge.nonce) });
        tasks.push((provider, registers, task));
    }
    let mut asked = Vec::new();
    for (provider, registers, task) in tasks {
        let nonce = task.await.unwrap_or(Err(ProviderError::NoGateway));
        asked.push(Asked {
            provider,
            registers,
            nonce,
        });
    }
    asked
}

/// All work with the card. The first use of the PIN is the key agreement: if the PIN is wrong, it is used once and no more.
fn use_card(
    cards: &Cards,
    store: &Store,
    clock: &Clock,
    reader: &str,
    pin: &Pin,
    origins: &[(Option<String>, String)],
) -> Result<FromCard, ClientError> {
    let mut card = cards.open(reader)?;
    let person = card.personal_data()?;
    let certificate = card.auth_certificate()?;
    let secs = i64::try_from(clock.now_ms() / 1000).unwrap_or(i64::MAX);
    certificate.check_valid_at(
        OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH),
    )?;
    card.pin_info()?.ready(PinKind::Pin1)?;
    if certificate.personal_code() != Some(person.personal_code.as_str()) {
        return Err(CardError::DifferentCard.into());
    }
    let point = store.seal_point(new_point)?;
    let fixed: [u8; POINT] = point
        .as_slice()
        .try_into()
        .map_err(|_| ClientError::Store(crate::store::StoreError::Damaged))?;
    let shared = card.derive(pin.code(), &fixed)?;
    let seal = SealKey::derive(&point, &*shared);
    let mut tokens = Vec::new();
    for (nonce, origin) in origins {
        let Some(nonce) = nonce else {
            tokens.push(None);
            continue;
        };
        let Ok(origin) = Origin::parse(origin) else {
            tokens.push(None);
            continue;
        };
        tokens.push(match Token::create(&mut card, pin.code(), &origin, nonce) {
            Ok(token) => Some(token),
            Err(SignInError::Nonce) => None,
            Err(SignInError::Card(error)) => return Err(error.into()),
        });
    }
    card.close()?;
    Ok(FromCard {
        given: person.given_names,
        surname: person.surname,
        code: person.personal_code,
        document: person.document_number,
        seal,
        tokens,
    })
}

/// Hands the tokens in, all at the same time.
async fn log_in(
    asked: Vec<Asked>,
    tokens: Vec<Option<Token>>,
) -> (BTreeMap<RegisterId, GatewaySession>, Vec<ErrorInfo>) {
    let mut tasks = Vec::new();
    for (asked, token) in asked.into_iter().zip(tokens) {
        tasks.push(tokio::spawn(async move {
            let outcome = match (&asked.nonce, token) {
                (Ok(nonce), Some(token)) => match serde_json::to_value(&token) {
                    Ok(token) => {
                        asked
                            .provider
                            .login(&Login {
                                nonce: nonce.clone(),
                                token,
                            })
                            .await
                    }
                    Err(_) => Err(ProviderError::NoGateway),
                },
                (Err(error), _) => Err(error.clone()),
                (Ok(_), None) => Err(ProviderError::Garbage {
                    authority: asked.provider.authority().to_owned(),
                    what: "a challenge",
                }),
            };
            (asked, outcome)
        }));
    }
    let (mut gateways, mut failed) = (BTreeMap::new(), Vec::new());
    for task in tasks {
        let Ok((asked, outcome)) = task.await else {
            continue;
        };
        for register in asked.registers {
            match &outcome {
                Ok(answer) => {
                    let session = GatewaySession {
                        provider: asked.provider.clone(),
                        bearer: Zeroizing::new(answer.session.clone()),
                        expires_ms: answer.expires_ms,
                    };
                    gateways.insert(register, session);
                }
                Err(error) => failed.push(error.info(Some(register.id()))),
            }
        }
    }
    (gateways, failed)
}
