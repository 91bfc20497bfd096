//! Both ends of a connection have the same value for a channel binding, whichever languages and libraries they are.

use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

use anyhow::{Context, Result, ensure};
use programs::{Language, Process, Server, WAIT, python_for, root, server_that};
use tls::{Identity, TlsStream, client_config_without_verification, server_config};

/// Python's end of one connection. Without an address it is the server. It prints the value.
const PYTHON_END: &str = r#"
import socket, sys
from crates.tls.openssl import Identity, TlsStream, client_context_without_verification, server_context
if len(sys.argv) == 1:
    listener = socket.create_server(("127.0.0.1", 0))
    print("end listens on %s:%d" % listener.getsockname(), flush=True)
    stream, _ = listener.accept()
    tls = TlsStream.accept(stream, server_context(Identity.self_signed()))
else:
    stream = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    tls = TlsStream.connect(stream, client_context_without_verification())
print(tls.exporter().hex(), flush=True)
tls.close()
"#;

fn python_end(arguments: &[String]) -> Result<Command> {
    // The environment has the packages that tls-server requires, which are those of crates/tls.
    let mut command = python_for("tls-server")?;
    command.current_dir(root()).args(["-c", PYTHON_END]).args(arguments);
    Ok(command)
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the value of the server in this language, and that of a client that gets its address.
fn values(server: Language, client: impl FnOnce(SocketAddr) -> Result<String>) -> Result<(String, String)> {
    if server == Language::Python {
        let server = Server::from_command(&mut python_end(&[])?)?;
        let of_client = client(server.address)?;
        let ended = server.process.wait()?;
        return Ok(((*ended.out().last().context("no value")?).to_owned(), of_client));
    }
    let config = server_config(Identity::self_signed()?)?;
    let (sender, of_server) = channel();
    let address = server_that(move |stream| {
        let tls = TlsStream::accept(stream, &config).and_then(|mut tls| {
            tls.close();
            tls.exporter()
        });
        let _ = sender.send(tls.map(hex));
    })?;
    let of_client = client(address)?;
    Ok((of_server.recv_timeout(WAIT)??, of_client))
}

fn client(language: Language, server: SocketAddr) -> Result<String> {
    if language == Language::Python {
        let address = [server.ip().to_string(), server.port().to_string()];
        let ended = Process::start(&mut python_end(&address)?, b"")?.wait()?;
        return Ok((*ended.out().first().with_context(|| format!("{ended:?}"))?).to_owned());
    }
    let config = client_config_without_verification()?;
    let tls = TlsStream::connect(TcpStream::connect(server)?, &config, server.ip().into())?;
    Ok(hex(tls.exporter()?))
}

#[test]
fn both_ends_have_the_same_value_and_each_connection_another() -> Result<()> {
    let mut seen = Vec::new();
    for (server_language, client_language) in Language::PAIRINGS {
        let (of_server, of_client) = values(server_language, |address| client(client_language, address))?;
        assert_eq!(of_server, of_client, "{server_language:?} and {client_language:?}");
        assert_eq!(of_server.len(), 64);
        assert!(!seen.contains(&of_server));
        seen.push(of_server);
    }
    Ok(())
}

#[test]
#[ignore = "needs openssl; .ci/run runs it"]
fn openssl_has_the_same_value() -> Result<()> {
    for language in Language::ALL {
        let (of_server, of_client) = values(language, |address| {
            let mut openssl = Command::new("openssl");
            openssl.args(["s_client", "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", "32"]);
            let output = openssl.args(["-connect", &address.to_string()]).stdin(Stdio::null()).output()?;
            let out = String::from_utf8_lossy(&output.stdout).into_owned();
            let value = out.lines().find_map(|line| line.trim().strip_prefix("Keying material: "));
            Ok(value.with_context(|| format!("no value in {out}"))?.to_lowercase())
        })?;
        ensure!(of_server == of_client, "{language:?}: {of_server}, openssl: {of_client}");
    }
    Ok(())
}
