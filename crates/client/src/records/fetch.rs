//! Asking a register for a list and judging what it answers.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::de::DeserializeOwned;
use toend_ledger::gateway::{ListAnswer, PublicListAnswer, Signed, signing_bytes};
use toend_ledger::list::Class;
use toend_ledger::merkle::root;
use toend_ledger::network::NetworkFile;
use toend_ledger::subject::Subject;
use toend_light_client::trusted::{TrustedBlock, state_root_for};

use super::fault::Fault;
use super::held::Held;
use super::judged::{Against, Judged};
use super::rows::Place;
use super::{private, public, rights};
use crate::dto::{RegisterId, SubjectRef};
use crate::error::ClientError;
use crate::providers::{MAX_DEPTH, Provider, ProviderError, check_depth};
use crate::worker::Worker;

/// How far a register's state may lie behind the newest page before its answer counts as an old one.
const MAX_BEHIND_MS: u64 = 30_000;

/// What is asked, and of whom.
#[derive(Clone)]
pub struct Question {
    /// Where the rows belong.
    pub place: Place,
    /// Whose list.
    pub subject: SubjectRef,
    /// The same in canonical spelling.
    pub canonical: Subject,
    /// The register's own gateway. No other is ever asked for a label.
    pub provider: Provider,
    /// Session, for a private list.
    pub bearer: Option<zeroize::Zeroizing<String>>,
}

/// Why there is no new list.
#[derive(Debug)]
pub enum Trouble {
    /// The gateway gave no usable answer.
    Provider(ProviderError),
    /// What it answered does not count. The list is what remains of it, without contents.
    Fault(Fault, Option<Box<Held>>),
    /// The ledger is not verified far enough to judge it.
    Ledger(ClientError),
}

impl Question {
    /// The request target with a fresh nonce.
    fn target(&self) -> Result<String, Trouble> {
        let mut nonce = [0u8; 16];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| Trouble::Ledger(ClientError::Stopped))?;
        let (reg, nonce) = (self.place.register.number(), hex::encode(nonce));
        Ok(match &self.place.company {
            None => format!("/v1/registers/{reg}/list?class=0&nonce={nonce}"),
            Some(code) => format!(
                "/v1/registers/{reg}/public/company/{}/{code}?nonce={nonce}",
                self.subject.country
            ),
        })
    }
}

/// What the register signed as the request: for a private list the subject belongs to it.
pub fn request_bytes(target: &str, subject: &Subject, private: bool) -> Vec<u8> {
    let mut request = format!("GET {target}").into_bytes();
    if private {
        request.push(b'\n');
        request.extend_from_slice(&subject.encode());
    }
    request
}

/// Fetches and judges a list. `known` is an earlier copy, for noticing that the register went back.
pub async fn fetch(
    worker: &Worker,
    network: &Arc<NetworkFile>,
    question: Question,
    known: Option<Arc<Held>>,
    now_ms: u64,
) -> Result<Held, Trouble> {
    let target = question.target()?;
    let bearer = question.bearer.as_ref().map(|bearer| bearer.as_str());
    let signed = question
        .provider
        .signed(&target, bearer)
        .await
        .map_err(Trouble::Provider)?;
    let height = answer_height(&signed).map_err(|fault| Trouble::Fault(fault, None))?;
    let block = match worker.trusted_at(height + 1).await {
        Ok(block) => block,
        Err(ClientError::NoLedger) => return Err(Trouble::Fault(Fault::ProofInvalid, None)),
        Err(error) => return Err(Trouble::Ledger(error)),
    };
    let newest = worker.head().map_or(0, |head| head.time().millis());
    let (own, register) = (question.provider.clone(), question.place.register);
    let before = known.clone();
    let asking = Arc::clone(network);
    let job = move || {
        let asked = Asked {
            question: &question,
            target,
            signed,
        };
        let mut held = asked.judge(&asking, block, known.as_deref(), now_ms)?;
        if newest.saturating_sub(held.block.time().millis()) > MAX_BEHIND_MS {
            spoil_all(&mut held.judged, Fault::OldState);
            return Err((Fault::OldState, Some(Box::new(held))));
        }
        if let Some(known) = known.as_deref()
            && went_back(&held.judged, &known.judged)
        {
            spoil_all(&mut held.judged, Fault::RolledBack);
            return Err((Fault::RolledBack, Some(Box::new(held))));
        }
        Ok(held)
    };
    let judged = tokio::task::spawn_blocking(job)
        .await
        .map_err(|_| Trouble::Ledger(ClientError::Stopped))?;
    let mut held = judged.map_err(|(fault, held)| Trouble::Fault(fault, held))?;
    let before = before.as_ref().and_then(|before| before.rights.as_ref());
    let newest = newest_entry(&held.judged);
    held.rights = rights::ask(
        &worker.providers(),
        &own,
        register,
        &held.block,
        newest,
        before,
    )
    .await;
    rights::judge(network, register, held.rights.as_ref(), &mut held.judged);
    Ok(held)
}

/// Height of the newest entry, where each is known; else the state's.
fn newest_entry(judged: &Judged) -> u64 {
    judged
        .entries
        .iter()
        .map(|entry| entry.at.map_or(judged.height, |at| at.height))
        .max()
        .unwrap_or(0)
}

/// A signed answer with what it answers.
pub struct Asked<'a> {
    /// What was asked.
    pub question: &'a Question,
    /// Target.
    pub target: String,
    /// Answer.
    pub signed: Signed,
}

impl Asked<'_> {
    /// Judges the answer against the root that `block` carries.
    pub fn judge(
        self,
        network: &NetworkFile,
        block: TrustedBlock,
        known: Option<&Held>,
        now_ms: u64,
    ) -> Result<Held, (Fault, Option<Box<Held>>)> {
        let none = |fault: Fault| (fault, None);
        let question = self.question;
        let register = question.place.register;
        let height = block.height().saturating_sub(1);
        let root =
            state_root_for(height, &block.header()).map_err(|_| none(Fault::ProofInvalid))?;
        let against = Against {
            net: &network.net,
            root: &root,
        };
        let private = question.place.company.is_none();
        let judged = if private {
            let answer: ListAnswer = parse(&self.signed).map_err(none)?;
            let known = known.map(|known| &known.judged);
            private::judge(
                register,
                &question.canonical,
                Class::Records,
                against,
                &answer,
                known,
            )
            .map_err(none)?
        } else {
            let answer: PublicListAnswer = parse(&self.signed).map_err(none)?;
            public::judge(register, &question.canonical, against, &answer).map_err(none)?
        };
        let request = request_bytes(&self.target, &question.canonical, private);
        check_signature(
            network,
            register,
            &request,
            &self.signed,
            &judged.answer_key,
            &block,
        )
        .map_err(none)?;
        let name = name_of(&judged).unwrap_or_else(|| question.subject.name.clone());
        Ok(Held {
            place: question.place.clone(),
            subject: SubjectRef {
                name,
                ..question.subject.clone()
            },
            scanned_to: judged.height,
            judged,
            rights: None,
            block,
            target: self.target,
            signed: self.signed,
            checked_at_ms: now_ms,
            answered: true,
            trouble: Vec::new(),
            noticed: Vec::new(),
        })
    }
}

/// The state height an answer speaks of; read before anything in it can be judged.
fn answer_height(signed: &Signed) -> Result<u64, Fault> {
    #[derive(serde::Deserialize)]
    struct Only {
        #[serde(with = "toend_ledger::gateway::dec")]
        height: u64,
    }
    let only: Only = parse(signed)?;
    if only.height == 0 || only.height >= toend_ledger::cometbft::MAX_HEIGHT {
        Err(Fault::Undecodable)
    } else {
        Ok(only.height)
    }
}

fn parse<T: DeserializeOwned>(signed: &Signed) -> Result<T, Fault> {
    if !check_depth(&signed.answer.0, MAX_DEPTH) {
        return Err(Fault::Undecodable);
    }
    serde_json::from_slice(&signed.answer.0).map_err(|_| Fault::Undecodable)
}

/// The register's signature over request, answer and tip, under the answer key that stands in state.
fn check_signature(
    network: &NetworkFile,
    register: RegisterId,
    request: &[u8],
    signed: &Signed,
    answer_key: &[u8; 32],
    block: &TrustedBlock,
) -> Result<(), Fault> {
    let tip_hash: [u8; 32] = signed
        .tip_hash
        .0
        .as_slice()
        .try_into()
        .map_err(|_| Fault::AnswerSignature)?;
    let signature: [u8; 64] = signed
        .signature
        .0
        .as_slice()
        .try_into()
        .map_err(|_| Fault::AnswerSignature)?;
    let named = signed.reg == register.number();
    let same_page = signed.tip_height != block.height() || tip_hash == block.hash();
    let bytes = signing_bytes(
        &network.net,
        register.number(),
        request,
        &signed.answer.0,
        signed.tip_height,
        &tip_hash,
    );
    let genuine = VerifyingKey::from_bytes(answer_key).is_ok_and(|key| {
        key.verify_strict(&bytes, &Signature::from_bytes(&signature))
            .is_ok()
    });
    if named && same_page && genuine {
        Ok(())
    } else {
        Err(Fault::AnswerSignature)
    }
}

/// Fewer entries than were verified before, or others: entries never change on an honest ledger. An entry that the register
/// leaves out of this answer is another matter (it is withheld): the ledger's own count says whether it is still there.
fn went_back(now: &Judged, before: &Judged) -> bool {
    let common = now.commitments.len().min(before.commitments.len());
    now.count < before.commitments.len() as u64
        || now.commitments.get(..common).map(root) != before.commitments.get(..common).map(root)
}

fn spoil_all(judged: &mut Judged, fault: Fault) {
    for entry in &mut judged.entries {
        if entry.contents().is_some() {
            entry.spoil(fault);
        }
    }
}

/// A company's own name, from its proven registry card.
fn name_of(judged: &Judged) -> Option<String> {
    let card = judged
        .entries
        .iter()
        .rev()
        .filter(|entry| !entry.superseded)
        .find_map(|entry| {
            entry
                .contents()
                .filter(|contents| contents.schema.name == "registry_card")
        })?;
    match card.field("name")? {
        crate::dto::FieldValue::Text(name) => Some(name),
        _ => None,
    }
}
