//! The text and the source of each error.

use std::error::Error as StdError;
use std::io::{self, Read, Write};

use auth::HandshakeMessage::{Greeting, Nonce, NonceAndProof, Proof, Response};
use auth::{Error, Key, KeyError, Scheme};
use rand::rngs::SysError;

#[test]
fn each_error_has_a_text_and_its_source() {
    let closed = |message, received, expected| Error::Closed { message, received, expected };
    let io_error = || io::Error::other("the wire is cut");
    check(&closed(Nonce, 0, 32), "the peer closed the connection before sending its nonce", None);
    check(&closed(Nonce, 5, 32), "the peer closed the connection after 5 of the 32 bytes of its nonce", None);
    check(&closed(Response, 0, 16), "the peer closed the connection before sending its response", None);
    check(&closed(Response, 15, 16), "the peer closed the connection after 15 of the 16 bytes of its response", None);
    check(&closed(Greeting, 5, 14), "the peer closed the connection after 5 of the 14 bytes of its greeting", None);
    check(&closed(NonceAndProof, 0, 64), "the peer closed the connection before sending its nonce and proof", None);
    check(&closed(Proof, 5, 32), "the peer closed the connection after 5 of the 32 bytes of its proof", None);
    check(&Error::OtherProtocol, "the server does not speak open-sesame/2", None);
    let rejected = "the server rejected our proof and closed the connection; do both sides use the same key?";
    check(&Error::ProofRejected, rejected, None);
    check(&Error::WrongProof, "the server's proof is wrong: it does not hold the key", None);
    check(&Error::Send(Nonce, io_error()), "cannot send the nonce", Some("the wire is cut"));
    check(&Error::Receive(Response, io_error()), "cannot receive the response", Some("the wire is cut"));
    let reason = SysError::UNSUPPORTED.to_string();
    let no_randomness = Error::NoRandomness(SysError::UNSUPPORTED);
    check(&no_randomness, "the operating system has no random bytes for a nonce", Some(&reason));

    check(&KeyError::Empty, "the key is empty", None);
    check(&KeyError::TooLong, "the key is longer than 1024 bytes", None);
    check(&KeyError::Unreadable(io_error()), "cannot read the key file", Some("the wire is cut"));
}

/// Accepts everything, fails to read once, then is at its end.
struct FailsToRead(Option<io::Error>);

impl Read for FailsToRead {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl Write for FailsToRead {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_read_that_fails_ends_the_handshake() -> Result<(), KeyError> {
    let peer = FailsToRead(Some(io::ErrorKind::TimedOut.into()));
    let result = auth::challenge(peer, &Key::new("key")?, Scheme::Md5);
    assert!(matches!(result, Err(Error::Receive(Response, _))), "{result:?}");
    Ok(())
}

fn check(error: &dyn StdError, text: &str, source: Option<&str>) {
    assert_eq!(error.to_string(), text);
    assert_eq!(error.source().map(ToString::to_string).as_deref(), source, "{text}");
}
