//! With a certificate, both ports speak TLS, and nothing else.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use programs::{Ended, Language, Process, WAIT, both, command, connect, run};
use tempfile::TempDir;
use tls::TlsStream;
use wire::websocket::{CLOSE, FIN, TEXT};

use crate::common::{HANDSHAKE, Stopped, WsServer, frame};
use crate::tokens::mint;

/// A folder for a certificate and its private key.
struct Files {
    _folder: TempDir,
    certificate: String,
    private_key: String,
}

impl Files {
    /// Names two files that do not exist.
    fn new() -> Result<Files> {
        let folder = tempfile::tempdir()?;
        let name = |name: &str| folder.path().join(name).to_str().map(str::to_owned).context("not UTF-8");
        Ok(Files { certificate: name("certificate.pem")?, private_key: name("private-key.pem")?, _folder: folder })
    }

    /// Lets ws-server write both.
    fn made_by(language: Language) -> Result<Files> {
        let files = Files::new()?;
        let ended = files.make(language)?;
        ensure!(ended.status.success(), "{ended:?}");
        Ok(files)
    }

    fn make(&self, language: Language) -> Result<Ended> {
        run("ws-server", language, &[&["--make-certificate"], &self.options()[..]].concat(), b"")
    }

    fn options(&self) -> [&str; 4] {
        ["--certificate", &self.certificate, "--private-key", &self.private_key]
    }
}

#[test]
fn both_ports_speak_tls_in_all_pairings() -> Result<()> {
    let token = mint("someone@example.com", "secret_key", -60.0, 600.0)?;
    for server_language in Language::ALL {
        let files = Files::made_by(server_language)?;
        let mut server = WsServer::start(server_language, &files.options())?;
        for client_language in Language::ALL {
            let talk = |host: &str, port: SocketAddr, typed: &str| {
                let url = format!("wss://{host}:{}", port.port());
                let options = ["--connect", &url, "--certificate", &files.certificate];
                let ended = run("ws-client", client_language, &options, typed.as_bytes())?;
                ensure!(ended.status.success(), "{client_language:?} to {server_language:?}: {ended:?}");
                Ok(ended.out().join("\n"))
            };
            let long = "芝麻".repeat(10_000);
            let echo = talk("127.0.0.1", server.echo, &format!("hello\n{long}\n"))?;
            assert_eq!(echo, format!("Server received: hello\nServer received: {long}"));
            server.line(": disconnected")?;
            let authenticated = talk("localhost", server.token, &format!("{token}\nhello\n"))?;
            assert_eq!(authenticated, "Authenticated!\nServer received: hello");
            server.line(": disconnected")?;
        }
        let stopped = server.stop_when_idle()?;
        for port in ["echo", "token"] {
            assert!(stopped.served(port)?.starts_with("2: 2 completed"), "{:?}", stopped.out);
        }
        assert!(stopped.log.is_empty(), "{:?}", stopped.log);
    }
    Ok(())
}

#[test]
fn make_certificate_never_replaces_a_file() -> Result<()> {
    for language in Language::ALL {
        let files = Files::new()?;
        let made = files.make(language)?;
        let Files { certificate, private_key, .. } = &files;
        let lines = [
            format!(
                "wrote a certificate for localhost, 127.0.0.1 and ::1 to {certificate}; clients that verify it need a copy"
            ),
            format!("wrote its private key to {private_key}; nobody else may have it"),
            "to use both, start the server with the same options, but without --make-certificate".to_owned(),
        ];
        assert_eq!(made.out(), lines, "{language:?}: {made:?}");
        assert_eq!(fs::metadata(private_key)?.permissions().mode() & 0o777, 0o600);

        let before = (fs::read(certificate)?, fs::read(private_key)?);
        let again = files.make(language)?;
        let error = format!("ws-server: --certificate {certificate}: this file exists; choose another name");
        assert_eq!((again.err().last(), again.status.code()), (Some(&error.as_str()), Some(1)), "{language:?}");
        assert!((fs::read(certificate)?, fs::read(private_key)?) == before, "{language:?}");

        fs::remove_file(certificate)?;
        let again = files.make(language)?;
        let error = format!("ws-server: --private-key {private_key}: this file exists; choose another name");
        assert_eq!((again.err().last(), again.status.code()), (Some(&error.as_str()), Some(1)), "{language:?}");
        assert!(fs::read(private_key)? == before.1, "{language:?}");
        assert!(!Path::new(certificate).exists(), "{language:?}: a certificate without its private key");
    }
    Ok(())
}

#[test]
fn the_options_need_each_other() -> Result<()> {
    for (options, language) in both(&[
        &["--certificate", "a.pem"][..],
        &["--private-key", "a.pem"],
        &["--make-certificate"],
        &["--make-certificate", "--certificate", "a.pem"],
        &["--make-certificate", "--private-key", "a.pem"],
    ]) {
        for program in ["ws-server", "tls-server"] {
            let ended = run(program, language, options, b"")?;
            assert_eq!(ended.status.code(), Some(2), "{program} {language:?} {options:?}: {ended:?}");
            let missing = ["--certificate", "--private-key"].into_iter().filter(|option| !options.contains(option));
            for option in missing {
                let text = ended.err().join("\n");
                assert!(text.contains(&format!("{option} ")), "{program} {language:?} {options:?}: {text}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_bad_file_is_named_with_what_is_wrong() -> Result<()> {
    const OTHER: &str = "this private key does not belong to the certificate in CERTIFICATE; give two files that were made \
                         together";
    const MISSING: &str = "there is no such file; a server with --make-certificate writes one";
    const NO_CERTIFICATE: &str = "not a certificate: PEM begins with the line -----BEGIN CERTIFICATE-----";
    const NO_KEY: &str = "not a private key: PEM begins with the line -----BEGIN PRIVATE KEY-----, without a password";
    const DAMAGED: &str = "is damaged; copy the file again";
    let (good, another) = (Files::made_by(Language::Rust)?, Files::made_by(Language::Python)?);
    let read = |path: &str| fs::read_to_string(path);
    let (certificate, private_key) = (read(&good.certificate)?, read(&good.private_key)?);
    // Half of the file, and a section whose content is no certificate or key.
    let half = |pem: &str| pem.lines().take(3).fold(String::new(), |text, line| text + line + "\n");
    let hollow = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    let encrypted = hollow("ENCRYPTED PRIVATE KEY");
    let old_encrypted = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\
                         DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
    let cases = [
        (None, Some(private_key.clone()), "--certificate", MISSING),
        (Some(certificate.clone()), None, "--private-key", MISSING),
        (Some(String::new()), Some(private_key.clone()), "--certificate", NO_CERTIFICATE),
        (Some("hello\n".to_owned()), Some(private_key.clone()), "--certificate", NO_CERTIFICATE),
        (Some(certificate.clone()), Some("hello\n".to_owned()), "--private-key", NO_KEY),
        (Some(certificate.clone()), Some(encrypted), "--private-key", NO_KEY),
        (Some(certificate.clone()), Some(old_encrypted.to_owned()), "--private-key", DAMAGED),
        // The two files swapped.
        (
            Some(private_key.clone()),
            Some(certificate.clone()),
            "--certificate",
            "this is a private key; give the file with its certificate",
        ),
        (
            Some(certificate.clone()),
            Some(certificate.clone()),
            "--private-key",
            "this is a certificate; give the file with its private key",
        ),
        (Some(half(&certificate)), Some(private_key.clone()), "--certificate", DAMAGED),
        (Some(hollow("CERTIFICATE")), Some(private_key.clone()), "--certificate", DAMAGED),
        (Some(certificate.clone()), Some(half(&private_key)), "--private-key", DAMAGED),
        (Some(certificate.clone()), Some(hollow("PRIVATE KEY")), "--private-key", DAMAGED),
        (Some(certificate.clone()), Some(read(&another.private_key)?), "--private-key", OTHER),
    ];
    for (number, (certificate, private_key, option, problem)) in cases.into_iter().enumerate() {
        let files = Files::new()?;
        for (path, text) in [(&files.certificate, certificate), (&files.private_key, private_key)] {
            text.map_or(Ok(()), |text| fs::write(path, text))?;
        }
        let path = if option == "--certificate" { &files.certificate } else { &files.private_key };
        let problem = problem.replace("CERTIFICATE;", &format!("{};", files.certificate));
        for (program, language) in both(&["ws-server", "tls-server"]) {
            let mut command = command(program, language)?;
            command.args(files.options()).env("OPEN_SESAME_KEY", "a key that only the two sides know");
            let ended = Process::start(&mut command, b"")?.wait()?;
            let context = format!("case {number}, {program} in {language:?}: {ended:?}");
            let error = ended.err().last().copied().unwrap_or_default().to_owned();
            assert_eq!(ended.status.code(), Some(1), "{context}");
            assert!(
                error.starts_with(&format!("{program}: {option} {path}: ")) && error.ends_with(&problem),
                "{context}"
            );
        }
    }
    Ok(())
}

#[test]
fn a_handshake_that_is_not_complete_ends_at_the_deadline() -> Result<()> {
    for language in Language::ALL {
        let files = Files::made_by(language)?;
        let options = [&["--deadline", "400ms"], &files.options()[..]].concat();
        let mut server = WsServer::start(language, &options)?;
        for (port, name) in [(server.echo, "echo"), (server.token, "token")] {
            let start = Instant::now();
            let mut silent = connect(port)?;
            let _ = silent.read_to_end(&mut Vec::new());
            server.line("cannot complete the TLS handshake: the deadline passed")?;
            // The start of a record of 511 bytes, one byte at a time.
            let mut slow = connect(port)?;
            let bytes = [&[0x16, 3, 1, 1, 0xff, 1, 0, 1, 0xfb, 3, 3][..], &[0; 500]].concat();
            for byte in bytes {
                if slow.write_all(&[byte]).is_err() {
                    break;
                }
                sleep(Duration::from_millis(20));
            }
            server.line("cannot complete the TLS handshake: the deadline passed")?;
            assert!(start.elapsed() < WAIT / 10, "{name} in {language:?}: {:?}", start.elapsed());
        }
        let stopped = server.stop_when_idle()?;
        for port in ["echo", "token"] {
            assert!(
                stopped.served(port)?.starts_with("2: 0 completed, 2 timed out"),
                "{language:?}: {:?}",
                stopped.out
            );
        }
    }
    Ok(())
}

/// A client that does not verify the certificate, after its handshakes.
fn talk_to(address: SocketAddr) -> Result<TlsStream<TcpStream>> {
    let config = tls::client_config_without_verification()?;
    let mut client = TlsStream::connect(connect(address)?, &config, address.ip().into())?;
    client.write_all(HANDSHAKE.as_bytes())?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    ensure!(head.starts_with(b"HTTP/1.1 101 "), "{}", head.escape_ascii());
    Ok(client)
}

#[test]
fn only_close_notify_is_an_end() -> Result<()> {
    const WITHOUT: &str = "disconnected without a close frame";
    const CUT: &str =
        "disconnected without a close frame: the connection ended without close_notify: somebody may have cut it";
    for language in Language::ALL {
        let files = Files::made_by(Language::Rust)?;
        let mut server = WsServer::start(language, &files.options())?;
        let echo = server.echo;

        let mut client = talk_to(echo)?;
        client.write_all(&frame(FIN | CLOSE, &1000_u16.to_be_bytes()))?;
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).context("the server does not send close_notify")?;
        assert_eq!(rest, [FIN | CLOSE, 2, 3, 0xe8], "{language:?}");
        server.line(": disconnected")?;

        let mut client = talk_to(echo)?;
        client.close();
        server.line(WITHOUT)?;

        // In the middle of a frame, too.
        for bytes in [&[][..], &[FIN | TEXT, 0x85, 1]] {
            let mut client = talk_to(echo)?;
            client.write_all(bytes)?;
            client.stream_mut().shutdown(Shutdown::Write)?;
            server.line(CUT)?;
        }

        // A server that refuses a request says why, and that this is all.
        let config = tls::client_config_without_verification()?;
        let mut client = TlsStream::connect(connect(echo)?, &config, echo.ip().into())?;
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")?;
        let mut response = String::new();
        client.read_to_string(&mut response).context("the server does not send close_notify")?;
        assert!(response.starts_with("HTTP/1.1 426 "), "{response}");

        let Stopped { log, .. } = server.stop_when_idle()?;
        let ends: Vec<_> = log.iter().filter_map(|line| line.split_once(" echo: ")).map(|(_, end)| end).collect();
        assert_eq!(ends[..3], [WITHOUT, CUT, CUT], "{language:?}: {log:?}");
    }
    Ok(())
}

#[test]
fn a_silent_session_receives_a_close_frame() -> Result<()> {
    for language in Language::ALL {
        let files = Files::made_by(Language::Rust)?;
        let options = [&["--idle", "300ms", "--deadline", "800ms"], &files.options()[..]].concat();
        let server = WsServer::start(language, &options)?;
        for (port, code, reason) in
            [(server.echo, 1001_u16, "no message for 300ms"), (server.token, 1008, "no token within 800ms")]
        {
            let mut rest = Vec::new();
            talk_to(port)?.read_to_end(&mut rest).context("no close_notify")?;
            assert_eq!(rest[2..], [&code.to_be_bytes(), reason.as_bytes()].concat(), "{language:?}");
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn a_session_that_is_open_at_shutdown_receives_a_close_frame() -> Result<()> {
    for language in Language::ALL {
        let files = Files::made_by(Language::Rust)?;
        let server = WsServer::start(language, &files.options())?;
        let mut client = talk_to(server.echo)?;
        server.server.process.signal(programs::Signal::TERM)?;
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).context("no close_notify")?;
        assert_eq!(rest, [&[FIN | CLOSE, 29, 3, 0xe9], &b"the server is shutting down"[..]].concat(), "{language:?}");
        fs::remove_file(server.log)?;
    }
    Ok(())
}

#[test]
fn a_client_learns_that_it_should_use_the_other_scheme() -> Result<()> {
    for server_language in Language::ALL {
        let files = Files::made_by(Language::Rust)?;
        let (mut encrypted, mut plain) =
            (WsServer::start(server_language, &files.options())?, WsServer::start(server_language, &[])?);
        for client_language in Language::ALL {
            let context = format!("{client_language:?} to {server_language:?}");
            let (wss, ws) = (encrypted.echo, plain.echo);
            let ended = run("ws-client", client_language, &["--connect", &format!("ws://{wss}")], b"hello\n")?;
            let error = ended.err().join("\n");
            assert!(error.ends_with(" (if it speaks TLS, use wss://)"), "{context}: {error}");
            encrypted.line("what the peer sent is not TLS")?;

            let options = ["--connect", &format!("wss://{ws}"), "--certificate", &files.certificate];
            let ended = run("ws-client", client_language, &options, b"hello\n")?;
            let error = format!("ws-client: {ws} does not speak TLS; if it speaks WebSocket, use ws://");
            assert_eq!(ended.err(), [error], "{context}");
            plain.line("handshake refused: 400 Bad Request")?;
        }
        encrypted.stop()?;
        plain.stop()?;
    }
    Ok(())
}
