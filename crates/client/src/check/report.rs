//! Putting the report together: outcome, sub-reason and the four answers.

use toend_ledger::cbor::Value;
use toend_ledger::network::NetworkFile;
use toend_ledger::proof_file::{Facts, ProofDocument, Standing};
use toend_ledger::schema::{self, FieldKind};

use super::right::RightFound;
use crate::dto::{
    Answer, AnswerKind, Blame, FieldView, FileReport, FileStatement, Outcome, SealedInterval,
};
use crate::error::info;
use crate::records::{field_value, rows::signed};

/// A report in the making. Everything is *cannot tell* until something is proven.
pub struct Judgement {
    report: FileReport,
}

fn answer(kind: AnswerKind, reason: &str, params: Vec<(&str, String)>) -> Answer {
    let params = params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Answer {
        answer: kind,
        reason: reason.to_owned(),
        params,
    }
}

impl Judgement {
    /// Nothing is known of a file of so many bytes.
    pub fn new(bytes: usize) -> Self {
        let open = || answer(AnswerKind::CannotTell, "notReached", Vec::new());
        Self {
            report: FileReport {
                outcome: Outcome::TotalPassed,
                reason: "OK".to_owned(),
                error: None,
                unaltered: open(),
                issuer: open(),
                current: open(),
                audience: open(),
                as_of: None,
                statements: Vec::new(),
                bytes: bytes as u64,
                path: None,
            },
        }
    }

    /// Nothing can be said, for this reason.
    pub fn cannot_tell(&mut self, code: &str, reason: &str) {
        self.report.outcome = Outcome::Indeterminate;
        self.report.reason = String::from(code);
        self.report.unaltered = answer(AnswerKind::CannotTell, reason, Vec::new());
    }

    /// Something is false.
    pub fn failed(&mut self, code: &str, reason: &str, help: &str) {
        self.report.outcome = Outcome::TotalFailed;
        self.report.reason = String::from(code);
        self.report.unaltered = answer(AnswerKind::No, reason, Vec::new());
        self.report.statements.clear();
        self.error(help);
    }

    /// Help code for the screen.
    pub fn error(&mut self, help: &str) {
        self.report.error =
            Some(info(help, Blame::User, false).with("reason", &self.report.reason.clone()));
    }

    /// A parameter of the sentence, for answer and error alike.
    pub fn param(&mut self, name: &str, value: &str) {
        self.report
            .unaltered
            .params
            .insert(name.to_owned(), value.to_owned());
        if let Some(error) = &mut self.report.error {
            error.params.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Page and time the file speaks of.
    pub fn as_of(&mut self, document: &ProofDocument) {
        self.report.as_of = Some(SealedInterval {
            height: document.state_height(),
            from_ms: signed(document.header.time.millis()),
            until_ms: None,
        });
    }

    /// Unaltered: yes.
    pub fn unaltered(&mut self, (reason, params): (&str, Vec<(&str, String)>)) {
        self.report.unaltered = answer(AnswerKind::Yes, reason, params);
    }

    /// Sealed by a register that might not seal this kind of record (E41).
    pub fn not_entitled(&mut self, fact: &Facts, found: &RightFound, network: &NetworkFile) {
        let (register, _) = keeper(network, fact);
        self.report.outcome = Outcome::TotalFailed;
        self.report.reason = String::from("ISSUER_NOT_ENTITLED");
        let reason = match found {
            RightFound::NobodyThen => "notEntitledThen",
            _ => "notEntitled",
        };
        self.report.issuer = answer(
            AnswerKind::No,
            reason,
            vec![
                ("register", register.clone()),
                ("height", fact.sealed_height.to_string()),
            ],
        );
        self.error("E41");
        if let Some(error) = &mut self.report.error {
            error.params.insert("register".to_owned(), register);
        }
    }

    /// Issued by these registers. One right that only the network file says makes the whole answer rest on that.
    pub fn issued(&mut self, facts: &[Facts], rights: &[RightFound], network: &NetworkFile) {
        let mut registers = Vec::new();
        let mut authorities = Vec::new();
        for (fact, found) in facts.iter().zip(rights) {
            let (register, _) = keeper(network, fact);
            if !registers.contains(&register) {
                registers.push(register);
                authorities.push(found.authority().to_owned());
            }
        }
        let shown = rights
            .iter()
            .all(|found| matches!(found, RightFound::HadThen(_)));
        let heights: Vec<String> = facts
            .iter()
            .map(|fact| fact.sealed_height.to_string())
            .collect();
        self.report.issuer = answer(
            AnswerKind::Yes,
            if shown { "entitledThen" } else { "entitled" },
            vec![
                ("register", registers.join(", ")),
                ("authority", authorities.join(", ")),
                ("height", heights.join(", ")),
            ],
        );
    }

    /// Current as of the file's page?
    pub fn standing(&mut self, facts: &[Facts], document: &ProofDocument) {
        let params = vec![
            ("height", document.state_height().to_string()),
            ("time", document.header.time.millis().to_string()),
        ];
        let (kind, reason) = match super::worst(facts) {
            Standing::Current => (AnswerKind::Yes, "current"),
            Standing::Ended => {
                self.report.reason = String::from("ENDED");
                self.error("E39");
                (AnswerKind::No, "ended")
            }
            Standing::NotSaid => (AnswerKind::CannotTell, "noHead"),
        };
        self.report.current = answer(kind, reason, params);
    }

    /// Meant for me?
    pub fn audience(&mut self, kind: AnswerKind, reason: &str, params: Vec<(&str, String)>) {
        self.report.audience = answer(kind, reason, params);
    }

    /// Nothing was found false so far.
    pub fn holds(&self) -> bool {
        self.report.outcome == Outcome::TotalPassed
    }

    /// The proven statements.
    pub fn statements(&mut self, document: &ProofDocument, facts: &[Facts], network: &NetworkFile) {
        self.report.statements = document
            .statements
            .iter()
            .zip(facts)
            .map(|(_, fact)| statement(fact, network))
            .collect();
    }

    /// The report.
    pub fn finish(self) -> FileReport {
        self.report
    }
}

fn keeper(network: &NetworkFile, fact: &Facts) -> (String, String) {
    network.register(fact.reg).map_or_else(
        || (fact.reg.to_string(), String::new()),
        |register| (register.id.clone(), register.authority.clone()),
    )
}

fn statement(fact: &Facts, network: &NetworkFile) -> FileStatement {
    let (register, authority) = keeper(network, fact);
    let schema = schema::by_id(fact.schema);
    let mut fields = Vec::new();
    for (position, value) in &fact.fields {
        let rows: Vec<Value> = fact
            .rows
            .iter()
            .filter(|(group, _, _)| group == position)
            .map(|(_, _, row)| row.clone())
            .collect();
        let known = schema.and_then(|schema| schema.field(*position));
        let view = match known {
            Some(field) if !matches!(field.kind, FieldKind::Rows(_)) || !rows.is_empty() => {
                FieldView {
                    name: field.name.to_owned(),
                    position: *position,
                    value: field_value(field, value, &rows),
                }
            }
            Some(field) => FieldView {
                name: field.name.to_owned(),
                position: *position,
                value: crate::dto::FieldValue::Rows(Vec::new()),
            },
            None => continue,
        };
        fields.push(view);
    }
    let positions = network
        .schema(fact.schema)
        .map_or(0, |schema| u32::from(schema.positions));
    FileStatement {
        register,
        authority,
        schema: schema.map_or_else(|| fact.schema.to_string(), |schema| schema.name.to_owned()),
        version: fact.v,
        hidden: positions.saturating_sub(fact.fields.len() as u32),
        fields,
        sealed: fact.sealed.map(|sealed| SealedInterval {
            height: fact.sealed_height,
            from_ms: signed(sealed.not_before_ms()),
            until_ms: Some(signed(sealed.not_after_ms())),
        }),
    }
}
