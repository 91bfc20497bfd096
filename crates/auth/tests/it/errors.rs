//! The text and the source of each error.

use std::error::Error as _;
use std::io;

use auth::HandshakeMessage::{Nonce, Response};
use auth::{Error, KeyError};
use rand::rngs::SysError;

#[test]
fn errors_of_a_handshake() {
    let closed = |message, received, expected| Error::Closed { message, received, expected };
    let io_error = || io::Error::other("the wire is cut");
    for (error, text, source) in [
        (closed(Nonce, 0, 32), "the peer closed the connection before sending its nonce", None),
        (closed(Nonce, 5, 32), "the peer closed the connection after 5 of the 32 bytes of its nonce", None),
        (closed(Response, 0, 16), "the peer closed the connection before sending its response", None),
        (closed(Response, 15, 16), "the peer closed the connection after 15 of the 16 bytes of its response", None),
        (Error::Send(Nonce, io_error()), "cannot send the nonce", Some("the wire is cut")),
        (Error::Receive(Response, io_error()), "cannot receive the response", Some("the wire is cut")),
        (
            Error::NoRandomness(SysError::UNSUPPORTED),
            "the operating system has no random bytes for a nonce",
            Some(&*SysError::UNSUPPORTED.to_string()),
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.source().map(ToString::to_string).as_deref(), source, "{text}");
    }
}

#[test]
fn errors_of_a_key() {
    for (error, text, source) in [
        (KeyError::Empty, "the key is empty", None),
        (KeyError::TooLong, "the key is longer than 1024 bytes", None),
        (
            KeyError::Unreadable(io::Error::other("the disk is gone")),
            "cannot read the key file",
            Some("the disk is gone"),
        ),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.source().map(ToString::to_string).as_deref(), source, "{text}");
    }
}
