//! Mutual TLS: both sides show a certificate of the same authority. The page of lesson 8 quotes the configurations.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, ensure};
use programs::{Language, Process, Server};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tempfile::TempDir;
use tls::TlsStream;

fn server_config(authority: &Path, certificate: &Path, private_key: &Path) -> Result<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(private_key)?;
    let clients = WebPkiClientVerifier::builder(trust(authority)?).build()?;
    Ok(ServerConfig::builder_with_protocol_versions(&[&TLS13])
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], private_key)?)
}

fn client_config(authority: &Path, certificate: &Path, private_key: &Path) -> Result<ClientConfig> {
    let certificate = CertificateDer::from_pem_file(certificate)?;
    let private_key = PrivateKeyDer::from_pem_file(private_key)?;
    Ok(ClientConfig::builder_with_protocol_versions(&[&TLS13])
        .with_root_certificates(trust(authority)?)
        .with_client_auth_cert(vec![certificate], private_key)?)
}

fn trust(authority: &Path) -> Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority)?)?;
    Ok(Arc::new(roots))
}

#[test]
fn both_sides_show_a_certificate_of_the_authority() -> Result<()> {
    let folder = certificates()?;
    for (server, client) in Language::PAIRINGS {
        let outcomes = meet((server, "server"), (client, "client"), &folder)?;
        assert_eq!(outcomes, ["accepted", "welcome"], "{server:?} {client:?}");
    }
    Ok(())
}

#[test]
fn the_server_refuses_a_client_without_a_certificate() -> Result<()> {
    let folder = certificates()?;
    for (server, client) in Language::PAIRINGS {
        let [at_server, at_client] = meet((server, "server"), (client, "nobody"), &folder)?;
        let reason = if server == Language::Rust { "no certificates" } else { "did not return a certificate" };
        assert!(at_server.starts_with("refused: ") && at_server.contains(reason), "{server:?} {client:?}: {at_server}");
        assert!(at_client.starts_with("refused: "), "{server:?} {client:?}: {at_client}");
    }
    Ok(())
}

#[test]
fn either_side_refuses_a_certificate_of_another_authority() -> Result<()> {
    let folder = certificates()?;
    let is_refusal = |outcome: &str, language: Language| {
        let reason =
            if language == Language::Rust { "not the one that you trust" } else { "certificate verify failed" };
        outcome.starts_with("refused: ") && outcome.contains(reason)
    };
    for (server, client) in Language::PAIRINGS {
        let [at_server, at_client] = meet((server, "server"), (client, "stranger"), &folder)?;
        assert!(is_refusal(&at_server, server), "{server:?} {client:?}: {at_server}");
        assert!(at_client.starts_with("refused: "), "{server:?} {client:?}: {at_client}");
        let [at_server, at_client] = meet((server, "stranger"), (client, "client"), &folder)?;
        assert!(is_refusal(&at_client, client), "{server:?} {client:?}: {at_client}");
        assert!(at_server.starts_with("refused: "), "{server:?} {client:?}: {at_server}");
    }
    Ok(())
}

/// Creates an authority and the certificates of a server and a client. A stranger has one of an authority with the same
/// name and another key.
fn certificates() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let (ours, other) = (authority()?, authority()?);
    let [authority_file, ..] = files(folder.path(), "");
    fs::write(authority_file, ours.pem())?;
    for (name, authority) in [("server", &ours), ("client", &ours), ("stranger", &other)] {
        let private_key = KeyPair::generate()?;
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        let [_, certificate_file, private_key_file] = files(folder.path(), name);
        fs::write(certificate_file, params.signed_by(&private_key, authority)?.pem())?;
        fs::write(private_key_file, private_key.serialize_pem())?;
    }
    Ok(folder)
}

/// The files with the authority's certificate, and with the certificate and the private key of this name.
fn files(folder: &Path, name: &str) -> [PathBuf; 3] {
    ["authority.pem", &format!("{name}.pem"), &format!("{name}-key.pem")].map(|file| folder.join(file))
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "the authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// Lets a client call a server, and returns what each of them says at the end.
fn meet(server: (Language, &str), client: (Language, &str), folder: &TempDir) -> Result<[String; 2]> {
    let (address, server) = match server {
        (Language::Rust, name) => rust_server(folder.path(), name)?,
        (Language::Python, name) => {
            let server = Server::from_command(&mut python(folder.path(), name))?;
            (server.address, thread::spawn(|| printed(server.process)))
        }
    };
    let at_client = match client {
        (Language::Rust, name) => said(rust_client(folder.path(), name, address)),
        (Language::Python, name) => {
            printed(Process::start(python(folder.path(), name).arg(address.port().to_string()), b"")?)?
        }
    };
    let at_server = server.join().map_err(|_| anyhow!("the server panicked"))??;
    Ok([at_server, at_client])
}

fn rust_server(folder: &Path, name: &str) -> Result<(SocketAddr, JoinHandle<Result<String>>)> {
    let [authority, certificate, private_key] = files(folder, name);
    let config = Arc::new(server_config(&authority, &certificate, &private_key)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let serve = move || {
        let mut tls = TlsStream::accept(listener.accept()?.0, &config)?;
        tls.write_all(b"welcome")?;
        tls.close();
        // The client closes after it has read everything.
        tls.read_to_end(&mut Vec::new())?;
        Ok("accepted".to_owned())
    };
    Ok((address, thread::spawn(move || Ok(said(serve())))))
}

fn rust_client(folder: &Path, name: &str, address: SocketAddr) -> Result<String> {
    let [authority, certificate, private_key] = files(folder, name);
    let config = if name == "nobody" {
        ClientConfig::builder_with_protocol_versions(&[&TLS13])
            .with_root_certificates(trust(&authority)?)
            .with_no_client_auth()
    } else {
        client_config(&authority, &certificate, &private_key)?
    };
    let server = ServerName::try_from("localhost")?;
    let mut tls = TlsStream::connect(TcpStream::connect(address)?, &Arc::new(config), server)?;
    // In TLS 1.3 the client's handshake is complete before the server has looked at the client's certificate.
    let mut message = String::new();
    tls.read_to_string(&mut message)?;
    tls.close();
    Ok(message)
}

fn said(result: Result<String>) -> String {
    result.unwrap_or_else(|error| format!("refused: {error:#}"))
}

fn python(folder: &Path, name: &str) -> Command {
    let mut command = programs::python();
    command.arg(programs::root().join("crates/tls/tests/mutual_tls.py")).arg(folder).arg(name);
    command
}

/// Waits for the end of a Python program, and returns the last line that it printed.
fn printed(process: Process) -> Result<String> {
    let ended = process.wait()?;
    ensure!(ended.status.success(), "{ended:?}");
    Ok(ended.out().last().copied().unwrap_or_default().to_owned())
}
