//! What the authorities agree on before anybody makes keys.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toend_ledger::genesis::MOST_FILINGS_PER_GATEWAY;
use toend_ledger::genesis::demo::{REGISTERS, Register};
use toend_ledger::hash::{Hash, h};
use toend_ledger::network::Names;
use toend_ledger::state::Reg;
use toml::Spanned;

use super::read_text;
use crate::authority::ConfigError;
use crate::authority::config::Source;

/// The format that this program reads and writes.
const FORMAT: &str = "toend-terms/1";
/// Filings of one gateway in one block where the terms do not say: 4096 of four gateways are an eighth of a block.
const FILINGS_PER_GATEWAY: u32 = 2048;

/// The terms of a network.
#[derive(Clone, Debug)]
pub struct Terms {
    file: PathBuf,
    text: String,
    pub(super) chain_id: String,
    pub(super) names: Names,
    pub(super) genesis_time: String,
    pub(super) genesis_time_s: u64,
    pub(super) block: Duration,
    pub(super) tick: Duration,
    pub(super) least_batch: u32,
    pub(super) filings_per_gateway: u32,
    pub(super) members: Vec<Member>,
}

/// One authority of the terms; its number is its place.
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) id: String,
    pub(super) names: Names,
    pub(super) power: u64,
    /// Where the other authorities' nodes reach its node: `HOST:PORT`.
    pub(super) p2p: String,
    pub(super) gateway: String,
    pub(super) rpc: String,
    /// SHA-256 of the public key of whoever issues its gateway's certificates.
    pub(super) tls_issuer: Option<Hash>,
    pub(super) register: Option<Register>,
    place: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Spanned<String>,
    chain_id: Spanned<String>,
    genesis_time: Spanned<String>,
    block_ms: Spanned<u64>,
    tick_ms: Spanned<u64>,
    least_batch: Spanned<u32>,
    filings_per_gateway: Option<Spanned<u32>>,
    names: Spanned<Names>,
    authority: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    names: Spanned<Names>,
    power: Spanned<u64>,
    p2p: Spanned<String>,
    gateway: Spanned<String>,
    rpc: Spanned<String>,
    tls_issuer: Option<Spanned<String>>,
    register: Option<Spanned<u16>>,
}

/// Terms about to be written down.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name of the chain.
    pub chain_id: String,
    /// Names of the network.
    pub names: Names,
    /// When the ledger begins, Unix seconds.
    pub genesis_time_s: u64,
    /// Time between two blocks.
    pub block: Duration,
    /// Time between two batches of a register.
    pub tick: Duration,
    /// The authorities.
    pub members: Vec<DraftMember>,
}

/// One authority of a [`Draft`].
#[derive(Clone, Debug)]
pub struct DraftMember {
    /// Machine-readable name.
    pub id: String,
    /// Names for people.
    pub names: Names,
    /// `HOST:PORT` among nodes.
    pub p2p: String,
    /// Where people's programs ask.
    pub gateway: String,
    /// Where light clients ask.
    pub rpc: String,
    /// SHA-256 of the public key of whoever issues its gateway's certificates; none for the public authorities.
    pub tls_issuer: Option<Hash>,
    /// The register it keeps.
    pub register: Option<Reg>,
}

impl Draft {
    /// The text of the terms.
    pub fn text(&self) -> String {
        let time = i64::try_from(self.genesis_time_s)
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .and_then(|time| time.format(&Rfc3339).ok())
            .unwrap_or_default();
        let mut text = format!(
            "# What the authorities of a network agree on before anybody makes keys. Everybody uses this file, to the byte.\n\
             format = \"{FORMAT}\"\n\
             chain_id = {chain_id}\n\
             genesis_time = \"{time}\"\n\
             block_ms = {block}\n\
             tick_ms = {tick}\n\
             least_batch = 8\n\
             names = {names}\n",
            chain_id = quoted(&self.chain_id),
            block = self.block.as_millis(),
            tick = self.tick.as_millis(),
            names = in_three(&self.names),
        );
        for (number, member) in self.members.iter().enumerate() {
            let _ = write!(
                text,
                "\n# Authority {number}.\n\
                 [[authority]]\n\
                 id = {id}\n\
                 names = {names}\n\
                 power = 10\n\
                 p2p = {p2p}\n\
                 gateway = {gateway}\n\
                 rpc = {rpc}\n",
                id = quoted(&member.id),
                names = in_three(&member.names),
                p2p = quoted(&member.p2p),
                gateway = quoted(&member.gateway),
                rpc = quoted(&member.rpc),
            );
            if let Some(issuer) = &member.tls_issuer {
                let _ = writeln!(text, "tls_issuer = \"{}\"", hex::encode(issuer));
            }
            if let Some(reg) = member.register {
                let _ = writeln!(text, "register = {reg}");
            }
        }
        text
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn in_three(names: &Names) -> String {
    format!(
        "{{ et = {}, en = {}, ru = {} }}",
        quoted(&names.et),
        quoted(&names.en),
        quoted(&names.ru)
    )
}

impl Terms {
    /// Reads a file of terms.
    ///
    /// # Errors
    /// The mistake with its line.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, read_text(path)?)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// As [`Terms::read`].
    pub fn parse(path: &Path, text: String) -> Result<Self, ConfigError> {
        let source = Source {
            file: path,
            text: &text,
        };
        let file: File = toml::from_str(&text).map_err(|error| {
            source.at(&error.span().unwrap_or(0..0), error.message().to_owned())
        })?;
        let must = |fine: bool, span: Range<usize>, what: &str| {
            if fine {
                Ok(())
            } else {
                Err(source.at(&span, what))
            }
        };
        let format = format!("the format must be \"{FORMAT}\"");
        must(file.format.get_ref() == FORMAT, file.format.span(), &format)?;
        let chain_id = file.chain_id.get_ref();
        let fine =
            (1..=50).contains(&chain_id.len()) && chain_id.bytes().all(|b| b.is_ascii_graphic());
        let what = "a chain's name has 1 to 50 printable ASCII characters";
        must(fine, file.chain_id.span(), what)?;
        let genesis_time_s = whole_seconds(file.genesis_time.get_ref()).ok_or_else(|| {
            let what = "a time of the form 2026-11-22T12:00:00Z is expected";
            source.at(&file.genesis_time.span(), what)
        })?;
        let what = "blocks come every 50 to 5000 milliseconds";
        let fine = (50..=5000).contains(file.block_ms.get_ref());
        must(fine, file.block_ms.span(), what)?;
        let what = "batches come every 1 to 3600000 milliseconds";
        let fine = (1..=3_600_000).contains(file.tick_ms.get_ref());
        must(fine, file.tick_ms.span(), what)?;
        let what = "this least batch makes no sizes of batches; 8 is usual";
        let fine = toend_ledger::tx::bucket(0, *file.least_batch.get_ref()).is_some();
        must(fine, file.least_batch.span(), what)?;
        let filings = file.filings_per_gateway;
        if let Some(said) = &filings {
            let fine = (1..=MOST_FILINGS_PER_GATEWAY).contains(said.get_ref());
            let what = "a gateway's share of a block is 1 to 16384 filings";
            must(fine, said.span(), what)?;
        }
        let count = file.authority.len();
        if !(4..=16).contains(&count) {
            let place = file.authority.last().map_or(0..0, |last| last.id.span());
            let what =
                format!("a network has 4 to 16 authorities, not {count}: with four, one may fail");
            return Err(source.at(&place, what));
        }
        let mut members: Vec<Member> = Vec::new();
        for entry in file.authority {
            let member = member(&source, entry, &members)?;
            members.push(member);
        }
        if members.iter().all(|member| member.register.is_none()) {
            return Err(source.at(&(0..0), "no authority keeps a register"));
        }
        Ok(Self {
            chain_id: file.chain_id.into_inner(),
            names: file.names.into_inner(),
            genesis_time: file.genesis_time.into_inner(),
            genesis_time_s,
            block: Duration::from_millis(file.block_ms.into_inner()),
            tick: Duration::from_millis(file.tick_ms.into_inner()),
            least_batch: file.least_batch.into_inner(),
            filings_per_gateway: filings.map_or(FILINGS_PER_GATEWAY, Spanned::into_inner),
            members,
            file: path.to_path_buf(),
            text,
        })
    }

    /// What every public half names, so that none serves for other terms.
    pub fn digest(&self) -> Hash {
        h("terms", &[self.text.as_bytes()])
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The register that an authority keeps; none for an authority that the terms do not know.
    pub(super) fn member(&self, number: u16) -> Option<&Member> {
        self.members.get(usize::from(number))
    }

    /// A mistake where an authority stands.
    pub(super) fn at_member(&self, member: &Member, what: String) -> ConfigError {
        let source = Source {
            file: &self.file,
            text: &self.text,
        };
        source.at(&member.place, what)
    }
}

fn member(source: &Source<'_>, entry: Entry, before: &[Member]) -> Result<Member, ConfigError> {
    let id = entry.id.get_ref();
    let fine = (1..=40).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fine || before.iter().any(|other| other.id == *id) {
        let what = "an id of its own is expected: 1 to 40 of a-z, 0-9 and -";
        return Err(source.at(&entry.id.span(), what));
    }
    if !(1..=1_000_000).contains(entry.power.get_ref()) {
        return Err(source.at(&entry.power.span(), "a power of 1 to 1000000 is expected"));
    }
    let p2p = entry.p2p.get_ref();
    if host_and_port(p2p).is_none() || before.iter().any(|other| other.p2p == *p2p) {
        let what = "an address of its own of the form HOST:PORT is expected";
        return Err(source.at(&entry.p2p.span(), what));
    }
    for address in [&entry.gateway, &entry.rpc] {
        let text = address.get_ref();
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        let fine = host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
            && text.len() <= 128
            && text.bytes().all(|b| b.is_ascii_graphic());
        if !fine {
            let what = "an address of the form https://HOST or https://HOST:PORT is expected";
            return Err(source.at(&address.span(), what));
        }
    }
    let register = match &entry.register {
        None => None,
        Some(number) => {
            let known = REGISTERS.iter().find(|one| one.reg.0 == *number.get_ref());
            let taken = before
                .iter()
                .filter_map(|other| other.register)
                .any(|other| other.reg.0 == *number.get_ref());
            match known {
                Some(register) if !taken => Some(*register),
                _ => {
                    let what =
                        "the number of a known register that no other authority keeps is expected";
                    return Err(source.at(&number.span(), what));
                }
            }
        }
    };
    let tls_issuer = match &entry.tls_issuer {
        None => None,
        Some(text) => {
            let mut issuer = [0; 32];
            hex::decode_to_slice(text.get_ref(), &mut issuer).map_err(|_| {
                let what =
                    "the SHA-256 of the issuer's public key is expected: 64 hexadecimal digits";
                source.at(&text.span(), what)
            })?;
            Some(issuer)
        }
    };
    Ok(Member {
        tls_issuer,
        place: entry.id.span(),
        id: entry.id.into_inner(),
        names: entry.names.into_inner(),
        power: entry.power.into_inner(),
        p2p: entry.p2p.into_inner(),
        gateway: entry.gateway.into_inner(),
        rpc: entry.rpc.into_inner(),
        register,
    })
}

/// Host and port of an address among nodes.
pub(super) fn host_and_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let fine = !host.is_empty()
        && address.len() <= 128
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
    port.parse().ok().filter(|_| fine).map(|port| (host, port))
}

/// Unix seconds of an RFC 3339 time in whole seconds of UTC.
fn whole_seconds(text: &str) -> Option<u64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let whole = text.ends_with('Z') && time.nanosecond() == 0;
    u64::try_from(time.unix_timestamp()).ok().filter(|_| whole)
}
