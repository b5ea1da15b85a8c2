use super::FormatError;

/// A point in time as CometBFT counts it: seconds since 1970-01-01T00:00:00Z and nanoseconds, years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    secs: i64,
    nanos: u32,
}

/// 0001-01-01T00:00:00Z, Go's zero time.
const MIN_SECS: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const MAX_SECS: i64 = 253_402_300_799;
const NANOS_PER_SEC: i128 = 1_000_000_000;

impl Time {
    /// Go's zero time, which stands for "none" in absent votes.
    pub const ZERO: Self = Self {
        secs: MIN_SECS,
        nanos: 0,
    };
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self { secs: 0, nanos: 0 };

    /// Seconds since 1970 and nanoseconds below 10⁹.
    pub const fn new(secs: i64, nanos: u32) -> Result<Self, FormatError> {
        if secs < MIN_SECS || secs > MAX_SECS || nanos >= 1_000_000_000 {
            return Err(FormatError::Time);
        }
        Ok(Self { secs, nanos })
    }

    /// From milliseconds since 1970.
    pub fn from_millis(millis: u64) -> Result<Self, FormatError> {
        let secs = i64::try_from(millis / 1000).map_err(|_| FormatError::Time)?;
        Self::new(secs, (millis % 1000) as u32 * 1_000_000)
    }

    /// Whole seconds since 1970, rounded towards the past.
    pub const fn secs(self) -> i64 {
        self.secs
    }

    /// Nanoseconds within the second.
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// Milliseconds since 1970, rounded towards the past; 0 before 1970.
    pub fn millis(self) -> u64 {
        u64::try_from(self.secs).map_or(0, |secs| secs * 1000 + u64::from(self.nanos / 1_000_000))
    }

    /// Nanoseconds since 1970.
    pub fn unix_nanos(self) -> i128 {
        i128::from(self.secs) * NANOS_PER_SEC + i128::from(self.nanos)
    }

    /// From nanoseconds since 1970.
    pub fn from_unix_nanos(nanos: i128) -> Result<Self, FormatError> {
        let secs = i64::try_from(nanos.div_euclid(NANOS_PER_SEC)).map_err(|_| FormatError::Time)?;
        Self::new(secs, nanos.rem_euclid(NANOS_PER_SEC) as u32)
    }

    /// RFC 3339 with up to nine fractional digits, `Z` or an offset.
    pub fn parse_rfc3339(text: &str) -> Result<Self, FormatError> {
        parse(text.as_bytes()).ok_or(FormatError::Time)
    }

    /// RFC 3339 in UTC, fraction without trailing zeros, as Go's `RFC3339Nano` writes it.
    pub fn to_rfc3339(self) -> String {
        let days = self.secs.div_euclid(86_400);
        let second = self.secs.rem_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        let mut out = format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        if self.nanos != 0 {
            let fraction = format!("{:09}", self.nanos);
            out.push('.');
            out.push_str(fraction.trim_end_matches('0'));
        }
        out.push('Z');
        out
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

fn parse(text: &[u8]) -> Option<Time> {
    // Longest form: 2006-01-02T15:04:05.999999999+07:00.
    if text.len() > 35 {
        return None;
    }
    let mut at = Cursor { rest: text };
    let year = at.digits(4)?;
    at.expect(b"-")?;
    let month = at.digits(2)?;
    at.expect(b"-")?;
    let day = at.digits(2)?;
    at.expect(b"Tt")?;
    let hour = at.digits(2)?;
    at.expect(b":")?;
    let minute = at.digits(2)?;
    at.expect(b":")?;
    let second = at.digits(2)?;
    let mut nanos = 0;
    if at.expect(b".").is_some() {
        let count = at.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if count == 0 || count > 9 {
            return None;
        }
        nanos = at.digits(count)? * 10_i64.pow(9 - count as u32);
    }
    let offset = if at.expect(b"Zz").is_some() {
        0
    } else {
        let sign = if at.expect(b"+").is_some() {
            1
        } else {
            at.expect(b"-").map(|()| -1)?
        };
        let hours = at.digits(2)?;
        at.expect(b":")?;
        let minutes = at.digits(2)?;
        if hours > 23 || minutes > 59 {
            return None;
        }
        sign * (hours * 3600 + minutes * 60)
    };
    let in_range = at.rest.is_empty()
        && year >= 1
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_range {
        return None;
    }
    let secs =
        days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Time::new(secs, u32::try_from(nanos).ok()?).ok()
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (head, tail) = self.rest.split_at_checked(count)?;
        self.rest = tail;
        head.iter().try_fold(0, |value, b| {
            b.is_ascii_digit().then(|| value * 10 + i64::from(b - b'0'))
        })
    }

    fn expect(&mut self, any_of: &[u8]) -> Option<()> {
        let (first, tail) = self.rest.split_first()?;
        any_of.contains(first).then(|| self.rest = tail)
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date. The year is taken to begin in March, so that the leap day is its last.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}
