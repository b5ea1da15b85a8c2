//! Finds the known order that explains a recording.

use std::sync::Arc;

use super::{Difference, Operation, Outcome, ReplayError, Report, Request, Script, Tape};
use crate::card::Card;
use crate::drivers::{
    CertificateOrder, CounterOrder, Counters, KeyOrder, Order, PersonalOrder, PersonalPath,
};
use crate::error::CardError;
use crate::recognise::Generation;
use crate::transport::Protocol;

/// What programs read before an operation: any of these, each once at most, in this order. Shorter beginnings
/// come first.
fn beginnings(operation: Operation) -> Vec<Vec<Operation>> {
    const READS: [Operation; 4] = [
        Operation::PersonalData,
        Operation::AuthCertificate,
        Operation::SignCertificate,
        Operation::PinInfo,
    ];
    let mut list: Vec<Vec<Operation>> = (0..1_usize << READS.len())
        .map(|choice| {
            let chosen = READS
                .iter()
                .enumerate()
                .filter(|(index, _)| choice >> index & 1 == 1);
            chosen.map(|(_, read)| *read).collect()
        })
        .filter(|beginning: &Vec<Operation>| !beginning.contains(&operation))
        .collect();
    list.sort_by_key(Vec::len);
    list
}

/// The orders in use for one operation, our own first.
fn orders(operation: Operation) -> Vec<Order> {
    match operation {
        Operation::PersonalData => {
            let mut list = Vec::new();
            for last in [8, 15, 9] {
                for sizes in [false, true] {
                    for path in [
                        PersonalPath::Usual,
                        PersonalPath::Path,
                        PersonalPath::ApplicationAndPath,
                    ] {
                        let personal = PersonalOrder { path, sizes, last };
                        list.push(Order {
                            personal,
                            ..Order::default()
                        });
                    }
                }
            }
            list
        }
        Operation::AuthCertificate | Operation::SignCertificate => [
            CertificateOrder::Application,
            CertificateOrder::ApplicationWhole,
            CertificateOrder::Path,
            CertificateOrder::PathWhole,
        ]
        .map(|certificate| Order {
            certificate,
            ..Order::default()
        })
        .to_vec(),
        Operation::PinInfo => {
            let mut list = Vec::new();
            for application in [false, true] {
                for which in [
                    Counters::All,
                    Counters::Pin1,
                    Counters::Pin2,
                    Counters::Both,
                ] {
                    let counters = CounterOrder { which, application };
                    list.push(Order {
                        counters,
                        ..Order::default()
                    });
                }
            }
            list
        }
        Operation::Authenticate | Operation::Sign => {
            [KeyOrder::Usual, KeyOrder::Swapped, KeyOrder::InMain]
                .map(|key| Order {
                    key,
                    ..Order::default()
                })
                .to_vec()
        }
    }
}

/// Tries beginnings and orders until one fits.
pub(super) fn search(
    script: &Script,
    generation: Generation,
    request: &Request,
) -> Result<Report, ReplayError> {
    let mut search = Search {
        script: Arc::new(script.clone()),
        request,
        protocol: Protocol::T1,
        furthest: None,
    };
    for protocol in [Protocol::T1, Protocol::T0] {
        search.protocol = protocol;
        for beginning in beginnings(request.operation) {
            if let Some((steps, outcome)) = search.play(&beginning, 0)? {
                return Ok(Report {
                    operation: request.operation,
                    chip: generation,
                    steps,
                    preceded_by: beginning,
                    outcome,
                });
            }
        }
    }
    // Without any difference the recording would have fitted.
    Err(search
        .furthest
        .unwrap_or(Difference::RecordingEnds {
            steps: script.steps.len(),
        })
        .into())
}

struct Search<'a> {
    script: Arc<Script>,
    request: &'a Request,
    protocol: Protocol,
    furthest: Option<Difference>,
}

impl Search<'_> {
    /// Plays what is left of a beginning, and then the operation itself, from `position`.
    fn play(
        &mut self,
        beginning: &[Operation],
        position: usize,
    ) -> Result<Option<(usize, Outcome)>, ReplayError> {
        let (operation, rest) = match beginning.split_first() {
            Some((first, rest)) => (*first, Some(rest)),
            None => (self.request.operation, None),
        };
        for order in orders(operation) {
            let tape = Tape::new(Arc::clone(&self.script), self.protocol, position);
            let mut card = Card::with_order(Box::new(tape.clone()), order)?;
            let result = run(&mut card, operation, self.request);
            if let Some(difference) = tape.difference() {
                self.note(difference);
                continue;
            }
            let Some(rest) = rest else {
                if let Some(difference) = tape.left_over() {
                    self.note(difference);
                    continue;
                }
                let outcome = result.unwrap_or_else(|error| Outcome::Error((&error).into()));
                return Ok(Some((tape.position(), outcome)));
            };
            if result.is_ok()
                && let Some(found) = self.play(rest, tape.position())?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn note(&mut self, difference: Difference) {
        if self
            .furthest
            .is_none_or(|furthest| difference.reached() > furthest.reached())
        {
            self.furthest = Some(difference);
        }
    }
}

fn run(card: &mut Card, operation: Operation, request: &Request) -> Result<Outcome, CardError> {
    let hash = request.hash.as_deref().unwrap_or_default();
    match (operation, &request.pin) {
        (Operation::PersonalData, _) => card.personal_data().map(Outcome::PersonalData),
        (Operation::AuthCertificate, _) => card
            .auth_certificate()
            .map(|certificate| Outcome::Certificate((&certificate).into())),
        (Operation::SignCertificate, _) => card
            .sign_certificate()
            .map(|certificate| Outcome::Certificate((&certificate).into())),
        (Operation::Authenticate, Some(pin)) => {
            let hash = hash
                .try_into()
                .map_err(|_| crate::error::AnswerError::Length {
                    len: hash.len(),
                    want: 48,
                })?;
            card.authenticate(pin, hash)
                .map(|signature| Outcome::Signature(hex::encode(signature)))
        }
        (Operation::Sign, Some(pin)) => card
            .sign(pin, hash)
            .map(|signature| Outcome::Signature(hex::encode(signature))),
        // `Request::new` gives the two operations above a PIN.
        (Operation::PinInfo | Operation::Authenticate | Operation::Sign, _) => {
            card.pin_info().map(Outcome::PinInfo)
        }
    }
}
