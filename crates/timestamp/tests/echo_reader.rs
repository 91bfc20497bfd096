//! However the server splits a message, and however the network splits the echo, the echo is complete exactly when all
//! of it has arrived.

use proptest::collection::vec;
use proptest::prelude::*;
use timestamp::{EchoReader, LEN, NotAnEcho, Timestamp};

const TIMESTAMPS: [&Timestamp; 3] =
    [b"[Thu May 10 22:00:19 2018] ", b"[Wed May  9 20:44:11 2018] ", b"[Wed May  9 20:44:12 2018] "];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_echo_is_complete_when_all_has_arrived_and_not_before(
        message in message(),
        cuts in vec(prop_oneof![1..30_usize, 30..200_usize], 1..10),
        timestamps in vec(0..TIMESTAMPS.len(), 1..10),
        pieces in vec(1..40_usize, 1..10),
    ) {
        let echo = echo_of(&message, &cuts, &timestamps);
        prop_assume!(!may_seem_complete_too_early(&echo, &message));
        let mut reader = EchoReader::new(&message);
        for (arrived, piece) in in_pieces(&echo, &pieces) {
            prop_assert!(!reader.is_complete(), "complete after {} of {} bytes", arrived, echo.len());
            prop_assert_eq!(reader.feed(piece), Ok(()));
        }
        prop_assert!(reader.is_complete());
        prop_assert_eq!(reader.timestamped(), [TIMESTAMPS[timestamps[0]], &message[..]].concat());
    }

    // Without brackets: nobody can tell text that looks like a timestamp from a real one.
    #[test]
    fn another_message_is_an_error_or_never_complete(
        message in "[^\\[]{1,20}",
        other in "[^\\[]{1,20}",
        cuts in vec(prop_oneof![1..30_usize, 30..200_usize], 1..10),
        pieces in vec(1..40_usize, 1..10),
    ) {
        prop_assume!(!other.starts_with(&message));
        let echo = echo_of(other.as_bytes(), &cuts, &[0]);
        let mut reader = EchoReader::new(message.as_bytes());
        let result = in_pieces(&echo, &pieces).try_for_each(|(_, piece)| reader.feed(piece));
        prop_assert!(!reader.is_complete());
        prop_assert!(result == Err(NotAnEcho) || message.starts_with(&other));
    }

    #[test]
    fn no_bytes_cause_a_panic(message in message(), pieces in vec(message(), 0..10)) {
        let mut reader = EchoReader::new(&message);
        let _ = pieces.iter().try_for_each(|piece| reader.feed(piece));
    }
}

#[test]
fn a_message_that_looks_like_a_timestamp_is_not_complete_before_the_real_one() {
    let mut reader = EchoReader::new(b"[");
    assert_eq!(reader.feed(b"["), Ok(()));
    assert!(!reader.is_complete());
    assert_eq!(reader.feed(b"Thu May 10 22:00:19 2018] ["), Ok(()));
    assert!(reader.is_complete());
    assert_eq!(reader.timestamped(), b"[Thu May 10 22:00:19 2018] [");
}

/// Text in any script, brackets, whole and partial timestamps, and bytes that are not text.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let timestamp = (0..TIMESTAMPS.len(), prop_oneof![1..LEN, Just(LEN)])
        .prop_map(|(index, len)| TIMESTAMPS[index][..len].to_vec());
    let part = prop_oneof![
        "\\PC{1,8}".prop_map(String::into_bytes),
        "[\\[\\]A-Za-z0-9: ]{1,8}".prop_map(String::into_bytes),
        timestamp,
        vec(any::<u8>(), 1..4),
    ];
    vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// What echo-server replies: a timestamp before each piece that it reads, but never inside a character.
fn echo_of(message: &[u8], cuts: &[usize], timestamps: &[usize]) -> Vec<u8> {
    let mut echo = Vec::new();
    let mut at = 0;
    for (cut, first) in cuts.iter().cycle().zip(timestamps.iter().cycle()) {
        // Nobody can tell a timestamp from the same one as text, directly after it. That takes a message that quotes
        // the very second in which it is sent, so leave it out.
        let is_unlike_text = |timestamp: &&&Timestamp| at == 0 || !message[at..].starts_with(&timestamp[..]);
        let timestamp = TIMESTAMPS.iter().cycle().skip(*first).find(is_unlike_text);
        echo.extend(timestamp.into_iter().copied().flatten());
        let mut end = message.len().min(at + cut);
        // The server never splits a character.
        while end < message.len() && matches!(message[end], 0x80..=0xbf) {
            end += 1;
        }
        echo.extend_from_slice(&message[at..end]);
        at = end;
        if at == message.len() {
            return echo;
        }
    }
    unreachable!("there are cuts")
}

/// Whether the beginning of the echo can be read as a complete one, with some text mistaken for timestamps and some
/// timestamps for text. Then nobody can tell, and the case proves nothing.
fn may_seem_complete_too_early(echo: &[u8], message: &[u8]) -> bool {
    // For each number of bytes of the echo: how much of the message they may contain. An echo begins with a timestamp.
    let mut may_contain = vec![vec![false; message.len() + 1]; echo.len() + 1];
    may_contain[LEN][0] = true;
    for bytes in LEN..echo.len() {
        for count in 0..=message.len() {
            if !may_contain[bytes][count] {
                continue;
            }
            if count == message.len() {
                return true;
            }
            if timestamp::is_timestamp(&echo[bytes..]) {
                may_contain[bytes + LEN][count] = true;
            }
            if echo[bytes] == message[count] {
                may_contain[bytes + 1][count + 1] = true;
            }
        }
    }
    false
}

/// The bytes in pieces of these lengths, in turn and from the start again, each with the number of bytes before it.
fn in_pieces<'a>(bytes: &'a [u8], lengths: &'a [usize]) -> impl Iterator<Item = (usize, &'a [u8])> {
    let mut at = 0;
    lengths.iter().cycle().map_while(move |length| {
        let begin = at;
        at = bytes.len().min(begin + length);
        (begin < at).then(|| (begin, &bytes[begin..at]))
    })
}
