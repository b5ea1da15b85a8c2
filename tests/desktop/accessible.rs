//! What a screen reader is told: the accessibility bus, walked from its root as Orca does.

use std::{collections::HashSet, time::Duration};

use serde::de::DeserializeOwned;
use zbus::{Connection, OwnedObjectPath, OwnedVariant, connection::Builder, zvariant::Type};

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const TEXT: &str = "org.a11y.atspi.Text";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
const NOTHING: &str = "/org/a11y/atspi/null";
/// More things than any page of ours has; a tree without end would be a fault of its own.
const MOST: usize = 4_000;
/// How long one question may wait for its answer: a window that is just closing never gives one.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a thing is. WebKit tells numbers only; these are those of the AT-SPI specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// Somewhere to type digits that nobody sees.
    Password,
    /// A table.
    Table,
    /// Somewhere to type.
    Entry,
    /// A heading.
    Heading,
    /// A link.
    Link,
    /// Anything else.
    Other(u32),
}

impl Role {
    const fn of(number: u32) -> Self {
        match number {
            40 => Self::Password,
            // 11 is what WebKit calls a button that opens something.
            11 | 43 | 62 => Self::Button,
            55 => Self::Table,
            79 => Self::Entry,
            83 => Self::Heading,
            88 => Self::Link,
            other => Self::Other(other),
        }
    }
}

/// One thing that is told.
#[derive(Clone, Debug)]
pub struct Thing {
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Its words, when it holds text.
    pub text: String,
}

/// Where a thing is: whose connection, and its path there.
type Place = (String, OwnedObjectPath);

/// The accessibility bus of a session.
pub struct Accessibility(Connection);

impl Accessibility {
    /// Finds the bus by way of the session bus, which starts it.
    pub async fn of_session(address: &str) -> Self {
        let session = connect(address).await;
        let answer = session
            .call_method(
                Some("org.a11y.Bus"),
                "/org/a11y/bus",
                Some("org.a11y.Bus"),
                "GetAddress",
                &(),
            )
            .await
            .expect("there is an accessibility bus (package at-spi2-core)");
        let address: String = answer.body().deserialize().expect("an address is text");
        Self(connect(&address).await)
    }

    async fn ask<Answer>(
        &self,
        at: &Place,
        interface: &str,
        method: &str,
        arguments: &(impl serde::Serialize + zbus::zvariant::DynamicType + Sync),
    ) -> Option<Answer>
    where
        Answer: DeserializeOwned + Type,
    {
        let call = self.0.call_method(
            Some(at.0.as_str()),
            at.1.as_str(),
            Some(interface),
            method,
            arguments,
        );
        // A thing that is gone by now does not answer; that is no fault of the window.
        let answer = tokio::time::timeout(PATIENCE, call).await.ok()?.ok()?;
        answer.body().deserialize().ok()
    }

    async fn thing(&self, at: &Place) -> Option<Thing> {
        let role = Role::of(self.ask::<u32>(at, ACCESSIBLE, "GetRole", &()).await?);
        let name = self
            .ask::<OwnedVariant>(
                at,
                "org.freedesktop.DBus.Properties",
                "Get",
                &(ACCESSIBLE, "Name"),
            )
            .await
            .and_then(|name| String::try_from(name).ok())
            .unwrap_or_default();
        let interfaces: Vec<String> = self
            .ask(at, ACCESSIBLE, "GetInterfaces", &())
            .await
            .unwrap_or_default();
        let text = if interfaces.iter().any(|one| one == TEXT) {
            self.ask::<String>(at, TEXT, "GetText", &(0i32, -1i32))
                .await
                .unwrap_or_default()
        } else {
            String::new()
        };
        Some(Thing { role, name, text })
    }

    /// What stands below. A page stands in the window by a socket, which names it only when it is asked for its first child.
    async fn children(&self, at: &Place) -> Vec<Place> {
        let children: Vec<Place> = self
            .ask(at, ACCESSIBLE, "GetChildren", &())
            .await
            .unwrap_or_default();
        if !children.is_empty() {
            return children;
        }
        self.ask::<Place>(at, ACCESSIBLE, "GetChildAtIndex", &(0i32,))
            .await
            .filter(|(_, path)| path.as_str() != NOTHING)
            .into_iter()
            .collect()
    }

    /// Everything below the root that is told now, in reading order.
    pub async fn everything(&self) -> Vec<Thing> {
        let root: Place = (
            "org.a11y.atspi.Registry".into(),
            OwnedObjectPath::try_from(ROOT).expect("a path"),
        );
        let mut open = vec![root];
        let mut seen = HashSet::new();
        let mut things = Vec::new();
        while let Some(at) = open.pop() {
            if !seen.insert(at.clone()) {
                continue;
            }
            assert!(seen.len() < MOST, "the tree has no end");
            things.extend(self.thing(&at).await);
            open.extend(self.children(&at).await.into_iter().rev());
        }
        things
    }
}

async fn connect(address: &str) -> Connection {
    Builder::address(address)
        .build()
        .await
        .expect("the bus can be joined")
}
