//! However a server cuts up a message, and however the network cuts up its answer, the answer is whole exactly when all
//! of it has come.

use proptest::collection::vec;
use proptest::prelude::*;
use timestamp::{EchoReader, LEN, NotAnEcho, Timestamp};

const STAMPS: [&Timestamp; 3] =
    [b"[Thu May 10 22:00:19 2018] ", b"[Wed May  9 20:44:11 2018] ", b"[Wed May  9 20:44:12 2018] "];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn it_is_complete_when_all_has_come_and_not_before(
        message in message(),
        cuts in vec(prop_oneof![1..30_usize, 30..200_usize], 1..10),
        stamps in vec(0..STAMPS.len(), 1..10),
        pieces in vec(1..40_usize, 1..10),
    ) {
        let answer = stamped_pieces(&message, &cuts, &stamps);
        prop_assume!(!may_seem_whole_before_its_end(&answer, &message));
        let mut returning = EchoReader::new(&message);
        for (came, piece) in in_pieces(&answer, &pieces) {
            prop_assert!(!returning.is_complete(), "whole after {} of {} bytes", came, answer.len());
            prop_assert_eq!(returning.feed(piece), Ok(()));
        }
        prop_assert!(returning.is_complete());
        prop_assert_eq!(returning.timestamped(), [STAMPS[stamps[0]], &message[..]].concat());
    }

    // Without brackets: of text that looks like a stamp nobody can tell.
    #[test]
    fn another_message_is_a_mismatch_or_never_whole(
        message in "[^\\[]{1,20}",
        other in "[^\\[]{1,20}",
        cuts in vec(prop_oneof![1..30_usize, 30..200_usize], 1..10),
        pieces in vec(1..40_usize, 1..10),
    ) {
        prop_assume!(!other.starts_with(&message));
        let answer = stamped_pieces(other.as_bytes(), &cuts, &[0]);
        let mut returning = EchoReader::new(message.as_bytes());
        let took = in_pieces(&answer, &pieces).try_for_each(|(_, piece)| returning.feed(piece));
        prop_assert!(!returning.is_complete());
        prop_assert!(took == Err(NotAnEcho) || message.starts_with(&other));
    }

    #[test]
    fn any_bytes_are_taken_without_panic(message in message(), pieces in vec(message(), 0..10)) {
        let mut returning = EchoReader::new(&message);
        let _ = pieces.iter().try_for_each(|piece| returning.feed(piece));
    }
}

#[test]
fn a_message_that_begins_as_a_stamp_does_is_not_whole_before_its_stamp() {
    let mut returning = EchoReader::new(b"[");
    assert_eq!(returning.feed(b"["), Ok(()));
    assert!(!returning.is_complete());
    assert_eq!(returning.feed(b"Thu May 10 22:00:19 2018] ["), Ok(()));
    assert!(returning.is_complete());
    assert_eq!(returning.timestamped(), b"[Thu May 10 22:00:19 2018] [");
}

/// Text in any script, brackets, pieces of stamps and whole ones, and bytes that are no text.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let stamp =
        (0..STAMPS.len(), prop_oneof![1..LEN, Just(LEN)]).prop_map(|(stamp, len)| STAMPS[stamp][..len].to_vec());
    let part = prop_oneof![
        "\\PC{1,8}".prop_map(String::into_bytes),
        "[\\[\\]A-Za-z0-9: ]{1,8}".prop_map(String::into_bytes),
        stamp,
        vec(any::<u8>(), 1..4),
    ];
    vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// What echo-server answers: a stamp before each piece that it reads, but never inside a character.
fn stamped_pieces(message: &[u8], cuts: &[usize], stamps: &[usize]) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut at = 0;
    for (cut, first) in cuts.iter().cycle().zip(stamps.iter().cycle()) {
        // A stamp just before the same stamp as text cannot be told from it, where the text is then cut again; it takes
        // a message that quotes the very second in which it is sent.
        let is_told = |stamp: &&&Timestamp| at == 0 || !message[at..].starts_with(&stamp[..]);
        let stamp = STAMPS.iter().cycle().skip(*first).find(is_told);
        answer.extend(stamp.into_iter().copied().flatten());
        let mut end = message.len().min(at + cut);
        // A character's later bytes go with its first.
        while end < message.len() && matches!(message[end], 0x80..=0xbf) {
            end += 1;
        }
        answer.extend_from_slice(&message[at..end]);
        at = end;
        if at == message.len() {
            return answer;
        }
    }
    unreachable!("there are cuts")
}

/// Whether the beginning of the answer can be read as a whole one, with some text of it taken for stamps and some stamps
/// for text. Then nobody can tell, and the case says nothing.
fn may_seem_whole_before_its_end(answer: &[u8], message: &[u8]) -> bool {
    // How much of the message may have come, for each number of bytes of the answer; all begins with a stamp.
    let mut may_have_come = vec![vec![false; message.len() + 1]; answer.len() + 1];
    may_have_come[LEN][0] = true;
    for bytes in LEN..answer.len() {
        for come in 0..=message.len() {
            if !may_have_come[bytes][come] {
                continue;
            }
            if come == message.len() {
                return true;
            }
            if timestamp::is_timestamp(&answer[bytes..]) {
                may_have_come[bytes + LEN][come] = true;
            }
            if answer[bytes] == message[come] {
                may_have_come[bytes + 1][come + 1] = true;
            }
        }
    }
    false
}

/// The bytes in pieces of these lengths, over and over, each with the number of bytes before it.
fn in_pieces<'a>(bytes: &'a [u8], lengths: &'a [usize]) -> impl Iterator<Item = (usize, &'a [u8])> {
    let mut at = 0;
    lengths.iter().cycle().map_while(move |length| {
        let begin = at;
        at = bytes.len().min(begin + length);
        (begin < at).then(|| (begin, &bytes[begin..at]))
    })
}
