use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::version::TLS13;
use rustls::{ClientConfig, DigitallySignedStruct, KeyLogFile, RootCertStore, ServerConfig, SignatureScheme};

use crate::{Error, Identity};

/// Returns how a server speaks TLS: 1.3 only, with this identity, without asking for the client's certificate.
///
/// If the variable `SSLKEYLOGFILE` names a file, the secrets of each connection are appended to it, as for the client.
///
/// # Errors
/// Returns an error if the private key does not belong to the certificate.
pub fn server_config(identity: Identity) -> Result<Arc<ServerConfig>, Error> {
    Ok(server_config_for(vec![identity.certificate], identity.private_key)?)
}

pub(crate) fn server_config_for(
    certificates: Vec<CertificateDer<'static>>,
    private_key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_single_cert(certificates, private_key)?;
    // A ticket lets a client resume a session, which nobody does here.
    config.send_tls13_tickets = 0;
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(Arc::new(config))
}

/// Returns how a client speaks TLS 1.3 with a server whose certificate nobody vouches for.
///
/// The connection is then secret, but shared with anybody who may be in between. Only a proof that is bound to
/// [`TlsStream::exporter`](crate::TlsStream::exporter) says who the other end is.
///
/// # Errors
/// Returns an error if rustls does not accept its own defaults.
pub fn client_config_without_verification() -> Result<Arc<ClientConfig>, Error> {
    let provider = provider();
    let verifier = AnyCertificate(provider.signature_verification_algorithms);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(Arc::new(config))
}

pub(crate) fn client_config_for(trusted: RootCertStore) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    config.key_log = Arc::new(KeyLogFile::new());
    Ok(Arc::new(config))
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Accepts every certificate, from a server that holds the private key of it.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.2 is disabled".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
