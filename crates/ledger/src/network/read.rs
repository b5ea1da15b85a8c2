//! Reading a network file: limits first, then JSON, then sense.

use std::collections::BTreeSet;

use super::{
    FORMAT, FORMAT_ISSUERS, MAX_DEPTH, MAX_ITEMS, MAX_NETWORK_FILE, Names, NetworkError,
    NetworkFile,
};

const MAX_TEXT: usize = 200;

pub(super) fn decode(bytes: &[u8]) -> Result<NetworkFile, NetworkError> {
    if bytes.len() > MAX_NETWORK_FILE {
        return Err(NetworkError::TooLong(bytes.len()));
    }
    if depth(bytes) > MAX_DEPTH {
        return Err(NetworkError::TooDeep);
    }
    if format_of(bytes).is_some_and(|format| !is_known(&format)) {
        return Err(NetworkError::UnknownFormat);
    }
    let file: NetworkFile =
        serde_json::from_slice(bytes).map_err(|error| NetworkError::Json(error.to_string()))?;
    check(&file)?;
    Ok(file)
}

/// Levels of objects and lists, brackets inside strings left out.
fn depth(bytes: &[u8]) -> usize {
    let (mut level, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                level += 1;
                deepest = deepest.max(level);
            }
            b'}' | b']' if !in_string => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The format a file of ours names, so that a newer one is called newer and not broken.
fn format_of(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Only {
        format: String,
    }
    let only: Only = serde_json::from_slice(bytes).ok()?;
    only.format
        .starts_with("toend-network/")
        .then_some(only.format)
}

fn is_known(format: &str) -> bool {
    format == FORMAT || format == FORMAT_ISSUERS
}

fn check(file: &NetworkFile) -> Result<(), NetworkError> {
    if !is_known(&file.format) {
        return Err(NetworkError::UnknownFormat);
    }
    let lists = [
        file.authorities.len(),
        file.registers.len(),
        file.rights.len(),
        file.validator_sets.len(),
        file.schemas.len(),
        file.pins.len(),
        file.minimum_suites.len(),
    ];
    if lists.iter().any(|len| *len > MAX_ITEMS) {
        return Err(NetworkError::Value("list length"));
    }
    ensure(
        !file.chain_id.is_empty() && file.chain_id.len() <= 50 && file.chain_id.is_ascii(),
        "chain_id",
    )?;
    ensure(
        file.first_height > 0 && file.checkpoint.height >= file.first_height,
        "checkpoint",
    )?;
    ensure(
        (1..=3650 * 86_400).contains(&file.trusting_period_s),
        "trusting_period_s",
    )?;
    names(&file.names)?;
    authorities(file)?;
    registers(file)?;
    ensure(
        increasing(file.validator_sets.iter().map(|set| set.from_height)),
        "validator_sets",
    )?;
    ensure(
        file.validators_at(file.checkpoint.height).is_some(),
        "validator_sets",
    )?;
    for set in &file.validator_sets {
        let power = set
            .validators
            .iter()
            .try_fold(0u64, |sum, v| sum.checked_add(v.power));
        ensure(
            !set.validators.is_empty() && set.validators.len() <= MAX_ITEMS,
            "validator_sets",
        )?;
        ensure(
            set.validators.iter().all(|v| v.power > 0),
            "validator power",
        )?;
        ensure(
            power.is_some_and(|power| power <= i64::MAX as u64 / 8),
            "validator power",
        )?;
        ensure(
            unique(set.validators.iter().map(|v| v.pub_key)),
            "validator_sets",
        )?;
    }
    ensure(
        increasing(file.schemas.iter().map(|schema| u64::from(schema.id))),
        "schemas",
    )?;
    let most = crate::commitment::MAX_POSITIONS;
    ensure(
        file.schemas
            .iter()
            .all(|schema| (1..=most).contains(&schema.positions)),
        "schemas",
    )?;
    ensure(increasing(file.pins.iter().map(|pin| pin.height)), "pins")?;
    ensure(
        increasing(file.pins.iter().map(|pin| u64::from(pin.year))),
        "pins",
    )?;
    ensure(
        increasing(file.minimum_suites.iter().map(|suite| suite.from_height)),
        "minimum_suites",
    )
}

fn authorities(file: &NetworkFile) -> Result<(), NetworkError> {
    ensure(!file.authorities.is_empty(), "authorities")?;
    ensure(
        unique(file.authorities.iter().map(|a| a.id.as_str())),
        "authorities",
    )?;
    ensure(
        unique(file.authorities.iter().map(|a| a.validator_pub_key)),
        "authorities",
    )?;
    for authority in &file.authorities {
        ensure(is_id(&authority.id), "authority id")?;
        names(&authority.names)?;
        ensure(
            is_endpoint(&authority.gateway) && is_endpoint(&authority.rpc),
            "endpoint",
        )?;
        ensure(
            authority.tls_issuer.is_none() || file.format == FORMAT_ISSUERS,
            "tls_issuer",
        )?;
    }
    Ok(())
}

fn registers(file: &NetworkFile) -> Result<(), NetworkError> {
    ensure(
        increasing(file.registers.iter().map(|r| u64::from(r.reg.0))),
        "registers",
    )?;
    ensure(
        unique(file.registers.iter().map(|r| r.id.as_str())),
        "registers",
    )?;
    for register in &file.registers {
        ensure(is_id(&register.id), "register id")?;
        names(&register.names)?;
        ensure(
            file.authority(&register.authority).is_some(),
            "register's authority",
        )?;
    }
    let heights: Vec<u64> = file.rights.iter().map(|right| right.from_height).collect();
    ensure(heights.is_sorted(), "rights")?;
    ensure(
        unique(
            file.rights
                .iter()
                .map(|right| (right.from_height, right.reg)),
        ),
        "rights",
    )?;
    for right in &file.rights {
        ensure(file.register(right.reg).is_some(), "rights")?;
        ensure(
            increasing(right.schemas.iter().map(|id| u64::from(*id))),
            "rights",
        )?;
        ensure(
            right.schemas.iter().all(|id| file.schema(*id).is_some()),
            "rights",
        )?;
    }
    Ok(())
}

const fn ensure(fine: bool, name: &'static str) -> Result<(), NetworkError> {
    if fine {
        Ok(())
    } else {
        Err(NetworkError::Value(name))
    }
}

fn names(names: &Names) -> Result<(), NetworkError> {
    let fine = [&names.et, &names.en, &names.ru].iter().all(|name| {
        !name.is_empty() && name.len() <= MAX_TEXT && !name.chars().any(char::is_control)
    });
    ensure(fine, "names")
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 40
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_endpoint(endpoint: &str) -> bool {
    endpoint.is_empty()
        || (endpoint.len() <= MAX_TEXT
            && (endpoint.starts_with("https://") || endpoint.starts_with("http://"))
            && endpoint.bytes().all(|b| b.is_ascii_graphic()))
}

fn increasing(mut numbers: impl Iterator<Item = u64>) -> bool {
    let mut last = None;
    numbers.all(|n| {
        let fine = last.is_none_or(|l| l < n);
        last = Some(n);
        fine
    })
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    let mut items = items;
    items.all(|item| seen.insert(item))
}
