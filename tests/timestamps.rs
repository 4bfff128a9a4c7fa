//! Timestamps in the protocols' three formats.

use std::time::{Duration, SystemTime};

use fastrand::Rng;
use shapewire::Timestamp;
use shapewire::schema::TimestampFormat::{DateTime, EpochSeconds, HttpDate};

#[test]
fn known_instants() {
    for (seconds, nanoseconds, date_time, epoch, http_date) in [
        (0, 0, "1970-01-01T00:00:00Z", "0", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_273_363_199, 500_000_000, "2010-05-08T23:59:59.5Z", "1273363199.5", "Sat, 08 May 2010 23:59:59.5 GMT"),
        (
            951_782_400,
            1,
            "2000-02-29T00:00:00.000000001Z",
            "951782400.000000001",
            "Tue, 29 Feb 2000 00:00:00.000000001 GMT",
        ),
        (-1, 250_000_000, "1969-12-31T23:59:59.25Z", "-0.75", "Wed, 31 Dec 1969 23:59:59.25 GMT"),
        (-2_208_988_800, 0, "1900-01-01T00:00:00Z", "-2208988800", "Mon, 01 Jan 1900 00:00:00 GMT"),
        (
            253_402_300_799,
            999_999_999,
            "9999-12-31T23:59:59.999999999Z",
            "253402300799.999999999",
            "Fri, 31 Dec 9999 23:59:59.999999999 GMT",
        ),
        (-62_167_219_200, 0, "0000-01-01T00:00:00Z", "-62167219200", "Sat, 01 Jan 0000 00:00:00 GMT"),
    ] {
        let timestamp = Timestamp::new(seconds, nanoseconds).unwrap();
        assert_eq!(timestamp.format(DateTime), date_time);
        assert_eq!(timestamp.format(EpochSeconds), epoch);
        assert_eq!(timestamp.format(HttpDate), http_date);
    }
}

#[test]
fn all_spellings_are_read() {
    let read = |text: &str| text.parse::<Timestamp>().map(|timestamp| timestamp.to_string());
    for text in [
        "2010-05-08T23:59:59Z",
        "2010-05-08t23:59:59z",
        "2010-05-08 23:59:59",
        "2010-05-09T01:59:59+02:00",
        "2010-05-08T20:29:59-0330",
        " 1273363199\n",
        "1273363199.0",
        "+1273363199",
        "1.273363199E9",
        "Sat, 08 May 2010 23:59:59 GMT",
        "Sat, 8 May 2010 23:59:59 GMT",
        "Saturday, 08-May-10 23:59:59 GMT",
        "Sat May  8 23:59:59 2010",
        "Sat May 08 23:59:59 2010",
    ] {
        assert_eq!(read(text).as_deref(), Ok("2010-05-08T23:59:59Z"), "{text}");
    }
    for (text, expected) in [
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Wednesday, 31-Dec-69 23:59:59 GMT", "1969-12-31T23:59:59Z"),
        ("Tuesday, 01-Jan-68 00:00:00 GMT", "2068-01-01T00:00:00Z"),
        ("Thu Jan  1 00:00:00 1970", "1970-01-01T00:00:00Z"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
    assert_eq!(read("2016-12-31T23:59:60Z").as_deref(), Ok("2017-01-01T00:00:00Z"), "a leap second");
    assert_eq!(read("2010-05-08T23:59:59.123456789987Z").as_deref(), Ok("2010-05-08T23:59:59.123456789Z"));
    for text in [
        "",
        "T",
        "x",
        "2010-05-08",
        "2010-13-01T00:00:00Z",
        "2010-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2010-05-08T24:00:00Z",
        "2010-05-08T23:60:00Z",
        "2010-05-08T23:59:61Z",
        "2010-05-08T23:59:59.Z",
        "2010-05-08T23:59:59+24:00",
        "2010-05-08T23:59:59Zx",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00+00:01",
        "253402300800",
        "-62167219201",
        "1e300",
        "NaN",
        "1.",
        "--1",
        "Sat, 08 May 2010 23:59:59 PST",
        "Sat, 32 May 2010 23:59:59 GMT",
        "Foo, 08 May 2010 23:59:59 GMT",
        "Saturday, 08-May-2010 23:59:59 GMT",
        "Saturday, 08-May-10 23:59:59",
        "Sunrday, 08-May-10 23:59:59 GMT",
        "Saturday",
        "Sat",
        "Sat ",
        "Sat May 8 23:59:59 2010",
        "Sat May   8 23:59:59 2010",
        "Sat May 31 23:59:59 2010 GMT",
        "Sat Feb 30 23:59:59 2010",
        "2010-05-0\u{e9}T00:00:00Z",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    assert!(Timestamp::new(0, 1_000_000_000).is_err());
}

#[test]
fn every_format_survives() {
    let seed = Rng::new().u64(..);
    println!("seed {seed}");
    let mut random = Rng::with_seed(seed);
    for _ in 0..20_000 {
        let timestamp =
            Timestamp::new(random.i64(-62_167_219_200..=253_402_300_799), random.u32(..1_000_000_000)).unwrap();
        for format in [DateTime, EpochSeconds, HttpDate] {
            let text = timestamp.format(format);
            assert_eq!(text.parse(), Ok(timestamp), "{text}");
        }
    }
}

#[test]
fn system_time_there_and_back() {
    for (time, text) in [
        (SystemTime::UNIX_EPOCH + Duration::new(1_273_363_199, 5), "2010-05-08T23:59:59.000000005Z"),
        (SystemTime::UNIX_EPOCH - Duration::new(0, 250_000_000), "1969-12-31T23:59:59.75Z"),
    ] {
        let timestamp = Timestamp::try_from(time).unwrap();
        assert_eq!(timestamp.to_string(), text);
        assert_eq!(SystemTime::from(timestamp), time);
    }
}
