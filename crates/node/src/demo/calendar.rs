//! Legal time of the demonstration: days as written, instants in Europe/Tallinn.

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset, Weekday};

/// A day from its ISO form. The demonstration writes only real days; the schema check refuses others.
pub(super) fn day(text: &str) -> Date {
    let mut parts = text
        .splitn(3, '-')
        .map(|part| part.parse::<u16>().unwrap_or(0));
    let (year, month, day) = (
        parts.next().unwrap_or(1),
        parts.next().unwrap_or(1),
        parts.next().unwrap_or(1),
    );
    Month::try_from(month as u8)
        .ok()
        .and_then(|month| Date::from_calendar_date(i32::from(year), month, day as u8).ok())
        .expect("the demonstration writes real days")
}

/// ISO form of a day.
pub(super) fn iso(day: Date) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}

/// Seconds since the Unix epoch of a wall-clock time in Tallinn.
pub(super) fn tallinn(date: &str, hour: u8, minute: u8) -> i64 {
    let date = day(date);
    let clock = Time::from_hms(hour, minute, 0).expect("the demonstration writes real times");
    let winter = PrimitiveDateTime::new(date, clock)
        .assume_offset(UtcOffset::from_hms(2, 0, 0).expect("two hours are an offset"));
    // Summer time runs between the last Sundays of March and October, 01:00 UTC; no demonstration time falls inside
    // the hour that the change skips or repeats.
    let (start, end) = (
        last_sunday(date.year(), Month::March),
        last_sunday(date.year(), Month::October),
    );
    let summer =
        (date > start || date == start && hour >= 4) && (date < end || date == end && hour < 3);
    winter.unix_timestamp() - if summer { 3600 } else { 0 }
}

fn last_sunday(year: i32, month: Month) -> Date {
    let mut day =
        Date::from_calendar_date(year, month, 31).expect("March and October have 31 days");
    while day.weekday() != Weekday::Sunday {
        day = day
            .previous_day()
            .expect("not the first day of the calendar");
    }
    day
}

/// The day `days` later.
pub(super) fn later(date: &str, days: i64) -> String {
    iso(day(date) + time::Duration::days(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallinn_is_two_or_three_hours_ahead() {
        assert_eq!(tallinn("2026-01-01", 2, 0), 1_767_225_600);
        assert_eq!(tallinn("2026-07-01", 3, 0), 1_782_864_000);
        assert_eq!(
            tallinn("2026-03-29", 4, 0),
            tallinn("2026-03-29", 2, 0) + 3600
        );
        assert_eq!(later("2024-02-28", 2), "2024-03-01");
    }
}
