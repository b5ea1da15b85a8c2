//! `toend-card`: what a card holds, replay of recorded conversations, and the virtual card.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use toend_id_card::recognise::Generation;
use toend_id_card::replay::{MAX_SCRIPT, Outcome, ReplayError};
use toend_id_card::virtual_card::{CardCodes, vpcd};
use toend_id_card::{CardError, cli, demo};

const HELP: &str = "\
toend-card show [--demo mari-liis|igor] [--reader NAME]
    Print, as JSON, what a card holds that needs no PIN.
toend-card replay SCRIPT --op OPERATION [--pin PIN] [--hash HEX]
    Run a driver against a recorded conversation, strictly in order.
    OPERATION: personal-data, auth-certificate, sign-certificate, pin-info, authenticate, sign.
    Exit 0: followed to its end; 1: it differs; 2: followed, and the card refused; 64: wrong use.
toend-card authenticate --hash HEX [--demo NAME] [--reader NAME]
    Sign a SHA-384 hash with the authentication key. PIN1 is read from standard input.
toend-card watch
    Print a line of JSON for every change of readers and cards.
toend-card serve [--profile idemia|cosmox|thales] [--person mari-liis|igor] [--host HOST] [--port N]
                 [--record FILE]
    Put a demonstration card into a virtual reader (vpcd), and record what programs say to it.
";

/// Exit code for wrong use.
const WRONG_USE: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            // Nothing can be done about a closed error stream.
            let _ = writeln!(io::stderr(), "toend-card: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    fn usage(message: impl Into<String>) -> Self {
        Self {
            message: format!("{}\n\n{HELP}", message.into()),
            code: WRONG_USE,
        }
    }
}

impl From<CardError> for Failure {
    fn from(error: CardError) -> Self {
        Self {
            message: format!("{} {error}", error.code()),
            code: 2,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self {
            message: error.to_string(),
            code: 2,
        }
    }
}

/// What stands behind the command: values of options, and one free word at most.
struct Options<'a> {
    values: Vec<(&'a str, &'a str)>,
    free: Option<&'a str>,
}

impl<'a> Options<'a> {
    fn parse(arguments: &'a [String], known: &[&str], free_allowed: bool) -> Result<Self, Failure> {
        let mut options = Self {
            values: Vec::new(),
            free: None,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if let Some(name) = argument.strip_prefix("--") {
                let (name, inline) = match name.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (name, None),
                };
                if !known.contains(&name) {
                    return Err(Failure::usage(format!("unknown option --{name}")));
                }
                let value = inline
                    .or_else(|| rest.next().map(String::as_str))
                    .ok_or_else(|| Failure::usage(format!("--{name} needs a value")))?;
                options.values.push((name, value));
            } else if free_allowed && options.free.is_none() {
                options.free = Some(argument);
            } else {
                return Err(Failure::usage(format!("unexpected \"{argument}\"")));
            }
        }
        Ok(options)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.values
            .iter()
            .rev()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }
}

fn run(arguments: &[String]) -> Result<u8, Failure> {
    let (command, rest) = arguments
        .split_first()
        .ok_or_else(|| Failure::usage("a command is missing"))?;
    match command.as_str() {
        "show" => show(&Options::parse(rest, &["demo", "reader"], false)?),
        "replay" => replay(&Options::parse(rest, &["op", "pin", "hash"], true)?),
        "authenticate" => authenticate(&Options::parse(rest, &["hash", "demo", "reader"], false)?),
        "serve" => serve(&Options::parse(
            rest,
            &["profile", "person", "host", "port", "record"],
            false,
        )?),
        #[cfg(feature = "pcsc")]
        "watch" => watch(),
        #[cfg(feature = "harness")]
        "reader" => {
            let folder = rest
                .first()
                .ok_or_else(|| Failure::usage("a folder is missing"))?;
            toend_id_card::harness::supervisor::run(std::path::Path::new(folder))?;
            Ok(0)
        }
        "help" | "--help" | "-h" => {
            write!(io::stdout(), "{HELP}")?;
            Ok(0)
        }
        other => Err(Failure::usage(format!("unknown command \"{other}\""))),
    }
}

fn print(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}

fn show(options: &Options<'_>) -> Result<u8, Failure> {
    let shown = match options.get("demo") {
        Some(name) => cli::show_demo(name)?,
        None => show_reader(options.get("reader"))?,
    };
    print(&shown)?;
    Ok(0)
}

#[cfg(feature = "pcsc")]
fn show_reader(reader: Option<&str>) -> Result<cli::Shown, Failure> {
    Ok(cli::show_reader(reader)?)
}

#[cfg(not(feature = "pcsc"))]
fn show_reader(_: Option<&str>) -> Result<cli::Shown, Failure> {
    Err(Failure::usage("built without readers: use --demo"))
}

fn replay(options: &Options<'_>) -> Result<u8, Failure> {
    let path = options
        .free
        .ok_or_else(|| Failure::usage("a script is missing"))?;
    let operation = options
        .get("op")
        .ok_or_else(|| Failure::usage("--op is missing"))?;
    let readable = |error: io::Error| Failure {
        message: format!("{path}: {error}"),
        code: WRONG_USE,
    };
    if std::fs::metadata(path).map_err(readable)?.len() > MAX_SCRIPT as u64 {
        return Err(Failure {
            message: format!("{path}: the script is too long"),
            code: WRONG_USE,
        });
    }
    let script = std::fs::read_to_string(path).map_err(readable)?;
    match cli::replay(&script, operation, options.get("pin"), options.get("hash")) {
        Ok(report) => {
            print(&report)?;
            Ok(if matches!(report.outcome, Outcome::Error(_)) {
                2
            } else {
                0
            })
        }
        Err(error @ ReplayError::Differs(_)) => Err(Failure {
            message: error.to_string(),
            code: 1,
        }),
        Err(ReplayError::Card(error)) => Err(error.into()),
        Err(error) => Err(Failure {
            message: format!("{path}: {error}"),
            code: WRONG_USE,
        }),
    }
}

fn authenticate(options: &Options<'_>) -> Result<u8, Failure> {
    let hash = options
        .get("hash")
        .ok_or_else(|| Failure::usage("--hash is missing"))?;
    let mut bytes = [0; 48];
    hex::decode_to_slice(hash, &mut bytes)
        .map_err(|_| Failure::usage("the hash must be 48 bytes in hexadecimal"))?;
    let mut line = zeroize::Zeroizing::new(String::with_capacity(64));
    io::stdin().lock().read_line(&mut line)?;
    let pin = toend_id_card::Pin::new(toend_id_card::PinKind::Pin1, line.trim())?;
    let mut card = match options.get("demo") {
        Some(name) => {
            let demo = demo::find(name)
                .ok_or_else(|| Failure::usage(format!("no demonstration card {name}")))?;
            let card = demo.card().map_err(|error| Failure {
                message: error.to_string(),
                code: 2,
            })?;
            toend_id_card::Card::open(Box::new(card))?
        }
        None => open_reader(options.get("reader"))?,
    };
    let signature = card.authenticate(&pin, &bytes);
    let _ = card.close();
    writeln!(io::stdout(), "{}", hex::encode(signature?))?;
    Ok(0)
}

#[cfg(feature = "pcsc")]
fn open_reader(reader: Option<&str>) -> Result<toend_id_card::Card, Failure> {
    Ok(toend_id_card::readers::open(reader)?.1)
}

#[cfg(not(feature = "pcsc"))]
fn open_reader(_: Option<&str>) -> Result<toend_id_card::Card, Failure> {
    Err(Failure::usage("built without readers: use --demo"))
}

#[cfg(feature = "pcsc")]
fn watch() -> Result<u8, Failure> {
    #[derive(serde::Serialize)]
    struct Line<'e> {
        code: Option<&'static str>,
        #[serde(flatten)]
        event: &'e toend_id_card::readers::CardEvent,
    }
    let (_watcher, events) = toend_id_card::readers::Watcher::start()?;
    for event in events {
        let line = Line {
            code: event.code(),
            event: &event,
        };
        writeln!(
            io::stdout(),
            "{}",
            serde_json::to_string(&line).map_err(io::Error::from)?
        )?;
        io::stdout().flush()?;
    }
    Ok(0)
}

fn serve(options: &Options<'_>) -> Result<u8, Failure> {
    let person = options.get("person").unwrap_or("mari-liis");
    let demo = demo::find(person)
        .ok_or_else(|| Failure::usage(format!("no demonstration card {person}")))?;
    let generation = match options.get("profile") {
        None => demo.generation,
        Some("idemia") => Generation::Idemia,
        Some("cosmox") => Generation::IdemiaCosmoX,
        Some("thales") => Generation::Thales,
        Some(other) => return Err(Failure::usage(format!("no profile {other}"))),
    };
    let port = match options.get("port") {
        None => vpcd::PORT,
        Some(port) => port
            .parse()
            .map_err(|_| Failure::usage("the port is no number"))?,
    };
    let card = demo
        .card_on(generation, CardCodes::default())
        .map_err(|error| Failure {
            message: error.to_string(),
            code: 2,
        })?;
    writeln!(
        io::stderr(),
        "{} on {}, PIN1 {}, PIN2 {}, PUK {}",
        demo.id,
        generation.id(),
        demo::PIN1,
        demo::PIN2,
        demo::PUK
    )?;
    let address = (options.get("host").unwrap_or("127.0.0.1"), port);
    let served = match options.get("record") {
        None => vpcd::serve(&card, address),
        Some(path) => {
            let mut file = std::fs::File::create(path)?;
            writeln!(file, "ATR {}", hex::encode_upper(generation.atr()))?;
            vpcd::serve_observed(&card, address, &mut |command, answer| {
                let (command, answer) = (hex::encode_upper(command), hex::encode_upper(answer));
                writeln!(file, "\n> {command}\n< {answer}")
            })
        }
    };
    match served {
        // The reader was closed.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        other => other.map(|()| 0).map_err(Failure::from),
    }
}
