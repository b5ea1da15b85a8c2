//! Demonstration data: two persons, two companies, and as many invented persons as a scale test wants.
//!
//! Everything is fixed: the same words, days and sums on every computer, reckoned as of 20 November 2026. Persons are
//! the published test identities; doctors, offices and companies do not exist, and their codes are outside the ranges in
//! use. A record's *key* only ties the versions of one record together until the register draws its record id.

mod business;
mod calendar;
// Tables: one line for each record, wider than the rest of the code.
#[rustfmt::skip]
mod health;
#[rustfmt::skip]
mod health_igor;
#[rustfmt::skip]
mod health_mari;
mod houses;
mod population;
mod tax;

pub use houses::{Houses, OpenError, Opening, open};
pub use population::{SeedError, invented_person, seed_population};
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::subject::Subject;

use crate::registers::{Contents, ContentsError, Delivery, Register, RegisterError};

/// Personal code of the demonstration citizen and owner.
pub const MARI: &str = "47101010033";
/// Personal code of the second demonstration person.
pub const IGOR: &str = "37101010021";
/// Registry code of the demonstration company.
pub const COMPANY: &str = "19999012";
/// Registry code of a second company.
pub const COMPANY_2: &str = "19999029";

/// Name of the counter that says which edition of the data a register holds.
const FILLED: &str = "demonstration";
/// Edition of the data. A later one may only add records.
const EDITION: u64 = 1;

/// One record of the demonstration, ready to be received by its register.
#[derive(Clone, Debug)]
pub struct DemoRecord {
    /// Whose list.
    pub subject: Subject,
    /// Ties the versions of one record together; for public lists the business key.
    pub key: String,
    /// Version.
    pub v: u32,
    /// Whether the record still counts.
    pub flag: Flag,
    /// Day it belongs to, ISO.
    pub day: String,
    /// Contents.
    pub contents: Contents,
}

/// Everything a register holds in the demonstration: who is known to it, and the records of each list in order.
#[derive(Clone, Debug, Default)]
pub struct DemoSet {
    /// Persons and companies known to the register.
    pub subjects: Vec<Subject>,
    /// Records; those of one subject are in the order of its list.
    pub records: Vec<DemoRecord>,
}

/// The demonstration data of register `reg`; an empty set for a register that has none.
pub fn records(reg: u16) -> Result<DemoSet, ContentsError> {
    let mut set = Book::default();
    match reg {
        toend_ledger::schema::HEALTH => {
            health_mari::write(&mut set)?;
            health_igor::write(&mut set)?;
        }
        toend_ledger::schema::TAX => tax::write(&mut set)?,
        toend_ledger::schema::BUSINESS => business::write(&mut set)?,
        _ => {}
    }
    Ok(set.finish())
}

/// Hands the demonstration data to its register, once; the answer says whether it did.
pub fn fill(register: &Register, now_ms: u64) -> Result<bool, RegisterError> {
    if register.imported(FILLED)? >= EDITION {
        return Ok(false);
    }
    let set = records(register.reg().0)?;
    let deliveries: Vec<Delivery> = set
        .records
        .into_iter()
        .map(|record| Delivery {
            subject: record.subject,
            class: Class::Records,
            key: record.key,
            v: record.v,
            flag: record.flag,
            contents: record.contents,
        })
        .collect();
    register.import(&set.subjects, &deliveries, now_ms, (FILLED, EDITION))?;
    Ok(true)
}

/// The demonstration person with this code. Both codes are valid; a test says so.
fn person(code: &str) -> Subject {
    Subject::person("EE", code).expect("demonstration codes are valid")
}

/// The demonstration company with this code.
fn company(code: &str) -> Subject {
    Subject::company("EE", code).expect("demonstration codes are valid")
}

/// Collects records and puts each list in the order of its days.
#[derive(Default)]
struct Book {
    records: Vec<DemoRecord>,
}

impl Book {
    /// Adds the first version of a record, current.
    fn add(&mut self, subject: &Subject, key: &str, contents: Contents) {
        self.add_version(subject, key, 1, Flag::Current, contents);
    }

    /// Adds a version; its place in the list follows the record's day, later additions after earlier ones.
    fn add_version(
        &mut self,
        subject: &Subject,
        key: &str,
        v: u32,
        flag: Flag,
        contents: Contents,
    ) {
        let day = contents
            .schema()
            .date_field
            .and_then(|name| contents.text(name))
            .unwrap_or_default()
            .to_owned();
        self.add_on(subject, key, v, flag, contents, &day);
    }

    /// Adds a version that the register took on another day than the record's own.
    fn add_on(
        &mut self,
        subject: &Subject,
        key: &str,
        v: u32,
        flag: Flag,
        contents: Contents,
        day: &str,
    ) {
        self.records.push(DemoRecord {
            subject: subject.clone(),
            key: key.to_owned(),
            v,
            flag,
            day: day.to_owned(),
            contents,
        });
    }

    fn finish(mut self) -> DemoSet {
        // Stable: records of one day keep the order they were written in.
        self.records.sort_by(|a, b| a.day.cmp(&b.day));
        let mut subjects = vec![person(MARI), person(IGOR)];
        for record in &self.records {
            if !subjects.contains(&record.subject) {
                subjects.push(record.subject.clone());
            }
        }
        DemoSet {
            subjects,
            records: self.records,
        }
    }
}

#[cfg(test)]
mod tests;
