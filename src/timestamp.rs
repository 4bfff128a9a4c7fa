//! Instants with nanoseconds, and the three ways that protocols write them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::protocol::scalar;
use crate::schema::TimestampFormat;

const SECONDS_A_DAY: i64 = 86_400;
/// 0000-01-01T00:00:00Z.
const FIRST_SECOND: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/// What the whole names of the days go on with.
const WEEKDAY_ENDS: [&str; 7] = ["day", "day", "sday", "nesday", "rsday", "day", "urday"];

/// An instant between the years 0 and 9999, in UTC, with nanoseconds.
///
/// `Display` writes RFC 3339; `FromStr` reads all the formats of [`TimestampFormat`].
///
/// ```
/// let timestamp: shapewire::Timestamp = "2010-05-08T23:59:59.25+02:00".parse()?;
/// assert_eq!(timestamp.to_string(), "2010-05-08T21:59:59.25Z");
/// assert_eq!((timestamp.seconds(), timestamp.nanoseconds()), (1_273_355_999, 250_000_000));
/// # Ok::<(), shapewire::timestamp::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanoseconds: u32,
}

/// A text that is none of the formats, or an instant outside the years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidTimestamp;

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a timestamp between the years 0 and 9999")
    }
}

impl std::error::Error for InvalidTimestamp {}

impl Timestamp {
    /// The instant `seconds` after (or before) 1970-01-01T00:00:00Z, and `nanoseconds` later.
    ///
    /// # Errors
    /// Outside the years 0 to 9999, or with 10⁹ nanoseconds and more.
    pub const fn new(seconds: i64, nanoseconds: u32) -> Result<Self, InvalidTimestamp> {
        if seconds < FIRST_SECOND || seconds > LAST_SECOND || nanoseconds > 999_999_999 {
            return Err(InvalidTimestamp);
        }
        Ok(Self { seconds, nanoseconds })
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds after the whole second.
    #[must_use]
    pub const fn nanoseconds(self) -> u32 {
        self.nanoseconds
    }

    /// The text in `format`, with as many digits after the second as are not zero.
    #[must_use]
    pub fn format(self, format: TimestampFormat) -> String {
        let fraction = self.fraction();
        match format {
            TimestampFormat::DateTime => {
                // Room for nanoseconds too: text that grows is moved.
                let mut text = Vec::with_capacity(30);
                text.extend_from_slice(&self.digits_in(*b"0000-00-00T00:00:00", [0, 2, 5, 8, 11, 14, 17]));
                text.extend_from_slice(fraction.as_bytes());
                text.push(b'Z');
                // What it is made of is ASCII.
                String::from_utf8(text).unwrap_or_default()
            }
            TimestampFormat::HttpDate => {
                let Civil { year, month, day, weekday, hour, minute, second } = Civil::from_seconds(self.seconds);
                let (weekday, month) = (WEEKDAYS[weekday], MONTHS[usize::try_from(month - 1).unwrap_or_default()]);
                format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02}{fraction} GMT")
            }
            TimestampFormat::EpochSeconds if self.seconds < 0 && self.nanoseconds > 0 => {
                // -1.25 is two seconds before 1970 and three quarters of one later.
                let mirrored = Self { seconds: -(self.seconds + 1), nanoseconds: 1_000_000_000 - self.nanoseconds };
                format!("-{}{}", mirrored.seconds, mirrored.fraction())
            }
            TimestampFormat::EpochSeconds => format!("{}{fraction}", self.seconds),
        }
    }

    /// RFC 3339 without punctuation and fraction, as signatures have it: `20150830T123600Z`.
    #[cfg(feature = "sigv4")]
    pub(crate) fn compact(self) -> [u8; 16] {
        self.digits_in(*b"00000000T000000Z", [0, 2, 4, 6, 9, 11, 13])
    }

    /// Year to second in a pattern, two digits at each of these places.
    #[inline]
    fn digits_in<const N: usize>(self, mut pattern: [u8; N], places: [usize; 7]) -> [u8; N] {
        let Civil { year, month, day, hour, minute, second, .. } = Civil::from_seconds(self.seconds);
        for (place, number) in places.into_iter().zip([year / 100, year % 100, month, day, hour, minute, second]) {
            pattern[place..place + 2].copy_from_slice(&two_digits(number));
        }
        pattern
    }

    fn fraction(self) -> String {
        if self.nanoseconds == 0 {
            return String::new();
        }
        format!(".{:09}", self.nanoseconds).trim_end_matches('0').to_owned()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.format(TimestampFormat::DateTime))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads RFC 3339 (an absent offset means UTC), seconds since 1970, and HTTP dates in their three
    /// forms. Digits beyond nanoseconds are cut off.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let text = scalar::trim(text);
        let bytes = text.as_bytes();
        if bytes.get(4) == Some(&b'-') && bytes[..4].iter().all(u8::is_ascii_digit) {
            read_date_time(text)
        } else if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
            read_http_date(text)
        } else {
            read_epoch_seconds(text)
        }
        .ok_or(InvalidTimestamp)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(time: SystemTime) -> Result<Self, InvalidTimestamp> {
        let (seconds, nanoseconds) = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => (i64::try_from(after.as_secs()), after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                let seconds = i64::try_from(before.as_secs()).map(|seconds| -seconds);
                match before.subsec_nanos() {
                    0 => (seconds, 0),
                    nanoseconds => (seconds.map(|seconds| seconds - 1), 1_000_000_000 - nanoseconds),
                }
            }
        };
        Self::new(seconds.map_err(|_| InvalidTimestamp)?, nanoseconds)
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        let seconds = Duration::from_secs(timestamp.seconds.unsigned_abs());
        let whole = if timestamp.seconds < 0 { Self::UNIX_EPOCH - seconds } else { Self::UNIX_EPOCH + seconds };
        whole + Duration::from_nanos(timestamp.nanoseconds.into())
    }
}

/// A date and a time of day in the proleptic Gregorian calendar.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    fn from_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(SECONDS_A_DAY);
        let time = seconds.rem_euclid(SECONDS_A_DAY);
        // Days are counted from 0000-03-01, so that the leap day is the last of its year, in eras of 400 years.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or_default(),
            hour: time / 3_600,
            minute: time % 3_600 / 60,
            second: time % 60,
        }
    }

    /// Days since 1970-01-01, if the date exists.
    fn days(year: i64, month: i64, day: i64) -> Option<i64> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days_in_month = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days_in_month).contains(&day) {
            return None;
        }
        let year = year - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(era * 146_097 + day_of_era - 719_468)
    }
}

/// The digits of a number below 100.
fn two_digits(value: i64) -> [u8; 2] {
    let digit = |number| b'0' + u8::try_from(number).unwrap_or_default();
    [digit(value / 10), digit(value % 10)]
}

/// Takes what a format expects from the front of a text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, count: std::ops::RangeInclusive<usize>) -> Option<i64> {
        let (mut value, mut length) = (0, 0);
        while length < *count.end()
            && let Some(digit @ b'0'..=b'9') = self.0.get(length)
        {
            value = value * 10 + i64::from(digit - b'0');
            length += 1;
        }
        self.0 = &self.0[length..];
        (length >= *count.start()).then_some(value)
    }
    /// A number of so many digits.
    fn number<const N: usize>(&mut self) -> Option<i64> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))
    }
    fn one_of(&mut self, characters: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| characters.contains(first))?;
        self.0 = rest;
        Some(*first)
    }
    fn literal(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text.as_bytes())?;
        Some(())
    }
    fn word(&mut self, words: &[&str]) -> Option<i64> {
        let index = words.iter().position(|word| self.0.starts_with(word.as_bytes()))?;
        self.0 = &self.0[words[index].len()..];
        i64::try_from(index).ok()
    }
    /// `hh:mm:ss`, in seconds of the day. A leap second counts as the one after.
    fn time(&mut self) -> Option<i64> {
        let hour = self.number::<2>()?;
        self.literal(":")?;
        let minute = self.number::<2>()?;
        self.literal(":")?;
        let second = self.number::<2>()?;
        (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3_600 + minute * 60 + second)
    }
    /// `.` and digits, in nanoseconds; nothing is zero.
    fn fraction(&mut self) -> Option<u32> {
        if self.literal(".").is_none() {
            return Some(0);
        }
        let (mut value, mut length) = (0, 0);
        while let Some(digit @ b'0'..=b'9') = self.0.get(length) {
            if length < 9 {
                value = value * 10 + u32::from(digit - b'0');
            }
            length += 1;
        }
        self.0 = &self.0[length..];
        for _ in length..9 {
            value *= 10;
        }
        (length > 0).then_some(value)
    }
    fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

fn read_date_time(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.number::<4>()?;
    cursor.literal("-")?;
    let month = cursor.number::<2>()?;
    cursor.literal("-")?;
    let day = cursor.number::<2>()?;
    cursor.one_of(b"Tt ")?;
    let time = cursor.time()?;
    let nanoseconds = cursor.fraction()?;
    let offset = match cursor.one_of(b"Zz+-") {
        None | Some(b'Z' | b'z') => 0,
        Some(sign) => {
            let hours = cursor.number::<2>()?;
            let _ = cursor.literal(":");
            let minutes = cursor.number::<2>()?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3_600 + minutes * 60;
            if sign == b'-' { -seconds } else { seconds }
        }
    };
    cursor.end()?;
    let days = Civil::days(year, month, day)?;
    Timestamp::new(days * SECONDS_A_DAY + time - offset, nanoseconds).ok()
}

/// The form that is written today, and the two that RFC 9110 (section 5.6.7) wants to be read: RFC 850's, and that of `asctime`.
fn read_http_date(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let weekday = usize::try_from(cursor.word(&WEEKDAYS)?).ok()?;
    if cursor.literal(", ").is_some() {
        read_current_date(cursor)
    } else if cursor.literal(" ").is_some() {
        read_asctime(cursor)
    } else {
        cursor.literal(WEEKDAY_ENDS[weekday])?;
        cursor.literal(", ")?;
        read_rfc_850(cursor)
    }
}

/// `06 Nov 1994 08:49:37 GMT`.
fn read_current_date(mut cursor: Cursor<'_>) -> Option<Timestamp> {
    let day = cursor.digits(1..=2)?;
    cursor.literal(" ")?;
    let month = cursor.word(&MONTHS)? + 1;
    cursor.literal(" ")?;
    let year = cursor.number::<4>()?;
    cursor.literal(" ")?;
    let time = cursor.time()?;
    let nanoseconds = cursor.fraction()?;
    cursor.literal(" GMT")?;
    cursor.end()?;
    Timestamp::new(Civil::days(year, month, day)? * SECONDS_A_DAY + time, nanoseconds).ok()
}

/// `06-Nov-94 08:49:37 GMT`. The years are 1969 to 2068, as POSIX has it.
fn read_rfc_850(mut cursor: Cursor<'_>) -> Option<Timestamp> {
    let day = cursor.number::<2>()?;
    cursor.literal("-")?;
    let month = cursor.word(&MONTHS)? + 1;
    cursor.literal("-")?;
    let year = cursor.number::<2>()?;
    let year = year + if year < 69 { 2000 } else { 1900 };
    cursor.literal(" ")?;
    let time = cursor.time()?;
    cursor.literal(" GMT")?;
    cursor.end()?;
    Timestamp::new(Civil::days(year, month, day)? * SECONDS_A_DAY + time, 0).ok()
}

/// `Nov  6 08:49:37 1994`.
fn read_asctime(mut cursor: Cursor<'_>) -> Option<Timestamp> {
    let month = cursor.word(&MONTHS)? + 1;
    cursor.literal(" ")?;
    let day = if cursor.literal(" ").is_some() { cursor.number::<1>()? } else { cursor.number::<2>()? };
    cursor.literal(" ")?;
    let time = cursor.time()?;
    cursor.literal(" ")?;
    let year = cursor.number::<4>()?;
    cursor.end()?;
    Timestamp::new(Civil::days(year, month, day)? * SECONDS_A_DAY + time, 0).ok()
}

fn read_epoch_seconds(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let negative = cursor.one_of(b"-+") == Some(b'-');
    let seconds = cursor.digits(1..=15)?;
    let nanoseconds = cursor.fraction()?;
    if cursor.one_of(b"eE").is_some() {
        return read_exponent(text);
    }
    cursor.end()?;
    match (negative, nanoseconds) {
        (false, _) => Timestamp::new(seconds, nanoseconds),
        (true, 0) => Timestamp::new(-seconds, 0),
        (true, _) => Timestamp::new(-seconds - 1, 1_000_000_000 - nanoseconds),
    }
    .ok()
}

/// `1.2733559995E9`, as some JSON writers put it, to the microsecond that such a number can hold.
fn read_exponent(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.parse().ok()?;
    if !(-1e12..=1e12).contains(&seconds) {
        return None;
    }
    read_epoch_seconds(&format!("{seconds:.6}"))
}
