use std::{fmt, io};

use rustls::{AlertDescription, InvalidMessage, PeerIncompatible};

/// Why there is no TLS connection.
#[derive(Debug)]
pub enum Error {
    /// The stream failed, or its deadline passed.
    Io(io::Error),
    /// The peer closed the connection during the handshake.
    Closed,
    /// What the peer sent is not TLS.
    NotTls,
    /// The peer speaks TLS, but not version 1.3.
    OtherVersion,
    /// The peer ended the connection with an alert (RFC 8446, section 6), which gives its reason.
    Alert(AlertDescription),
    /// A certificate cannot be created.
    Certificate(rcgen::Error),
    /// Anything else that violates the protocol.
    Tls(rustls::Error),
}

impl From<rustls::Error> for Error {
    fn from(error: rustls::Error) -> Error {
        match error {
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Error::NotTls,
            rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
            | rustls::Error::PeerIncompatible(
                PeerIncompatible::SupportedVersionsExtensionRequired | PeerIncompatible::Tls13RequiredForQuic,
            ) => Error::OtherVersion,
            rustls::Error::AlertReceived(alert) => Error::Alert(alert),
            error => Error::Tls(error),
        }
    }
}

/// rustls reports its own errors as errors of the stream.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        match error.downcast::<rustls::Error>() {
            Ok(error) => error.into(),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Error::Closed,
            Err(error) => Error::Io(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => error.fmt(f),
            Error::Closed => f.write_str("the peer closed the connection during the TLS handshake"),
            Error::NotTls => f.write_str("the peer does not speak TLS"),
            Error::OtherVersion => f.write_str("the peer does not speak TLS 1.3"),
            Error::Alert(alert) => write!(f, "the peer ended the TLS connection with the alert {alert:?}"),
            Error::Certificate(_) => f.write_str("cannot create a certificate"),
            Error::Tls(error) => write!(f, "TLS: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) => error.source(),
            Error::Certificate(error) => Some(error),
            Error::Closed | Error::NotTls | Error::OtherVersion | Error::Alert(_) | Error::Tls(_) => None,
        }
    }
}
