//! CometBFT's own configuration, read for mistakes: CometBFT says nothing about a name that it does not know, and takes the
//! default instead.

use std::path::Path;

use super::{ConfigError, Source};
use crate::abci::server::Address;
use crate::comet::rpc::CometRpc;

/// Its name beside the genesis file.
const FILE: &str = "config.toml";
/// Most bytes that are read.
const MOST: u64 = 1 << 20;

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
    /// A length of time, as Go writes it.
    Period,
}

use Kind::{Flag, List, Number, Period, Text};

/// Every setting of the pinned release, by section; a test compares it with what CometBFT itself writes.
const SETTINGS: &[(&str, Kind, &str)] = &[
    (
        "",
        Text,
        "version proxy_app moniker db_backend db_dir log_level log_format genesis_file \
         priv_validator_key_file priv_validator_state_file priv_validator_laddr node_key_file abci",
    ),
    ("", Flag, "filter_peers"),
    ("", Number, "event_bus_buffer_capacity"),
    (
        "rpc",
        Text,
        "laddr grpc_laddr tls_cert_file tls_key_file pprof_laddr",
    ),
    (
        "rpc",
        List,
        "cors_allowed_origins cors_allowed_methods cors_allowed_headers",
    ),
    ("rpc", Flag, "unsafe experimental_close_on_slow_client"),
    (
        "rpc",
        Number,
        "grpc_max_open_connections max_open_connections max_subscription_clients \
         max_subscriptions_per_client experimental_subscription_buffer_size \
         experimental_websocket_write_buffer_size max_request_batch_size max_body_bytes max_header_bytes",
    ),
    ("rpc", Period, "timeout_broadcast_tx_commit"),
    (
        "p2p",
        Text,
        "laddr external_address seeds persistent_peers addr_book_file unconditional_peer_ids \
         private_peer_ids",
    ),
    (
        "p2p",
        Flag,
        "addr_book_strict pex seed_mode allow_duplicate_ip",
    ),
    (
        "p2p",
        Number,
        "max_num_inbound_peers max_num_outbound_peers max_packet_msg_payload_size send_rate recv_rate",
    ),
    (
        "p2p",
        Period,
        "persistent_peers_max_dial_period flush_throttle_timeout handshake_timeout dial_timeout",
    ),
    ("mempool", Text, "type wal_dir"),
    (
        "mempool",
        Flag,
        "recheck broadcast keep-invalid-txs-in-cache",
    ),
    ("mempool", Period, "recheck_timeout"),
    (
        "mempool",
        Number,
        "size max_txs_bytes cache_size max_tx_bytes max_batch_bytes \
         experimental_max_gossip_connections_to_persistent_peers \
         experimental_max_gossip_connections_to_non_persistent_peers",
    ),
    ("statesync", Flag, "enable"),
    ("statesync", Number, "trust_height max_snapshot_chunks"),
    (
        "statesync",
        Text,
        "rpc_servers trust_hash temp_dir chunk_fetchers",
    ),
    (
        "statesync",
        Period,
        "trust_period discovery_time chunk_request_timeout",
    ),
    ("blocksync", Text, "version"),
    ("consensus", Text, "wal_file"),
    (
        "consensus",
        Period,
        "timeout_propose timeout_propose_delta timeout_prevote timeout_prevote_delta timeout_precommit \
         timeout_precommit_delta timeout_commit create_empty_blocks_interval peer_gossip_sleep_duration \
         peer_query_maj23_sleep_duration block_time_tolerance",
    ),
    ("consensus", Number, "double_sign_check_height"),
    ("consensus", Flag, "skip_timeout_commit create_empty_blocks"),
    ("storage", Flag, "discard_abci_responses"),
    ("tx_index", Text, "indexer psql-conn"),
    ("instrumentation", Flag, "prometheus"),
    ("instrumentation", Number, "max_open_connections"),
    ("instrumentation", Text, "prometheus_listen_addr namespace"),
];

/// Reads the file beside the genesis file, if there is one: its form, names and kinds, and whether it leads to this
/// authority's program.
pub(super) fn check(genesis: &Path, abci: &Address, rpc: &CometRpc) -> Result<(), ConfigError> {
    let path = genesis.with_file_name(FILE);
    let Ok(metadata) = std::fs::metadata(&path) else {
        return Ok(());
    };
    let wrong = |line: usize, what: String| ConfigError {
        file: path.display().to_string(),
        line,
        what,
    };
    if metadata.len() > MOST {
        return Err(wrong(1, format!("at most {MOST} bytes are read")));
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|error| wrong(1, format!("the file cannot be read: {error}")))?;
    let source = Source {
        file: &path,
        text: &text,
    };
    let table: toml::Table = toml::from_str(&text)
        .map_err(|error| source.at(&error.span().unwrap_or(0..0), error.message().to_owned()))?;
    for (name, value) in &table {
        match value {
            toml::Value::Table(section) => {
                for (setting, value) in section {
                    one(name, setting, value)
                        .map_err(|what| wrong(line(&text, name, setting), what))?;
                }
                if !SETTINGS.iter().any(|(known, ..)| known == name) {
                    let what = format!("CometBFT knows no section [{name}]");
                    return Err(wrong(line(&text, name, ""), what));
                }
            }
            value => one("", name, value).map_err(|what| wrong(line(&text, "", name), what))?,
        }
    }
    let text_of = |section: &str, setting: &str| {
        let section = match section {
            "" => Some(&table),
            _ => table.get(section).and_then(toml::Value::as_table),
        };
        section?.get(setting)?.as_str()
    };
    let leads_here = text_of("", "proxy_app").is_none_or(|told| is_same(told, abci));
    if !leads_here {
        let what = format!(
            "the application listens elsewhere: proxy_app = \"{}\"",
            abci.proxy_app()
        );
        return Err(wrong(line(&text, "", "proxy_app"), what));
    }
    let port = |address: &str| Some(address.rsplit_once(':')?.1.to_owned());
    if let Some(told) = text_of("rpc", "laddr")
        && port(told) != port(rpc.address())
    {
        let what = format!(
            "the authority's program looks for CometBFT's RPC at {}",
            rpc.address()
        );
        return Err(wrong(line(&text, "rpc", "laddr"), what));
    }
    Ok(())
}

/// Whether CometBFT's address of the application is ours. Paths may be written in more than one way, and hosts too.
fn is_same(told: &str, abci: &Address) -> bool {
    let end = |address: &str| address.rsplit(['/', ':']).next().map(str::to_owned);
    let ours = abci.proxy_app();
    let kind = |address: &str| address.starts_with("unix://");
    kind(told) == kind(&ours) && end(told) == end(&ours)
}

/// Checks one setting.
fn one(section: &str, setting: &str, value: &toml::Value) -> Result<(), String> {
    let known = SETTINGS.iter().find(|(of, _, names)| {
        *of == section && names.split_whitespace().any(|name| name == setting)
    });
    let Some((_, kind, _)) = known else {
        let place = if section.is_empty() {
            "at the top".to_owned()
        } else {
            format!("in [{section}]")
        };
        return Err(format!(
            "CometBFT knows no `{setting}` {place}, and would take its default instead"
        ));
    };
    let (fits, wanted) = match kind {
        Text => (value.is_str(), "text in quotes"),
        Number => (value.is_integer(), "a whole number"),
        Flag => (value.is_bool(), "true or false"),
        List => (value.is_array(), "a list"),
        Period => (
            value.as_str().is_some_and(is_period),
            "a length of time in quotes, as \"300ms\"",
        ),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("`{setting}` wants {wanted}"))
    }
}

/// Whether Go reads it as a length of time.
fn is_period(text: &str) -> bool {
    let mut rest = text;
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if after.len() == rest.len() {
            return false;
        }
        let unit = ["ns", "us", "µs", "ms", "s", "m", "h"]
            .into_iter()
            .find(|unit| {
                after
                    .strip_prefix(unit)
                    .is_some_and(|then| !then.starts_with(char::is_alphabetic))
            });
        let Some(unit) = unit else { return false };
        rest = after.get(unit.len()..).unwrap_or_default();
    }
    !text.is_empty()
}

/// The line of a setting, or of its section.
fn line(text: &str, section: &str, setting: &str) -> usize {
    let mut now = String::new();
    let mut begins = 1;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            name.split(']')
                .next()
                .unwrap_or_default()
                .trim()
                .clone_into(&mut now);
            if now == section {
                begins = number;
            }
        }
        let name = line.split('=').next().unwrap_or_default().trim();
        if now == section && !setting.is_empty() && name.trim_matches('"') == setting {
            return number;
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_those_of_go() {
        for good in ["1s", "300ms", "336h0m0s", "1.5s", "0", "0s", "10µs"] {
            assert!(is_period(good), "{good}");
        }
        for bad in ["", "1", "s", "1 s", "1sec", "1d", "five"] {
            assert!(!is_period(bad), "{bad}");
        }
    }

    #[test]
    fn a_mistake_has_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let (genesis, file) = (folder.path().join("genesis.json"), folder.path().join(FILE));
        let abci = Address::Tcp("127.0.0.1:26658".to_owned());
        let rpc = CometRpc::new("http://127.0.0.1:26657").unwrap();
        let good = "proxy_app = \"tcp://127.0.0.1:26658\"\n\n[rpc]\nladdr = \"tcp://0.0.0.0:26657\"\n\
                    [consensus]\n# timeout_commit = x\ntimeout_commit = \"1s\"\ncreate_empty_blocks = true\n";
        assert_eq!(check(&genesis, &abci, &rpc), Ok(()), "none is there");
        std::fs::write(&file, good).unwrap();
        assert_eq!(check(&genesis, &abci, &rpc), Ok(()));
        for (from, to, line, what) in [
            (
                "timeout_commit = \"1s\"",
                "timeout_comit = \"1s\"",
                7,
                "timeout_comit",
            ),
            ("\"1s\"", "1", 7, "length of time"),
            ("= true", "= \"yes\"", 8, "true or false"),
            ("[consensus]", "[consesus]", 6, "no `"),
            ("laddr =", "laddr", 4, ""),
            (
                "= true\n",
                "= true\ncreate_empty_blocks = true\n",
                9,
                "duplicate",
            ),
            (
                "26658\"",
                "26659\"",
                1,
                "proxy_app = \"tcp://127.0.0.1:26658\"",
            ),
            ("26657", "26656", 4, "127.0.0.1:26657"),
        ] {
            std::fs::write(&file, good.replace(from, to)).unwrap();
            let error = check(&genesis, &abci, &rpc).unwrap_err();
            assert!(error.what.contains(what), "{error}");
            if to != "[consesus]" {
                assert_eq!(error.line, line, "{error}");
            }
            assert!(error.file.ends_with(FILE));
        }
    }
}
