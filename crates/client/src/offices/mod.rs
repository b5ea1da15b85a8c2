//! Who runs the ledger: every office asked for by key, each answer proven against one verified page.
//!
//! No gateway is believed. What no decision has touched is proven absent, which means "as when the ledger began": those keys
//! stand in the genesis file, whose hash the network file names.

mod keys;
mod registers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use toend_ledger::gateway::Proven;
use toend_ledger::genesis::Genesis;
use toend_ledger::network::{self, NetworkFile};
use toend_ledger::schema;
use toend_ledger::state::{Address, At, GatewayValue, Key, Reg, TlsIssuer, VACANT, Value};
use toend_light_client::trusted::{StateRoot, TrustedBlock, state_root_for};

use crate::client::Client;
use crate::dto::{
    AuthorityOffice, Decided, ErrorInfo, FaultNote, GatewayOffice, IssuerOffice, Names, Offices,
    RegisterId, RulesOffice,
};
use crate::error::ClientError;
use crate::faults;
use crate::gateways::Decisions;
use crate::providers::{Provider, ProviderError};
use crate::records::{Fault, Shown, show};
use keys::{FirstKeys, key, six_words};

/// How many numbers beyond the last one in use are looked at for authorities and gateways that joined.
const NEWCOMERS: u16 = 4;

/// Most numbers that are looked at, whatever a gateway says.
const MOST: usize = 128;

/// Periods of one right that are looked at; later ones are shown once the earlier are.
const PERIODS: u16 = 16;

/// Epochs of one register that are looked at.
const EPOCHS: u16 = 64;

/// Answers by key, all at one page.
type Answers = BTreeMap<Key, Proven>;

impl Client {
    /// Who runs the ledger, proven at the newest verified page.
    ///
    /// # Errors
    /// E20 and its like while there is no verified page, E32 when no authority gives a proof.
    pub async fn offices(&self) -> Result<Offices, ErrorInfo> {
        self.0.worker.ready().await?;
        let head = self.0.worker.head().ok_or(ClientError::NoLedger)?;
        let network = &self.0.network;
        let genesis = self.0.genesis().await;
        let (genesis, _) = genesis.ok_or_else(|| ProviderError::NoGateway.info(None))?;
        let mut last = None;
        for provider in self.0.worker.providers() {
            match ask((network, &genesis), &provider, &head).await {
                Ok((offices, gateways)) => {
                    self.0.follow_gateways(gateways);
                    self.0.note_faults(faults_of(&offices));
                    return Ok(offices);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| ClientError::NoLedger.info()))
    }
}

fn faults_of(offices: &Offices) -> BTreeMap<u16, FaultNote> {
    let authorities = offices.authorities.iter();
    authorities
        .filter_map(|office| Some((office.number, office.fault?)))
        .collect()
}

/// Asks one provider for everything, and judges it.
async fn ask(
    (network, genesis): (&NetworkFile, &Genesis),
    provider: &Provider,
    head: &TrustedBlock,
) -> Result<(Offices, Decisions), ErrorInfo> {
    let height = head.height().saturating_sub(1);
    let root = state_root_for(height, &head.header()).map_err(|_| unproven(provider))?;
    let mut inquiry = Inquiry::new(network);
    while let Some(key) = inquiry.next() {
        let proven = provider
            .state(&key.encode(), height)
            .await
            .map_err(|error| error.info(None))?;
        inquiry.take(key, proven);
    }
    let answers = inquiry.answers;
    let time_ms = head.header().time().millis();
    let version = head.header().header().version.app;
    let judged = judge(
        (network, genesis),
        &root,
        (height, time_ms, version),
        &answers,
    )
    .and_then(|offices| Ok((offices, gateways(&root, &answers)?)));
    judged.map_err(|_| unproven(provider))
}

/// What is still to be asked, and what was answered so far.
struct Inquiry {
    wanted: Vec<Key>,
    answers: Answers,
}

impl Inquiry {
    fn new(network: &NetworkFile) -> Self {
        Self {
            wanted: first_keys(network),
            answers: Answers::new(),
        }
    }

    /// The next question; none: all is answered.
    fn next(&mut self) -> Option<Key> {
        self.wanted.pop()
    }

    /// Takes an answer, which may lead to more questions.
    fn take(&mut self, key: Key, proven: Proven) {
        if let Some(value) = &proven.value {
            let known = |key: &Key| self.answers.contains_key(key) || self.wanted.contains(key);
            let more: Vec<Key> = follow_up(&key, &value.0)
                .into_iter()
                .filter(|more| !known(more))
                .collect();
            if self.answers.len() + self.wanted.len() < 5 * MOST {
                self.wanted.extend(more);
            }
        }
        self.answers.insert(key, proven);
    }
}

/// What is asked next because of what stands at a key. The bytes are not proven yet: they only lead to further questions.
fn follow_up(key: &Key, value: &[u8]) -> Vec<Key> {
    let number = match key {
        Key::Right {
            reg,
            schema,
            period,
        } if *period < PERIODS => {
            return vec![Key::Right {
                reg: *reg,
                schema: *schema,
                period: period + 1,
            }];
        }
        Key::Epoch { reg, epoch } if *epoch < EPOCHS => {
            return vec![Key::Epoch {
                reg: *reg,
                epoch: epoch + 1,
            }];
        }
        Key::Authority(number) | Key::Validator(number) | Key::Gateway(number) => *number,
        _ => return Vec::new(),
    };
    let house = match key {
        Key::Gateway(_) => GatewayValue::decode(value)
            .ok()
            .map(|value| value.authority),
        _ => None,
    };
    (number.saturating_add(1)..=number.saturating_add(NEWCOMERS))
        .chain(house)
        .flat_map(office_keys)
        .collect()
}

/// The decisions about gateways among the answers.
fn gateways(root: &StateRoot, answers: &Answers) -> Result<Decisions, Fault> {
    let mut found = Decisions::new();
    for number in numbers(answers) {
        if let Some(Value::Gateway(decided)) = value(root, answers, &Key::Gateway(number))? {
            found.insert(number, *decided);
        }
    }
    Ok(found)
}

fn unproven(provider: &Provider) -> ErrorInfo {
    let error = ProviderError::Garbage {
        authority: provider.authority().to_owned(),
        what: "a proof",
    };
    error.info(None)
}

/// The numbers that were asked about.
fn numbers(answers: &Answers) -> impl Iterator<Item = u16> {
    answers.keys().filter_map(|key| match key {
        Key::Authority(number) => Some(*number),
        _ => None,
    })
}

/// What is asked about one number.
fn office_keys(number: u16) -> [Key; 4] {
    [
        Key::Authority(number),
        Key::Validator(number),
        Key::Gateway(number),
        Key::Fault(number),
    ]
}

/// What is asked first.
fn first_keys(network: &NetworkFile) -> Vec<Key> {
    let known = u16::try_from(network.authorities.len()).unwrap_or(u16::MAX);
    let offices = (0..known.saturating_add(NEWCOMERS)).flat_map(office_keys);
    let registers = RegisterId::ALL.into_iter().flat_map(|register| {
        let reg = Reg(register.number());
        [Key::Register(reg), Key::Epoch { reg, epoch: 1 }]
    });
    let rights = schema::all().map(|schema| Key::Right {
        reg: Reg(schema.reg),
        schema: schema.id,
        period: 1,
    });
    offices
        .chain(registers)
        .chain(rights)
        .chain([Key::Rules])
        .collect()
}

fn value(root: &StateRoot, answers: &Answers, key: &Key) -> Result<Option<Value>, Fault> {
    let given = answers.get(key).ok_or(Fault::ProofInvalid)?;
    Ok(match show(root, key, given)? {
        Shown::Present(value, _) => Some(value.get().clone()),
        Shown::Absent => None,
    })
}

/// Judges all answers against one root; `page` is the height of the state, and time and version of the page that carries it.
fn judge(
    (network, genesis): (&NetworkFile, &Genesis),
    root: &StateRoot,
    page: (u64, u64, u64),
    answers: &Answers,
) -> Result<Offices, Fault> {
    let first = FirstKeys(genesis);
    let mut gateways = Vec::new();
    for number in numbers(answers) {
        gateways.extend(gateway((network, first), root, answers, number)?);
    }
    let mut authorities = Vec::new();
    for number in numbers(answers) {
        let mut office = authority((network, first), root, answers, number)?;
        let own = gateways.iter().filter(|(house, _)| *house == number);
        office.gateways = own.map(|(_, gateway)| gateway.clone()).collect();
        if is_there(&office) {
            authorities.push(office);
        }
    }
    let governing = authorities.iter().filter(|office| office.governs).count();
    let registers = RegisterId::ALL
        .into_iter()
        .map(|register| registers::register((network, first), root, answers, register))
        .collect::<Result<_, _>>()?;
    Ok(Offices {
        page: page.0,
        time_ms: i64::try_from(page.1).unwrap_or(i64::MAX),
        quorum: u16::try_from(2 * governing / 3 + 1).unwrap_or(u16::MAX),
        rules: rules(root, answers, page)?,
        authorities,
        registers,
    })
}

/// Whether anything is said about an authority of this number.
fn is_there(office: &AuthorityOffice) -> bool {
    let said = [office.governs_since, office.validates_since];
    let anything = said.iter().any(Option::is_some) || office.fault.is_some();
    office.names.is_some() || anything || !office.gateways.is_empty()
}

const fn decided(at: At, serial: u32) -> Decided {
    Decided {
        page: at.height,
        not_before_ms: at.time_ms,
        serial,
    }
}

fn authority(
    (network, first): (&NetworkFile, FirstKeys<'_>),
    root: &StateRoot,
    answers: &Answers,
    number: u16,
) -> Result<AuthorityOffice, Fault> {
    let entry = network.authorities.get(usize::from(number));
    let from_the_start = entry.is_some();
    let mut office = AuthorityOffice {
        number,
        names: entry.map(|entry| names(&entry.names)),
        governs: from_the_start,
        governs_since: None,
        governance_key: key(None, first.governance(number)),
        validates: from_the_start,
        validates_since: None,
        validator_key: key(None, first.validator(number)),
        power: None,
        gateways: Vec::new(),
        fault: None,
    };
    if let Some(Value::Authority(value)) = value(root, answers, &Key::Authority(number))? {
        office.governs = value.governance_key != VACANT;
        office.governs_since = Some(decided(value.at, value.serial));
        office.governance_key = key(Some(value.governance_key), first.governance(number));
    }
    if let Some(Value::Validator(value)) = value(root, answers, &Key::Validator(number))? {
        office.validates = value.pub_key != VACANT;
        office.validates_since = Some(decided(value.at, value.serial));
        office.validator_key = key(Some(value.pub_key), first.validator(number));
        office.power = office.validates.then_some(value.power);
    }
    if let Some(Value::Fault(value)) = value(root, answers, &Key::Fault(number))? {
        office.fault = Some(faults::note(&value));
    }
    Ok(office)
}

/// The gateway of a number, and whose it is; none where there is none.
fn gateway(
    (network, first): (&NetworkFile, FirstKeys<'_>),
    root: &StateRoot,
    answers: &Answers,
    number: u16,
) -> Result<Option<(u16, GatewayOffice)>, Fault> {
    let entry = network.authorities.get(usize::from(number));
    let decision = match value(root, answers, &Key::Gateway(number))? {
        Some(Value::Gateway(value)) => Some(*value),
        _ => None,
    };
    if entry.is_none() && decision.is_none() {
        return Ok(None);
    }
    let open = decision.is_none_or(|value| value.key != VACANT);
    let said = |address: &Address| {
        let address = address.as_str();
        (!address.is_empty()).then(|| address.to_owned())
    };
    let office = GatewayOffice {
        number,
        joined: entry.is_none(),
        open,
        address: decision.and_then(|value| said(&value.gateway)),
        rpc: decision.and_then(|value| said(&value.rpc)),
        issuer: issuer(entry, decision.as_ref()).filter(|_| open),
        key: key(decision.map(|value| value.key), first.gateway(number)),
        since: decision.map(|value| decided(value.at, value.serial)),
    };
    let house = decision.map_or(number, |value| value.authority);
    Ok(Some((house, office)))
}

/// Who issues its certificates: the ledger's word, else the network file's; none where it needs none.
fn issuer(
    entry: Option<&network::AuthorityEntry>,
    decision: Option<&GatewayValue>,
) -> Option<IssuerOffice> {
    let said = decision.map_or(TlsIssuer::Unsaid, |value| value.tls_issuer);
    let by_ledger = said != TlsIssuer::Unsaid;
    let named = said.over(entry.and_then(|entry| entry.tls_issuer));
    let address = decision
        .map(|value| value.gateway.as_str())
        .filter(|address| !address.is_empty())
        .or_else(|| entry.map(|entry| entry.gateway.as_str()));
    let encrypted = address.is_some_and(|address| address.starts_with("https:"));
    (by_ledger || named.is_some() || encrypted).then(|| IssuerOffice {
        by_ledger,
        fingerprint: named.map(hex::encode),
        words: named.as_ref().map(six_words).unwrap_or_default(),
    })
}

/// The version in force stands in the page's own header; the decision must say the same of it.
fn rules(
    root: &StateRoot,
    answers: &Answers,
    (height, _, in_force): (u64, u64, u64),
) -> Result<RulesOffice, Fault> {
    let mut rules = RulesOffice {
        version: in_force,
        since: None,
        next: None,
        next_from_page: None,
    };
    let page = height.saturating_add(1);
    if let Some(Value::Rules(value)) = value(root, answers, &Key::Rules)? {
        if value.at(page) != in_force {
            return Err(Fault::ProofInvalid);
        }
        rules.since = Some(decided(value.at, value.serial));
        if value.from > page && value.version != value.before {
            rules.next = Some(value.version);
            rules.next_from_page = Some(value.from);
        }
    }
    Ok(rules)
}

fn names(names: &network::Names) -> Names {
    Names {
        et: names.et.clone(),
        en: names.en.clone(),
        ru: names.ru.clone(),
    }
}
