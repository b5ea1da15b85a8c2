use rusqlite::{Connection, TransactionBehavior, params};
use toend_ledger::cometbft::Encode as _;

use super::{Sealed, StorageError, TxRecord};

/// The one connection that writes.
#[derive(Debug)]
pub struct Writer {
    connection: Connection,
}

impl Writer {
    pub(super) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Stores a block with everything it changed: all of it or nothing. When
    /// this returns, the block is on the disk.
    pub fn seal(&mut self, sealed: &Sealed) -> Result<(), StorageError> {
        self.try_seal(sealed).map_err(StorageError::from_sqlite)
    }

    fn try_seal(&mut self, sealed: &Sealed) -> rusqlite::Result<()> {
        let height = sealed.header.height.cast_signed();
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.prepare_cached(
            "INSERT INTO block (height, hash, parts_total, parts_hash, header, validators, commit_, app_hash, results,
                                tx_count, block)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            height,
            sealed.id.hash,
            sealed.id.parts.total,
            sealed.id.parts.hash,
            sealed.header.encode(),
            sealed.validators.encode(),
            sealed.commit.encode(),
            sealed.app_hash,
            encode_results(&sealed.results),
            sealed.tx_hashes.len().cast_signed(),
            sealed.block,
        ])?;
        {
            // The same bytes may stand in a later block again; their first place counts.
            let mut insert = tx.prepare_cached(
                "INSERT OR IGNORE INTO tx (hash, height, place, code) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (place, (hash, result)) in sealed.tx_hashes.iter().zip(&sealed.results).enumerate()
            {
                insert.execute(params![hash, height, place.cast_signed(), result.code])?;
            }
            let mut write = tx.prepare_cached(
                "INSERT INTO state (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?;
            for (key, value) in &sealed.changes {
                write.execute(params![key, value])?;
            }
        }
        tx.commit()
    }

    /// Stores the state the genesis file makes, before the first block.
    pub fn genesis(&mut self, changes: &[(Vec<u8>, Vec<u8>)]) -> Result<(), StorageError> {
        let mut run = || -> rusqlite::Result<()> {
            let tx = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (key, value) in changes {
                tx.execute(
                    "INSERT OR REPLACE INTO state (key, value) VALUES (?1, ?2)",
                    params![key, value],
                )?;
            }
            tx.commit()
        };
        run().map_err(StorageError::from_sqlite)
    }

    /// Lets the file grow to this many pages and no further, as a full disk would.
    #[cfg(test)]
    pub(super) fn limit_pages(&mut self, pages: u32) {
        self.connection
            .pragma_update(None, "max_page_count", pages)
            .unwrap();
    }

    /// Folds the log into the database, at a graceful end.
    pub fn checkpoint(&mut self) {
        // Only saves time at the next start; the log is read just as well.
        let _ = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

/// count u32, then per result: code u32 ‖ gas wanted i64 ‖ gas used i64 ‖ log length u32 ‖ log.
fn encode_results(results: &[TxRecord]) -> Vec<u8> {
    let mut out = (results.len() as u32).to_be_bytes().to_vec();
    for result in results {
        out.extend_from_slice(&result.code.to_be_bytes());
        out.extend_from_slice(&result.gas_wanted.to_be_bytes());
        out.extend_from_slice(&result.gas_used.to_be_bytes());
        out.extend_from_slice(&(result.log.len() as u32).to_be_bytes());
        out.extend_from_slice(result.log.as_bytes());
    }
    out
}

/// Reads what [`encode_results`] wrote; none when it is not that.
pub(super) fn decode_results(mut bytes: &[u8]) -> Option<Vec<TxRecord>> {
    fn fixed<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
        let (head, tail) = bytes.split_first_chunk::<N>()?;
        *bytes = tail;
        Some(*head)
    }
    let count = u32::from_be_bytes(fixed(&mut bytes)?);
    let mut results = Vec::new();
    for _ in 0..count {
        let code = u32::from_be_bytes(fixed(&mut bytes)?);
        let gas_wanted = i64::from_be_bytes(fixed(&mut bytes)?);
        let gas_used = i64::from_be_bytes(fixed(&mut bytes)?);
        let length = u32::from_be_bytes(fixed(&mut bytes)?) as usize;
        let (log, tail) = bytes.split_at_checked(length)?;
        bytes = tail;
        results.push(TxRecord {
            code,
            gas_wanted,
            gas_used,
            log: String::from_utf8(log.to_vec()).ok()?,
        });
    }
    bytes.is_empty().then_some(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_and_damage_is_seen() {
        let results = vec![
            TxRecord {
                code: 0,
                gas_wanted: 8,
                gas_used: 9,
                log: String::new(),
            },
            TxRecord {
                code: 7,
                gas_wanted: 1,
                gas_used: -1,
                log: "why".to_owned(),
            },
        ];
        let bytes = encode_results(&results);
        assert_eq!(decode_results(&bytes), Some(results));
        for cut in 0..bytes.len() {
            assert_eq!(decode_results(&bytes[..cut]), None, "{cut}");
        }
    }
}
