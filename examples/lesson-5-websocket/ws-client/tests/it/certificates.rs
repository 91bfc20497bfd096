//! Over wss://, the client trusts one certificate, and says why it refuses another.

use std::fs;
use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use programs::{Language, Server, both, run, server_that, stay_silent};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tls::TlsStream;
use tungstenite::Message;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A folder with certificates and their private keys: `NAME.pem` and `NAME-key.pem`.
struct Certificates(TempDir);

impl Certificates {
    fn new() -> Result<Certificates> {
        let certificates = Certificates(tempfile::tempdir()?);
        let now = SystemTime::now();
        let local = || CertificateParams::new(["localhost", "127.0.0.1"].map(str::to_owned));
        certificates.add("good", &local()?)?;
        certificates.add("another", &local()?)?;
        let mut elsewhere = CertificateParams::new(["example.com".to_owned(), "127.0.0.2".to_owned()])?;
        elsewhere.distinguished_name.push(DnType::CommonName, "localhost");
        certificates.add("elsewhere", &elsewhere)?;
        let mut expired = local()?;
        (expired.not_before, expired.not_after) = ((now - 2 * DAY).into(), (now - DAY).into());
        certificates.add("expired", &expired)?;
        let mut future = local()?;
        (future.not_before, future.not_after) = ((now + DAY).into(), (now + 2 * DAY).into());
        certificates.add("future", &future)?;

        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "the authority");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        certificates.write("authority", &authority.pem(), &authority.key().serialize_pem())?;
        certificates.write("signed", &local()?.signed_by(&key, &authority)?.pem(), &key.serialize_pem())?;
        Ok(certificates)
    }

    fn add(&self, name: &str, params: &CertificateParams) -> Result<()> {
        let key = KeyPair::generate()?;
        self.write(name, &params.self_signed(&key)?.pem(), &key.serialize_pem())
    }

    fn write(&self, name: &str, certificate: &str, key: &str) -> Result<()> {
        fs::write(self.0.path().join(format!("{name}.pem")), certificate)?;
        Ok(fs::write(self.0.path().join(format!("{name}-key.pem")), key)?)
    }

    fn path(&self, name: &str) -> Result<String> {
        let path = self.0.path().join(format!("{name}.pem"));
        path.to_str().map(str::to_owned).context("not UTF-8")
    }
}

#[test]
fn a_certificate_is_refused_with_the_reason() -> Result<()> {
    const OTHER_NAME: &str =
        "the peer's certificate is for another name; connect to a name that it is for, or get one for this name";
    const UNTRUSTED: &str = "the peer's certificate is not the one that you trust, and somebody may be in between; if the \
                             peer has a new one, get a copy of it from whoever runs it";
    const EXPIRED: &str = "the peer's certificate has expired; it needs a new one, and you need a copy of that";
    const FUTURE: &str = "the peer's certificate is not valid yet; compare the clocks of both machines";
    let certificates = Certificates::new()?;
    for (server_has, host, client_trusts, error) in [
        ("good", "127.0.0.1", "good", None),
        ("good", "localhost", "good", None),
        ("signed", "localhost", "authority", None),
        ("good", "127.0.0.1", "another", Some(UNTRUSTED)),
        ("good", "127.0.0.1", "authority", Some(UNTRUSTED)),
        ("signed", "127.0.0.1", "good", Some(UNTRUSTED)),
        ("elsewhere", "127.0.0.1", "elsewhere", Some(OTHER_NAME)),
        // A name is not looked for where browsers do not look for it either.
        ("elsewhere", "localhost", "elsewhere", Some(OTHER_NAME)),
        ("expired", "127.0.0.1", "expired", Some(EXPIRED)),
        ("future", "127.0.0.1", "future", Some(FUTURE)),
    ] {
        let (certificate, key) = (certificates.path(server_has)?, certificates.path(&format!("{server_has}-key"))?);
        let options = ["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"];
        let options = [&options[..], &["--certificate", &certificate, "--private-key", &key]].concat();
        let mut server = Server::start("ws-server", Language::Rust, &options)?;
        let port = server.address.port();
        for language in Language::ALL {
            let url = format!("wss://{host}:{port}");
            let options = ["--connect", &url, "--certificate", &certificates.path(client_trusts)?];
            let ended = run("ws-client", language, &options, b"hello\n")?;
            let context = format!("{language:?} trusts {client_trusts} and gets {server_has} from {host}");
            match error {
                None => assert_eq!(ended.out(), ["Server received: hello"], "{context}: {ended:?}"),
                Some(error) => {
                    assert_eq!(ended.err(), [format!("ws-client: {host}:{port}: {error}")], "{context}");
                    assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{context}");
                    // The server learns that its client refused, and a reason.
                    server.line("the peer ended the TLS connection with the alert ")?;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_option_fits_the_url() -> Result<()> {
    let certificates = Certificates::new()?;
    let (good, key, missing) = (certificates.path("good")?, certificates.path("good-key")?, certificates.path("no")?);
    let text = certificates.path("text")?;
    fs::write(&text, "hello\n")?;
    for ((options, error), language) in both(&[
        (
            &["--connect", "wss://127.0.0.1:1"][..],
            "wss:// needs --certificate FILE: a copy of the server's certificate, because no other is trusted",
        ),
        (
            &["--connect", "ws://127.0.0.1:1", "--certificate", &good],
            "--certificate is for wss:// URLs; nothing is encrypted with ws://",
        ),
        (
            &["--connect", "wss://127.0.0.1:1", "--certificate", &missing],
            "there is no such file; a server with \
          --make-certificate writes one",
        ),
        (
            &["--connect", "wss://127.0.0.1:1", "--certificate", &key],
            "this is a private key; give the file with its certificate",
        ),
        (
            &["--connect", "wss://127.0.0.1:1", "--certificate", &text],
            "not a certificate: PEM begins with the line -----BEGIN CERTIFICATE-----",
        ),
    ]) {
        let ended = run("ws-client", language, options, b"hello\n")?;
        let last = ended.err().last().copied().unwrap_or_default().to_owned();
        assert!(last.starts_with("ws-client: ") && last.ends_with(error), "{language:?}: {ended:?}");
        assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{language:?}: {ended:?}");
    }
    Ok(())
}

/// Starts a server that completes the handshakes of TLS and of WebSocket, reads a message, and ends the session.
fn server(certificates: &Certificates, ends: impl FnOnce(TlsStream<TcpStream>) + Send + 'static) -> Result<SocketAddr> {
    let pem = |name: &str| certificates.0.path().join(Path::new(name));
    let certificate = CertificateDer::from_pem_file(pem("good.pem"))?;
    let key = PrivateKeyDer::from_pem_file(pem("good-key.pem"))?;
    let config = Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?);
    Ok(server_that(move |client| {
        if let Ok(tls) = answer(client, &config) {
            ends(tls);
        }
    })?)
}

fn answer(client: TcpStream, config: &Arc<ServerConfig>) -> Result<TlsStream<TcpStream>> {
    let mut session = tungstenite::accept(TlsStream::accept(client, config)?)?;
    session.read()?;
    Ok(session.into_inner())
}

#[test]
fn a_connection_that_is_cut_is_not_a_normal_end() -> Result<()> {
    let certificates = Certificates::new()?;
    let good = certificates.path("good")?;
    let without = "closed the connection without a close frame (1006)";
    let cut = format!("{without}: the connection ended without close_notify: somebody may have cut it");
    for ((says_close_notify, error), language) in both(&[(true, without), (false, &cut)]) {
        let address = server(&certificates, move |mut tls| {
            if says_close_notify {
                tls.close();
            }
        })?;
        let options = ["--connect", &format!("wss://{address}"), "--certificate", &good];
        let ended = run("ws-client", language, &options, b"hello\n")?;
        assert_eq!(ended.err(), [format!("ws-client: {address} {error}")], "{language:?}");
        assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{language:?}: {ended:?}");
    }
    Ok(())
}

#[test]
fn the_client_says_close_notify() -> Result<()> {
    let certificates = Certificates::new()?;
    let good = certificates.path("good")?;
    for language in Language::ALL {
        let (sender, received) = std::sync::mpsc::channel();
        let address = server(&certificates, move |tls| {
            let mut session = tungstenite::WebSocket::from_raw_socket(tls, tungstenite::protocol::Role::Server, None);
            session.send(Message::text("hello")).unwrap();
            while session.read().is_ok() {}
            let mut tls = session.into_inner();
            tls.close();
            sender.send(tls.read_to_end(&mut Vec::new())).unwrap();
        })?;
        let options = ["--connect", &format!("wss://{address}"), "--certificate", &good];
        let ended = run("ws-client", language, &options, b"hello\n")?;
        assert_eq!(ended.out(), ["hello"], "{language:?}: {ended:?}");
        received.recv()?.with_context(|| format!("{language:?}"))?;
    }
    Ok(())
}

#[test]
fn the_deadline_covers_the_handshake_of_tls() -> Result<()> {
    let certificates = Certificates::new()?;
    let good = certificates.path("good")?;
    for language in Language::ALL {
        let address = server_that(stay_silent)?;
        let options = ["--connect", &format!("wss://{address}"), "--certificate", &good, "--deadline", "300ms"];
        let ended = run("ws-client", language, &options, b"hello\n")?;
        let error = "cannot complete the TLS handshake: the server did not respond within 300ms";
        assert_eq!(ended.err(), [format!("ws-client: {address}: {error}")], "{language:?}");
    }
    Ok(())
}
