use std::{fmt, io};

use rustls::{AlertDescription, CertificateError, PeerIncompatible};

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
    /// The peer's certificate is not one that this side trusts.
    Untrusted(CertificateError),
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
            rustls::Error::InvalidCertificate(error) => Error::Untrusted(error),
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
            Error::Untrusted(error) => write_untrusted(error, f),
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

/// Says why this side does not trust the peer's certificate, and what to do.
fn write_untrusted(error: &CertificateError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet,
        NotValidYetContext, UnknownIssuer,
    };
    match error {
        Expired | ExpiredContext { .. } => {
            f.write_str("the peer's certificate has expired; it needs a new one, and you need a copy of that")
        }
        NotValidYet | NotValidYetContext { .. } => {
            f.write_str("the peer's certificate is not valid yet; compare the clocks of both machines")
        }
        NotValidForName | NotValidForNameContext { .. } => f.write_str(
            "the peer's certificate is for another name; connect to a name that it is for, or get one for this name",
        ),
        UnknownIssuer | BadSignature => f.write_str(
            "the peer's certificate is not the one that you trust, and somebody may be in between; if the peer has a \
             new one, get a copy of it from whoever runs it",
        ),
        error => write!(f, "the peer's certificate cannot be verified ({error}); make one with --make-certificate"),
    }
}
