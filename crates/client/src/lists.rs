//! The commands about lists: fetch, fall back to the saved copy. [`record`] has those about one record.

mod record;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as AsyncMutex;

use crate::client::{Client, Event, Inner, ListId, ListMap};
use crate::dto::{ErrorInfo, RecordList, RegisterId, SubjectRef};
use crate::error::ClientError;
use crate::network::keeper;
use crate::providers::ProviderError;
use crate::records::fetch::{Question, Trouble, fetch};
use crate::records::held::{Held, unknown};
use crate::records::rows::Place;
use crate::records::{saved, scan};
use crate::surprise;

/// How long an answered list is shown without asking again.
const FRESH_MS: u64 = 60_000;

/// Lists in memory.
#[derive(Default)]
pub(crate) struct Lists {
    held: Mutex<ListMap<Arc<Held>>>,
    asking: [AsyncMutex<()>; 3],
}

impl Lists {
    /// Forgets all.
    pub fn clear(&self) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Those that are held now.
    pub fn ids(&self) -> Vec<ListId> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }

    pub fn get(&self, id: &ListId) -> Option<Arc<Held>> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    fn put(&self, id: ListId, held: Arc<Held>) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, held);
    }

    fn door(&self, register: RegisterId) -> &AsyncMutex<()> {
        let [health, tax, business] = &self.asking;
        match register {
            RegisterId::Health => health,
            RegisterId::Tax => tax,
            RegisterId::Business => business,
        }
    }
}

impl Client {
    /// A register's list; `subject` is the person signed in when none is given.
    ///
    /// # Errors
    /// E69 when nobody is signed in, E70 for a subject that is none. What is wrong with the list stands in it.
    pub async fn list(
        &self,
        register: RegisterId,
        subject: Option<SubjectRef>,
    ) -> Result<RecordList, ErrorInfo> {
        Ok(self.0.list(register, subject.as_ref(), false).await?)
    }

    /// As [`Client::list`], asking the register again.
    ///
    /// # Errors
    /// As [`Client::list`].
    pub async fn refresh(
        &self,
        register: RegisterId,
        subject: Option<SubjectRef>,
    ) -> Result<RecordList, ErrorInfo> {
        Ok(self.0.list(register, subject.as_ref(), true).await?)
    }
}

impl Inner {
    pub(crate) async fn list(
        &self,
        register: RegisterId,
        subject: Option<&SubjectRef>,
        again: bool,
    ) -> Result<RecordList, ClientError> {
        let question = self.question(register, subject)?;
        let id = (register, question.place.company.clone());
        let _door = self.lists.door(register).lock().await;
        let now = self.clock.now_ms();
        let known = self.known(&id, &question).await;
        if let Some(held) = &known
            && !again
            && held.answered
            && held.trouble.is_empty()
            && now.saturating_sub(held.checked_at_ms) < FRESH_MS
        {
            return Ok(held.view());
        }
        let had_session = self.session();
        let result = match self.way_in(&question) {
            Err(error) => Err(Trouble::Provider(error)),
            Ok(()) => {
                fetch(
                    &self.worker,
                    &self.network,
                    question.clone(),
                    known.clone(),
                    now,
                )
                .await
            }
        };
        let held = match result {
            Ok(mut held) => {
                if let Some(known) = &known {
                    held.go_on_from(known);
                }
                if again {
                    scan::behind(&self.worker, &self.network, &mut held).await;
                }
                self.keep(&question, &held).await;
                held
            }
            Err(trouble) => match self.fall_back(register, known.as_deref(), trouble).await? {
                Ok(held) => held,
                Err((answered, error)) => {
                    return Ok(unknown(&question.place, question.subject, answered, error));
                }
            },
        };
        let view = held.view();
        // The card may have been taken out meanwhile: then nothing of it stays in memory.
        let same = match (&had_session, self.session()) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, &now),
            (None, None) => true,
            _ => false,
        };
        if !same && question.place.company.is_none() {
            return Err(ClientError::NotSignedIn);
        }
        if same {
            self.lists.put(id, Arc::new(held));
        }
        Ok(view)
    }

    /// A private list needs a session at the register's gateway that has not run out.
    fn way_in(&self, question: &Question) -> Result<(), ProviderError> {
        if question.place.company.is_some() {
            return Ok(());
        }
        let authority = || question.provider.authority().to_owned();
        let session = self.session();
        match session
            .as_ref()
            .and_then(|session| session.gateways.get(&question.place.register))
        {
            None => Err(ProviderError::Unreachable {
                authority: authority(),
            }),
            Some(gateway) if gateway.expires_ms <= self.clock.now_ms() => {
                Err(ProviderError::Refused {
                    authority: authority(),
                    status: 401,
                    code: "unauthorized",
                })
            }
            Some(_) => Ok(()),
        }
    }

    /// What is shown when the register gave no good answer: the copy held before, with the trouble named beside it.
    async fn fall_back(
        &self,
        register: RegisterId,
        known: Option<&Held>,
        trouble: Trouble,
    ) -> Result<Result<Held, (bool, ErrorInfo)>, ClientError> {
        let (answered, error, remains) = match trouble {
            Trouble::Ledger(ClientError::Attacked) => return Err(ClientError::Attacked),
            Trouble::Ledger(error) => (false, error.info(), None),
            Trouble::Provider(error) => (false, error.info(Some(register.id())), None),
            Trouble::Fault(fault, remains) => {
                let mut error = fault.on_list(register);
                if let (Some(remains), Some(known)) = (&remains, known) {
                    error = error
                        .with("given", &remains.judged.count.to_string())
                        .with("current", &known.judged.count.to_string());
                }
                (true, error, remains)
            }
        };
        let Some(mut held) = known.cloned().or_else(|| remains.map(|held| *held)) else {
            return Ok(Err((answered, error)));
        };
        held.answered = answered;
        held.trouble = vec![error];
        scan::scan(&self.worker, &self.network, &mut held).await;
        Ok(Ok(held))
    }

    /// The copy in memory, or the saved one.
    async fn known(&self, id: &ListId, question: &Question) -> Option<Arc<Held>> {
        if let Some(held) = self.lists.get(id) {
            return Some(held);
        }
        let session = self.session()?;
        let held = Arc::new(
            saved::open(&self.store, session.seal.as_ref()?, &self.network, question).await?,
        );
        self.lists.put(id.clone(), Arc::clone(&held));
        Some(held)
    }

    /// Saves a list of which everything is proven.
    async fn keep(&self, question: &Question, held: &Held) {
        let Some(session) = self
            .session()
            .filter(|_| held.is_clean() && !self.settings().shared_computer)
        else {
            return;
        };
        let Some(key) = &session.seal else { return };
        if let Err(error) = saved::keep(&self.store, key, &self.network, question, held).await {
            tracing::warn!(%error, "a list could not be saved");
        }
    }

    fn question(
        &self,
        register: RegisterId,
        subject: Option<&SubjectRef>,
    ) -> Result<Question, ClientError> {
        let session = self.session();
        let authority = keeper(&self.network, register.number());
        let provider = self
            .worker
            .providers()
            .into_iter()
            .find(|provider| Some(provider.authority()) == authority)
            .ok_or(ClientError::Register {
                register: register.id(),
                source: ProviderError::NoGateway,
            })?;
        if let Some(company) = subject.filter(|subject| subject.kind == "company") {
            let canonical = company.subject().ok_or(ClientError::NoSuchRecord)?;
            let place = Place {
                register,
                company: Some(canonical.code().to_owned()),
            };
            return Ok(Question {
                place,
                subject: company.clone(),
                canonical,
                provider,
                bearer: None,
            });
        }
        let session = session.ok_or(ClientError::NotSignedIn)?;
        let own = session
            .view()
            .subjects
            .first()
            .cloned()
            .ok_or(ClientError::NotSignedIn)?;
        if subject.is_some_and(|subject| subject.code != own.code || subject.country != own.country)
        {
            return Err(ClientError::NoSuchRecord);
        }
        let bearer = session
            .gateways
            .get(&register)
            .map(|gateway| gateway.bearer.clone());
        let place = Place {
            register,
            company: None,
        };
        Ok(Question {
            place,
            subject: own,
            canonical: session.subject.clone(),
            provider,
            bearer,
        })
    }

    /// Asks again for every list that is held; tells what changed.
    pub(crate) async fn refresh_held(&self) {
        for id in self.lists.ids() {
            let before = self.lists.get(&id).map(|held| held.view());
            let subject = before.as_ref().map(|view| view.subject.clone());
            let Ok(after) = self.list(id.0, subject.as_ref(), true).await else {
                continue;
            };
            for surprise in before
                .as_ref()
                .map(|before| surprise::of_list(before, &after, id.1.is_none()))
                .unwrap_or_default()
            {
                self.emit(Event::Unexpected(surprise));
            }
            let changed = before.is_none_or(|before| {
                before.rows != after.rows
                    || before.problems != after.problems
                    || before.answered != after.answered
            });
            if changed {
                self.emit(Event::ListChanged(id.0));
            }
        }
    }
}
