//! An invented population for scale tests: as many persons as wanted, each with one visit, one lab value and one payslip.
//!
//! Codes begin with 1 or 2, so everyone was born in the nineteenth century and is nobody living. The n-th person is the
//! same on every computer, and an import that was cut off goes on where it stopped.

use std::sync::Arc;

use thiserror::Error;
use toend_ledger::list::Class;
use toend_ledger::record::Flag;
use toend_ledger::schema::{HEALTH, TAX};
use toend_ledger::subject::Subject;

use super::calendar::later;
use super::health::{COLD, GLUCOSE, HEALTHY, PRESSURE, Sample, VISIT, Visit, lab, visit};
use crate::registers::{Contents, ContentsError, Delivery, Draft, Register, RegisterError};

/// Persons written in one transaction; two entries for each fill a batch exactly.
const CHUNK: u64 = 1024;
/// Name of the counter in each register.
const PROGRESS: &str = "population";
/// Most persons there are codes for.
pub(super) const LARGEST: u64 = 2 * 999 * 36_524;

/// Why a population cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SeedError {
    /// More persons than the nineteenth century has codes for. The user asked for too many.
    #[error("at most {LARGEST} persons can be invented")]
    TooMany,
    /// The register.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// Makes persons 1 to `people` known to the register, with their records, and seals them. `progress` is called with how
/// many are done. Running it again continues, and adds nothing when all are there.
pub async fn seed_population(
    register: &Arc<Register>,
    people: u64,
    now_ms: u64,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), SeedError> {
    if people > LARGEST {
        return Err(SeedError::TooMany);
    }
    let mut done = register.imported(PROGRESS)?;
    while done < people {
        let until = people.min(done + CHUNK);
        let (here, from) = (Arc::clone(register), done);
        let written = tokio::task::spawn_blocking(move || import(&here, from, until, now_ms));
        written.await.map_err(|_| RegisterError::LedgerBusy)??;
        register.flush().await?;
        done = until;
        progress(done, people);
    }
    Ok(())
}

fn import(register: &Register, from: u64, until: u64, now_ms: u64) -> Result<(), RegisterError> {
    let mut subjects = Vec::new();
    let mut deliveries = Vec::new();
    for i in from..until {
        let subject = invented_person(i);
        let contents = match register.reg().0 {
            HEALTH => vec![("visit", one_visit(i)?), ("lab", one_value(i)?)],
            TAX => vec![("tsd", one_payslip(i, subject.code())?)],
            _ => vec![],
        };
        deliveries.extend(contents.into_iter().map(|(key, contents)| Delivery {
            subject: subject.clone(),
            class: Class::Records,
            key: key.to_owned(),
            v: 1,
            flag: Flag::Current,
            contents,
        }));
        subjects.push(subject);
    }
    register.import(&subjects, &deliveries, now_ms, (PROGRESS, until))
}

/// Person number `i`, from 0: sex, then a serial number within a day, then the day, from 1 January 1800.
///
/// # Panics
/// Beyond the nineteenth century: there are 72,974,952 such persons.
pub fn invented_person(i: u64) -> Subject {
    let (sex, serial, day) = (i % 2, i / 2 % 999 + 1, i / 2 / 999);
    let birth = later("1800-01-01", day.cast_signed());
    let (year, rest) = birth.split_at(4);
    let digits = format!(
        "{}{}{}{serial:03}",
        sex + 1,
        year.get(2..).unwrap_or("00"),
        rest.replace('-', "")
    );
    (0..10)
        .find_map(|check| Subject::person("EE", &format!("{digits}{check}")).ok())
        .expect("every serial number of a day has a check digit")
}

/// SplitMix64: numbers that look random and are the same everywhere.
fn mixed(i: u64, salt: u64) -> u64 {
    let mut z = i
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const DAYS: [&str; 4] = ["2024-02-06", "2024-09-17", "2025-03-11", "2026-05-26"];

fn pick<T: Copy>(choices: &[T], number: u64, fallback: T) -> T {
    choices
        .get((number % choices.len() as u64) as usize)
        .copied()
        .unwrap_or(fallback)
}

fn one_visit(i: u64) -> Result<Contents, ContentsError> {
    visit(&Visit {
        date: pick(&DAYS, mixed(i, 1), "2026-05-26"),
        document: "D-2000-00-0000",
        main: pick(&[&HEALTHY, &COLD, &PRESSURE], mixed(i, 2), &HEALTHY),
        history: "Näidisisik.",
        ..VISIT
    })
}

fn one_value(i: u64) -> Result<Contents, ContentsError> {
    let sample = Sample(
        pick(&DAYS, mixed(i, 1), "2026-05-26"),
        (8, 10),
        "L-2000-000000",
        "Üldpaneel",
        &[],
    );
    lab(&sample, &GLUCOSE, 40 + (mixed(i, 3) % 30).cast_signed())
}

fn one_payslip(i: u64, code: &str) -> Result<Contents, ContentsError> {
    let gross = 90_000 + (mixed(i, 4) % 300_000).cast_signed();
    let sums = super::tax::pay(gross, true, 2, 70_000);
    Draft::new("tsd")
        .text("period", "2026-10")
        .int("year", 2026)
        .int("month", 10)
        .text("payer", "Näidistööandja OÜ")
        .text("payer_code", "19999093")
        .text("person_code", code)
        .text("person", "Näidisisik")
        .text("payment_type", "10")
        .int("gross", sums.gross)
        .decimal("work_rate", 100, 2)
        .int("social_base", sums.gross)
        .int("social_tax", sums.social)
        .int("pension_rate", 2)
        .int("pension", sums.pension)
        .int("unemployment_base", sums.gross)
        .int("unemployment", sums.unemployment)
        .int("employer_unemployment", sums.employer_unemployment)
        .text("exemption_code", "610")
        .int("exemption", sums.exemption)
        .int("income_tax", sums.tax)
        .int("net", sums.net)
        .text("paid_on", "2026-10-28")
        .text("filed_on", "2026-11-09")
        .finish()
}
