//! TLS 1.3 over a blocking stream: encryption, and a value that only the two ends of the connection know.
//!
//! A [`TlsStream`] wraps anything that reads and writes, such as a connection with a deadline, and reads and writes
//! itself. TLS alone does not say who is at the other end: that is what a certificate that somebody vouches for is for,
//! or a shared key and a handshake that is bound to [`TlsStream::exporter`].

mod certificate_files;
mod config;
mod error;
mod file_error;
mod identity;
mod stream;

pub use certificate_files::{CertificateFiles, client_config_that_trusts};
pub use config::{client_config_without_verification, server_config};
pub use error::Error;
pub use file_error::FileError;
pub use identity::Identity;
pub use rustls::pki_types::ServerName;
pub use rustls::{ClientConfig, ServerConfig};
pub use stream::TlsStream;
