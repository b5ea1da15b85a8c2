//! The status line: what is known of ledger, authorities, registers, cards and clock, put into one view.

use std::collections::BTreeMap;

use toend_ledger::network::{NetworkFile, words_of};
use toend_light_client::sync::{Head, Phase, Status as MachineStatus};

use crate::dto::{
    AuthorityStatus, CardState, ClockState, ContradictionView, ErrorInfo, FaultNote, JoinedGateway,
    LedgerState, LedgerStatus, RegisterId, RegisterStatus, Status, SyncPhase, SyncProgress,
};
use crate::network::{checkpoint_view, keeper, names};
use crate::providers::{Provider, ProviderError};
use crate::records::rows::signed;
use crate::worker::View;

/// Clock difference from which a screen speaks of a wrong clock.
const CLOCK_WRONG_MS: i64 = 60_000;

/// Age from which a newest page counts as old, as in the light client.
const STALE_MS: u64 = 60_000;

/// What a status is made from.
pub struct Sources<'a> {
    /// Network file.
    pub network: &'a NetworkFile,
    /// The worker's view.
    pub view: &'a View,
    /// Gateways, in the order of the view's health.
    pub providers: &'a [Provider],
    /// Cards.
    pub cards: CardState,
    /// Authorities whose validators were caught breaking the rules, by number.
    pub faults: BTreeMap<u16, FaultNote>,
    /// Gateways that contradicted themselves.
    pub contradictions: Vec<ContradictionView>,
    /// To be said once.
    pub notices: Vec<ErrorInfo>,
    /// This computer's clock.
    pub now_ms: u64,
}

/// Makes the status.
pub fn status(sources: Sources<'_>) -> Status {
    let machine = sources.view.status.as_ref();
    let offset = median_offset(sources.view);
    Status {
        demonstration: sources.network.demonstration,
        network: sources.network.chain_id.clone(),
        ledger: ledger(&sources, machine),
        authorities: authorities(&sources),
        joined: joined(&sources),
        contradictions: sources.contradictions.clone(),
        registers: RegisterId::ALL
            .into_iter()
            .map(|register| register_status(&sources, register))
            .collect(),
        sync: progress(&sources, machine),
        clock: clock(machine, offset),
        clock_offset_ms: offset,
        now_ms: signed(sources.now_ms),
        card: sources.cards,
        notices: sources.notices,
    }
}

fn ledger(sources: &Sources<'_>, machine: Option<&MachineStatus>) -> LedgerStatus {
    let head = machine.and_then(|machine| machine.head);
    let agreeing = machine
        .map(|machine| machine.cross_check.agreeing.as_slice())
        .unwrap_or_default();
    LedgerStatus {
        state: state(sources.view, machine, sources.now_ms),
        height: head.map_or(0, |head| head.height),
        time_ms: head.map_or(0, |head| signed(head.time.millis())),
        checked_at_ms: signed(sources.view.checked_at_ms),
        cross_checked: agreeing
            .iter()
            .filter_map(|id| sources.providers.get(usize::from(id.0)))
            .map(|provider| provider.authority().to_owned())
            .collect(),
        words: head
            .map(|head| words_of(&head.hash).to_vec())
            .unwrap_or_default(),
        checkpoint: Some(checkpoint_view(sources.network)),
    }
}

/// *Stale*, *paused*, *split*, *attacked* and *offline* stay apart.
fn state(view: &View, machine: Option<&MachineStatus>, now_ms: u64) -> LedgerState {
    let Some(machine) = machine else {
        return LedgerState::Starting;
    };
    let reachable = view.health.iter().any(|health| health.answering)
        || view.health.iter().all(|health| !health.asked);
    match machine.phase {
        Phase::Attacked { .. } => LedgerState::Attacked,
        Phase::Split { .. } | Phase::CheckpointRefused => LedgerState::Split,
        Phase::Expired => LedgerState::Expired,
        _ if !reachable => LedgerState::Offline,
        Phase::Starting => LedgerState::Starting,
        Phase::Current => LedgerState::UpToDate,
        Phase::LedgerPaused { .. } => LedgerState::Paused,
        Phase::Climbing { .. } if machine.head.is_none() => LedgerState::Starting,
        // Paused by the person, which `sync.phase` says: the ledger is as old as its newest page.
        Phase::Paused if machine.head.is_some_and(|head| is_fresh(&head, now_ms)) => {
            LedgerState::UpToDate
        }
        Phase::Climbing { .. }
        | Phase::Stale { .. }
        | Phase::ClockBehind { .. }
        | Phase::Paused => LedgerState::Stale,
    }
}

fn is_fresh(head: &Head, now_ms: u64) -> bool {
    now_ms.saturating_sub(head.time.millis()) < STALE_MS
}

fn authorities(sources: &Sources<'_>) -> Vec<AuthorityStatus> {
    sources
        .network
        .authorities
        .iter()
        .zip(0u16..)
        .map(|(authority, number)| {
            let address = toend_ledger::cometbft::address_of(&authority.validator_pub_key);
            let signed_pages = &sources.view.signed;
            let at = sources
                .providers
                .iter()
                .position(|provider| provider.authority() == authority.id);
            let health = at.and_then(|at| sources.view.health.get(at));
            AuthorityStatus {
                id: authority.id.clone(),
                names: names(&authority.names),
                recent: signed_pages
                    .iter()
                    .map(|page| page.by.contains(&address))
                    .collect(),
                signed_last_ms: signed_pages
                    .iter()
                    .rev()
                    .find(|page| page.by.contains(&address))
                    .map(|page| signed(page.time_ms)),
                answering: health.is_some_and(|health| health.answering),
                error: health
                    .and_then(|health| health.fault.as_ref())
                    .map(|fault| fault.info(None)),
                through: at
                    .and_then(|at| sources.providers.get(at))
                    .filter(|_| health.is_some_and(|health| health.answering))
                    .and_then(Provider::through),
                latency_ms: health.and_then(|health| health.latency_ms),
                fault: sources.faults.get(&number).copied(),
            }
        })
        .collect()
}

/// Gateways that the network file does not know and that are asked.
fn joined(sources: &Sources<'_>) -> Vec<JoinedGateway> {
    let known = sources.network.authorities.len();
    let asked = sources.providers.iter().enumerate();
    let mut joined: Vec<JoinedGateway> = asked
        .filter(|(_, provider)| provider.index() >= known && !provider.origin().is_empty())
        .map(|(at, provider)| {
            let health = sources.view.health.get(at).cloned().unwrap_or_default();
            let number = |index: usize| u16::try_from(index).unwrap_or(u16::MAX);
            JoinedGateway {
                gateway: number(provider.index()),
                authority: provider.authority().to_owned(),
                number: number(provider.house()),
                address: provider.origin(),
                answering: health.answering,
                error: health.fault.as_ref().map(|fault| fault.info(None)),
                through: provider.through().filter(|_| health.answering),
                latency_ms: health.latency_ms,
            }
        })
        .collect();
    joined.sort_by_key(|gateway| gateway.gateway);
    joined
}

fn register_status(sources: &Sources<'_>, register: RegisterId) -> RegisterStatus {
    let authority = keeper(sources.network, register.number())
        .unwrap_or_default()
        .to_owned();
    let at = sources
        .providers
        .iter()
        .position(|provider| provider.authority() == authority);
    let health = at
        .and_then(|at| sources.view.health.get(at))
        .cloned()
        .unwrap_or_default();
    let silent = health.asked && !health.answering;
    RegisterStatus {
        id: register,
        answering: health.answering,
        error: silent.then(|| {
            let unreachable = || ProviderError::Unreachable {
                authority: authority.clone(),
            };
            let untrusted =
                |fault: &ProviderError| matches!(fault, ProviderError::Untrusted { .. });
            health
                .fault
                .filter(untrusted)
                .unwrap_or_else(unreachable)
                .info(Some(register.id()))
        }),
        authority,
    }
}

fn progress(sources: &Sources<'_>, machine: Option<&MachineStatus>) -> SyncProgress {
    let history = machine.map(|machine| machine.history).unwrap_or_default();
    let tip_known = machine.is_some_and(|machine| machine.head.is_some());
    let phase = match machine.map(|machine| machine.phase) {
        _ if sources.view.paused => SyncPhase::Paused,
        _ if !tip_known => SyncPhase::Tip,
        Some(Phase::Climbing { .. }) => SyncPhase::Tip,
        _ if history.verified < history.total => SyncPhase::History,
        _ => SyncPhase::Done,
    };
    let (pace, now) = (&sources.view.pace, sources.now_ms);
    let left = history.total.saturating_sub(history.verified);
    let (rate, seconds) = match phase {
        SyncPhase::History => (pace.per_second(now), pace.seconds_for(left, now)),
        _ => (0, None),
    };
    SyncProgress {
        phase,
        done: history.verified,
        total: history.total,
        oldest: sources.view.oldest,
        rate_per_s: u32::try_from(rate).unwrap_or(u32::MAX),
        seconds_left: seconds.map(|left| u32::try_from(left).unwrap_or(u32::MAX)),
        sources: sources_of(sources, machine),
    }
}

/// Authorities whose gateways gave good pages, the one that is asked first at the front.
fn sources_of(sources: &Sources<'_>, machine: Option<&MachineStatus>) -> Vec<String> {
    let Some(machine) = machine else {
        return Vec::new();
    };
    let others = machine
        .answering
        .iter()
        .filter(|id| Some(**id) != machine.primary);
    machine
        .primary
        .iter()
        .filter(|id| machine.answering.contains(id))
        .chain(others)
        .filter_map(|id| sources.providers.get(usize::from(id.0)))
        .map(|provider| provider.authority().to_owned())
        .collect()
}

/// Median difference to the gateways' clocks; none as long as fewer than two answered.
fn median_offset(view: &View) -> Option<i64> {
    let mut offsets: Vec<i64> = view
        .health
        .iter()
        .filter_map(|health| health.offset_ms)
        .collect();
    if offsets.len() < 2 {
        return None;
    }
    offsets.sort_unstable();
    offsets.get(offsets.len() / 2).copied()
}

fn clock(machine: Option<&MachineStatus>, offset: Option<i64>) -> ClockState {
    match (machine.map(|machine| machine.phase), offset) {
        // What the authorities signed outweighs what a gateway says about its clock.
        (Some(Phase::ClockBehind { .. }), _) => ClockState::Slow,
        (_, Some(offset)) if offset < -CLOCK_WRONG_MS => ClockState::Slow,
        (_, Some(offset)) if offset > CLOCK_WRONG_MS => ClockState::Fast,
        (_, Some(_)) => ClockState::Right,
        (_, None) => ClockState::Unknown,
    }
}
