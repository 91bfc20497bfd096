//! The handshake succeeds in any fragmentation, and nothing but the right bytes is ever accepted.

use std::io::ErrorKind;

use mp::{Error, Refusal};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::peer::{Peer, Side, Step, frame};

const SIDES: [Side; 2] = [Side::Listener, Side::Client];
const STEPS: [Step; 3] = [Step::Response, Step::Challenge, Step::Verdict];

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    (vec(0..40_usize, 0..12), 1..40_usize).prop_map(|(mut pieces, last)| {
        pieces.push(last);
        pieces
    })
}

/// Whether these bytes are a message that this step allows.
fn is_allowed(step: Step, bytes: &[u8], right: &[u8]) -> bool {
    match step {
        // Any 40 bytes are a challenge.
        Step::Challenge => bytes.len() >= right.len() && bytes.starts_with(&right[..right.len() - 40]),
        _ => bytes.starts_with(right),
    }
}

proptest! {
    #[test]
    fn the_right_bytes_are_accepted_in_any_fragmentation(pieces in pieces()) {
        for side in SIDES {
            Peer::new(side, &pieces, Step::Verdict, |_, right| right, None).meet(side)?;
        }
    }

    #[test]
    fn no_other_bytes_are_accepted(
        pieces in pieces(),
        kept in 0..70_usize,
        bit in any::<Option<usize>>(),
        then in vec(any::<u8>(), 0..80),
    ) {
        for (side, step) in SIDES.into_iter().flat_map(|side| STEPS.map(|step| (side, step))) {
            let allowed = std::cell::Cell::new(false);
            let forge = |_: &[u8], right: Vec<u8>| {
                let mut bytes = [&right[..kept.min(right.len())], &then].concat();
                if let (Some(bit), false) = (bit, bytes.is_empty()) {
                    let at = bit / 8 % bytes.len();
                    bytes[at] ^= 1 << (bit % 8);
                }
                allowed.set(is_allowed(step, &bytes, &right));
                bytes
            };
            let result = Peer::new(side, &pieces, step, forge, Some(ErrorKind::UnexpectedEof)).meet(side);
            // What comes after a message that is allowed is not the one that is expected next, or it is the session's.
            prop_assert!(allowed.get() || result.is_err(), "{side:?} {step:?}: {result:?}");
        }
    }
}

#[test]
fn every_truncation_and_every_reset_is_an_error() {
    for (side, step) in SIDES.into_iter().flat_map(|side| STEPS.map(|step| (side, step))) {
        let whole = match step {
            Step::Response => 44,
            Step::Challenge => 63,
            Step::Verdict => 13,
        };
        for len in 0..whole {
            let cut = |_: &[u8], right: Vec<u8>| right[..len].to_vec();
            let closed = Peer::new(side, &[100], step, cut, Some(ErrorKind::UnexpectedEof)).meet(side);
            assert!(matches!(closed, Err(Error::Closed)), "{side:?} {step:?} {len}: {closed:?}");
            let reset = Peer::new(side, &[100], step, cut, Some(ErrorKind::ConnectionReset)).meet(side);
            assert!(
                matches!(&reset, Err(Error::Io(error)) if error.kind() == ErrorKind::ConnectionReset),
                "{side:?} {step:?} {len}: {reset:?}"
            );
        }
    }
}

#[test]
fn a_refusal_is_told_and_a_rejection_is_not() {
    let wrong = |_: &[u8], right: Vec<u8>| [&right[..right.len() - 1], b"?"].concat();
    for (side, step) in SIDES.into_iter().flat_map(|side| STEPS.map(|step| (side, step))) {
        if step != Step::Challenge {
            let mut peer = Peer::new(side, &[100], step, wrong, None);
            assert!(matches!(peer.meet(side), Err(Error::Refused(_))), "{side:?} {step:?}");
            assert!(peer.received_last(b"#FAILURE#"), "{side:?} {step:?}");
        }
        let mut peer = Peer::new(side, &[100], step, |_, _| frame(b"#FAILURE#"), None);
        let result = peer.meet(side);
        let is_rejected = matches!(result, Err(Error::Rejected));
        assert_eq!(is_rejected, step != Step::Challenge, "{side:?} {step:?}: {result:?}");
        assert_eq!(peer.received_last(b"#FAILURE#"), !is_rejected, "{side:?} {step:?}");
    }
}

#[test]
fn each_refusal_has_its_words() {
    let challenge = |digest: &str, len| frame(&[b"#CHALLENGE#", digest.as_bytes(), &vec![7; len]].concat());
    let old_form = "refused: the challenge is in the old form, for HMAC-MD5 (Python before 3.12)";
    for (bytes, words) in [
        (challenge("{sha256}", 39), "refused: the challenge has 39 bytes, not 40"),
        (challenge("", 16), old_form),
        (challenge("", 20), old_form),
        (challenge("{md5}", 40), "refused: the challenge names another digest than sha256"),
        (challenge("", 40), "refused: the challenge names no digest"),
        (frame(&[7; 256]), "refused: the message is not a challenge"),
        (frame(&[7; 257]), "refused: the message has 257 bytes, more than 256"),
        (vec![0xff; 4], "refused: the length of the message is in the long form, for 2 GiB or more"),
        (vec![0x80, 0, 0, 0], "refused: the length of the message is negative: -2147483648"),
    ] {
        let result = Peer::new(Side::Client, &[300], Step::Challenge, |_, _| bytes.clone(), None).meet(Side::Client);
        assert_eq!(result.expect_err(words).to_string(), words);
    }
    let short = |_: &[u8], right: Vec<u8>| frame(&right[4..43]);
    let result = Peer::new(Side::Client, &[300], Step::Response, short, None).meet(Side::Client);
    assert_eq!(result.expect_err("short").to_string(), "refused: the response has 31 bytes, not 32");
}

#[test]
fn a_challenge_of_our_own_is_refused() {
    // The listener's challenge is the first message that the peer received.
    let send_back = |received: &[u8], _| received[..63].to_vec();
    let mut peer = Peer::new(Side::Listener, &[100], Step::Challenge, send_back, None);
    let result = peer.meet(Side::Listener);
    assert!(matches!(result, Err(Error::Refused(Refusal::OwnChallenge))), "{result:?}");
    assert!(peer.received_last(b"#FAILURE#"));
}
