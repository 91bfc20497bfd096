use std::{fmt, io};

use rustls::{AlertDescription, PeerIncompatible};

/// Why there is no TLS connection, or why it ended.
#[derive(Debug)]
pub enum Error {
    /// The stream failed during the handshake, or its deadline passed.
    Io(io::Error),
    /// The peer closed the connection during the handshake.
    Closed,
    /// What the peer sent is not TLS.
    NotTls,
    /// The peer speaks TLS, but not version 1.3.
    OtherVersion,
    /// A record cannot be decrypted.
    Changed,
    /// The peer ended the connection with an alert (RFC 8446, section 6), which gives its reason.
    Alert(AlertDescription),
    /// A certificate cannot be created.
    Certificate(rcgen::Error),
    /// Anything else that violates the protocol.
    Tls(rustls::Error),
}

impl From<rustls::Error> for Error {
    fn from(error: rustls::Error) -> Error {
        use PeerIncompatible::{
            ServerTlsVersionIsDisabledByOurConfig, SupportedVersionsExtensionRequired, Tls12NotOffered,
            Tls12NotOfferedOrEnabled,
        };
        match error {
            rustls::Error::InvalidMessage(_) => Error::NotTls,
            rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
            | rustls::Error::PeerIncompatible(
                ServerTlsVersionIsDisabledByOurConfig
                | SupportedVersionsExtensionRequired
                | Tls12NotOffered
                | Tls12NotOfferedOrEnabled,
            ) => Error::OtherVersion,
            rustls::Error::DecryptError => Error::Changed,
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
            Error::Io(error) => write!(f, "cannot complete the TLS handshake: {error}"),
            Error::Closed => f.write_str("the peer closed the connection during the TLS handshake"),
            Error::NotTls => f.write_str("what the peer sent is not TLS"),
            Error::OtherVersion => f.write_str("the peer does not speak TLS 1.3"),
            Error::Changed => f.write_str("a record cannot be decrypted: somebody may have changed it"),
            Error::Alert(alert) => write!(f, "the peer ended the TLS connection with the alert {}", name(*alert)),
            Error::Certificate(_) => f.write_str("cannot create a certificate"),
            Error::Tls(error) => write!(f, "TLS failed: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) => error.source(),
            Error::Certificate(error) => Some(error),
            _ => None,
        }
    }
}

/// Returns the name of an alert as RFC 8446 writes it: `bad_record_mac`.
fn name(alert: AlertDescription) -> String {
    let mut name = String::new();
    let mut follows_lowercase = false;
    for letter in format!("{alert:?}").chars() {
        if follows_lowercase && letter.is_uppercase() {
            name.push('_');
        }
        follows_lowercase = letter.is_lowercase();
        name.push(letter.to_ascii_lowercase());
    }
    name
}
