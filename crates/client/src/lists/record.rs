//! One record of a list: shown, explained, exported.

use std::sync::Arc;

use toend_ledger::proof_file::SealedBy;

use crate::client::{Client, Inner};
use crate::dto::{ErrorInfo, Language, ProofView, RecordView, SubjectRef};
use crate::error::ClientError;
use crate::export;
use crate::proof_view;
use crate::records::held::Held;
use crate::records::rows;
use crate::register::RowId;

impl Client {
    /// One record.
    ///
    /// # Errors
    /// E70 when there is none with this id.
    pub async fn record(&self, id: &str) -> Result<RecordView, ErrorInfo> {
        Ok(self.0.record(id).await?)
    }

    /// Why a record can be trusted.
    ///
    /// # Errors
    /// E70 when there is none with this id.
    pub async fn proof(&self, id: &str) -> Result<ProofView, ErrorInfo> {
        let (held, row) = self.0.find(id).await?;
        let entry = held
            .judged
            .entry(row.n)
            .filter(|_| !row.pending)
            .ok_or(ClientError::NoSuchRecord)?;
        Ok(proof_view::view(&self.0.network, &held, entry))
    }

    /// Makes a proof file: the chosen fields, or all used ones.
    ///
    /// # Errors
    /// E70 when there is no such record or field, or the record is not proven.
    pub async fn save_proof(
        &self,
        id: &str,
        fields: Option<&[String]>,
        language: Language,
    ) -> Result<Vec<u8>, ErrorInfo> {
        Ok(self.0.export(id, fields, language).await?)
    }
}

impl Inner {
    /// The list and row that an id names; the list is fetched if it is not held.
    async fn find(&self, id: &str) -> Result<(Arc<Held>, RowId), ClientError> {
        let row = RowId::parse(id).ok_or(ClientError::NoSuchRecord)?;
        let list = (row.register, row.company.clone());
        if let Some(held) = self.lists.get(&list) {
            return Ok((held, row));
        }
        let subject = row
            .company
            .as_ref()
            .map(|code| SubjectRef::company("EE", code, code.clone()));
        self.list(row.register, subject.as_ref(), false).await?;
        Ok((self.lists.get(&list).ok_or(ClientError::NoSuchRecord)?, row))
    }

    async fn record(&self, id: &str) -> Result<RecordView, ClientError> {
        let (held, row) = self.find(id).await?;
        if row.pending {
            let at = usize::try_from(row.n - 1).unwrap_or(usize::MAX);
            let pending = held
                .judged
                .pending
                .get(at)
                .ok_or(ClientError::NoSuchRecord)?;
            return Ok(rows::waiting_view(
                &held.place,
                pending,
                row.n,
                held.checked_at_ms,
            ));
        }
        let withheld = held.noticed.contains(&row.n).then(|| {
            crate::records::judged::Entry::faulty(row.n, crate::records::Fault::SealedNotShown)
        });
        let entry = held
            .judged
            .entry(row.n)
            .or(withheld.as_ref())
            .ok_or(ClientError::NoSuchRecord)?;
        let until = entry
            .at
            .and_then(|at| self.worker.known(at.height + 1))
            .map(|header| header.time_ms);
        Ok(rows::view(
            &held.place,
            &held.judged,
            entry,
            until,
            held.checked_at_ms,
        ))
    }

    async fn export(
        &self,
        id: &str,
        fields: Option<&[String]>,
        language: Language,
    ) -> Result<Vec<u8>, ClientError> {
        let (held, row) = self.find(id).await?;
        let entry = held
            .judged
            .entry(row.n)
            .filter(|_| !row.pending)
            .ok_or(ClientError::NoSuchRecord)?;
        let source = export::Source {
            net: &self.network.net,
            register: row.register,
            judged: &held.judged,
            entry,
            block: held.block.block(),
            sealed_by: self.sealed_by(&held, entry).await,
            right: entry.contents().and_then(|contents| {
                let rights = held.rights.as_ref()?;
                rights
                    .proof_at(held.judged.height, contents.schema.id)
                    .cloned()
            }),
        };
        export::write(&source, fields, language)
    }

    /// Proof of when an entry was sealed, where history is complete and the gateway still keeps that state.
    async fn sealed_by(
        &self,
        held: &Held,
        entry: &crate::records::judged::Entry,
    ) -> Option<SealedBy> {
        export::sealed_by(&self.worker, &self.network, held, entry.at?).await
    }
}
