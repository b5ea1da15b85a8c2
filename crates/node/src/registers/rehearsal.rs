//! A rehearsal: what would become of lines, with nothing written into the register.

use std::borrow::Borrow;

use rusqlite::{Connection, OptionalExtension as _, params};
use toend_ledger::hash::Hash;
use toend_ledger::record::Flag;

use super::intake::{Offer, next_version};
use super::lookup::Known;
use super::{Books, Line, RegisterError, Taken, Verdict};

/// What the lines seen so far would have made, in a temporary file that SQLite removes: tags only, no contents.
pub struct Rehearsal {
    scratch: Connection,
}

impl Rehearsal {
    /// Begins with nothing seen.
    pub fn new() -> Result<Self, RegisterError> {
        // An empty name is a temporary file.
        let scratch = Connection::open("")?;
        scratch.execute_batch(
            "PRAGMA journal_mode = OFF;
             PRAGMA synchronous = OFF;
             PRAGMA cache_size = -16384;
             CREATE TABLE subject (tag BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
             CREATE TABLE record (tag BLOB PRIMARY KEY, v INTEGER NOT NULL, ended INTEGER NOT NULL)
                 STRICT, WITHOUT ROWID;
             CREATE TABLE version (tag BLOB NOT NULL, v INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (tag, v))
                 STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self { scratch })
    }
}

impl Books {
    /// What would become of lines after those seen before. `go_on` is as in [`Books::take_lines`].
    pub fn rehearse<L: Borrow<Line>>(
        &self,
        seen: &Rehearsal,
        lines: &[L],
        go_on: impl Fn(&[Verdict], &RegisterError) -> bool,
    ) -> Result<Vec<Verdict>, RegisterError> {
        let offers: Vec<_> = lines.iter().map(|line| Offer::of(line.borrow())).collect();
        let known = self.database.read(|db| self.look_up(db, &offers))?;
        let mut verdicts = Vec::with_capacity(offers.len());
        for (offer, tags) in offers.iter().zip(&known.tags) {
            let verdict = match tags {
                Some((list, record)) => self.rehearse_one(seen, &known, offer, list, record),
                None => Err(RegisterError::WrongList),
            };
            match &verdict {
                Err(error) if !error.is_about_delivery() => return Err(error.clone()),
                Err(error) if !go_on(&verdicts, error) => break,
                _ => verdicts.push(verdict),
            }
        }
        Ok(verdicts)
    }

    fn rehearse_one(
        &self,
        seen: &Rehearsal,
        here: &Known,
        offer: &Offer<'_>,
        list: &Hash,
        tag: &Hash,
    ) -> Verdict {
        let (one, scratch) = (offer.one, &seen.scratch);
        let at = match record(scratch, tag)? {
            Some(at) => at,
            None => here
                .records
                .get(tag)
                .map_or((0, false), |record| (record.v, record.ended)),
        };
        let known = |v| match version(scratch, tag, v)? {
            Some(digest) => Ok(Some(digest)),
            None => Ok(here.version(tag, v)),
        };
        // Also shows that the contents can be written at all.
        let digest = |v| self.digest(one, v);
        let Some(v) = next_version(offer, at, digest, known)? else {
            return Ok(Taken::default());
        };
        let digest = digest(v)?;
        let subject = !here.lists.contains_key(list)
            && scratch
                .prepare_cached("INSERT OR IGNORE INTO subject (tag) VALUES (?1)")?
                .execute([list])?
                == 1;
        scratch
            .prepare_cached("INSERT OR REPLACE INTO record (tag, v, ended) VALUES (?1, ?2, ?3)")?
            .execute(params![tag, v, one.flag == Flag::Ended])?;
        scratch
            .prepare_cached("INSERT INTO version (tag, v, digest) VALUES (?1, ?2, ?3)")?
            .execute(params![tag, v, digest])?;
        Ok(Taken {
            subject,
            entry: true,
        })
    }
}

fn record(scratch: &Connection, tag: &Hash) -> Result<Option<(u32, bool)>, RegisterError> {
    let mut statement = scratch.prepare_cached("SELECT v, ended FROM record WHERE tag = ?1")?;
    Ok(statement
        .query_row([tag], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

fn version(scratch: &Connection, tag: &Hash, v: u32) -> Result<Option<Hash>, RegisterError> {
    let mut statement =
        scratch.prepare_cached("SELECT digest FROM version WHERE tag = ?1 AND v = ?2")?;
    Ok(statement
        .query_row(params![tag, v], |row| row.get(0))
        .optional()?)
}
