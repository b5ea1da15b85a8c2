//! The log: what operators read, as lines or as JSON.
//!
//! It never holds a name, a personal code, a session, a label or a record. Only this program's own lines are shown below
//! warnings; libraries, which do not know what is personal, are kept to warnings.

use tracing::Subscriber;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::Registry;

/// How much is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Level {
    /// What needs somebody to look.
    Error,
    /// And what may.
    #[default]
    Warn,
    /// And every request, by route, status and time.
    Info,
}

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people.
    #[default]
    Text,
    /// One JSON object on each line.
    Json,
}

/// A log that writes to `writer`; `colour` where a person looks at it.
pub fn journal<W>(
    level: Level,
    form: Form,
    colour: bool,
    writer: W,
) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let own = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
    };
    let targets = Targets::new()
        .with_default(own.min(LevelFilter::WARN))
        .with_target("toend_node", own);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match form {
        Form::Text => lines.with_ansi(colour).boxed(),
        Form::Json => lines.json().flatten_event(true).boxed(),
    };
    Registry::default().with(lines.with_filter(targets))
}
