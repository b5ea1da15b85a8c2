//! What happens around signing in: companies one may act for, and the time of the visit before.

use crate::client::Inner;
use crate::dto::{FieldValue, RegisterId, SubjectRef};
use crate::records::rows::signed;

impl Inner {
    /// Adds the companies the person may act for today, from proven mandates, to the session.
    pub(crate) async fn add_companies(&self) {
        if self.list(RegisterId::Business, None, false).await.is_err() {
            return;
        }
        let Some(held) = self.lists.get(&(RegisterId::Business, None)) else {
            return;
        };
        let today = self.clock.today();
        let mut companies: Vec<SubjectRef> = Vec::new();
        for contents in held
            .judged
            .entries
            .iter()
            .filter(|entry| !entry.superseded)
            .filter_map(|entry| entry.contents())
        {
            let over = match contents.field("until") {
                Some(FieldValue::Date(until)) => until < today,
                _ => false,
            };
            let (Some(FieldValue::Code(code)), Some(FieldValue::Text(name))) =
                (contents.field("company_code"), contents.field("company"))
            else {
                continue;
            };
            let company = SubjectRef::company("EE", &code, name);
            if contents.schema.name == "mandate"
                && !over
                && company.is_company()
                && !companies.contains(&company)
            {
                companies.push(company);
            }
        }
        if let Some(session) = self.session() {
            session.change_view(|view| view.subjects.extend(companies));
        }
    }

    /// Remembers this visit, sealed, and finds the end of the one before.
    pub(crate) async fn note_visit(&self, session: &crate::session::ActiveSession) {
        let Some(key) = &session.seal else { return };
        let (owner, name) = (*key.owner(), key.name(&[b"visit"]));
        let store = self.store.clone();
        let before = self
            .blocking(move || store.sealed(&owner, &name))
            .await
            .ok()
            .flatten();
        let text = before.and_then(|sealed| key.open(&name, &sealed).ok());
        let before = text
            .and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok())
            .map(signed);
        session.change_view(|view| view.previous_visit_ms = before);
        if let Ok(sealed) = key.seal(&name, self.clock.now_ms().to_string().as_bytes()) {
            let store = self.store.clone();
            if let Err(error) = self
                .blocking(move || store.put_sealed(&owner, &name, &sealed))
                .await
            {
                tracing::warn!(%error, "the visit could not be noted");
            }
        }
    }
}
