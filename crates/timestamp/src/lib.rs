//! The time as C's `ctime` writes it, in brackets before a message: `[Thu May 10 22:00:19 2018] `.
//!
//! The day of the month is padded with a space: `[Wed May  9 20:44:11 2018] `.

mod echo_reader;
pub mod session;
pub mod utf8;

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Local, TimeZone};

pub use echo_reader::{EchoReader, NotAnEcho};

/// A timestamp with its brackets and the space after them.
pub type Timestamp = [u8; LEN];

/// The length of a timestamp, in bytes.
pub const LEN: usize = 27;

/// Returns the current local time.
pub fn now() -> Timestamp {
    // All threads share the timestamp of the current second. To look up the time zone and format the time takes chrono
    // 1.1 µs, a seventh of what echo-server needs for a message in one of many sessions. To copy the timestamp takes 0.1 µs.
    static LAST: Mutex<(u64, Timestamp)> = Mutex::new((0, [b' '; LEN]));
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let second = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    if last.0 != second {
        *last = (second, format(Local::now()));
    }
    last.1
}

/// Whether the bytes begin with something that has the form of a timestamp.
pub fn is_timestamp(bytes: &[u8]) -> bool {
    bytes.len() >= LEN && may_become_timestamp(bytes)
}

/// Whether the bytes have the form of a timestamp, or of the beginning of one.
pub fn may_become_timestamp(bytes: &[u8]) -> bool {
    const FORM: &Timestamp = b"[Aaa Aaa _0 00:00:00 0000] ";
    FORM.iter().zip(bytes).all(|(form, byte)| match form {
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'0' => byte.is_ascii_digit(),
        b'_' => byte.is_ascii_digit() || *byte == b' ',
        other => byte == other,
    })
}

fn format<Tz: TimeZone<Offset: std::fmt::Display>>(time: DateTime<Tz>) -> Timestamp {
    let text = time.format("[%a %b %e %H:%M:%S %Y] ").to_string();
    let mut timestamp = [b' '; LEN];
    // From the year 10000 on, the text is longer.
    timestamp.copy_from_slice(&text.as_bytes()[..LEN]);
    timestamp
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn the_format_is_that_of_ctime() {
        let time = |day| Utc.with_ymd_and_hms(2018, 5, day, 22, 0, 19).single().expect("a time");
        assert_eq!(&format(time(10)), b"[Thu May 10 22:00:19 2018] ");
        assert_eq!(&format(time(9)), b"[Wed May  9 22:00:19 2018] ");
    }

    #[test]
    fn a_timestamp_is_recognized_by_its_form() {
        assert!(is_timestamp(b"[Wed May  9 20:44:11 2018] and more"));
        assert!(is_timestamp(&now()));
        for other in ["[Wed May  9 20:44:11 2018]", "[Wed May  9 20-44-11 2018] ", "[wed May  9 20:44:11 2018] ", ""] {
            assert!(!is_timestamp(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn now_returns_the_current_second() {
        let (before, shown) = (format(Local::now()), now());
        assert!(shown == before || shown == format(Local::now()), "{}", String::from_utf8_lossy(&shown));
    }
}
