//! The server shows the certificate of its file. What is wrong with a file is tested with ws-server, for both servers.

use anyhow::{Context, Result, ensure};
use programs::{Language, connect, run};
use tls::TlsStream;

use crate::{KEY, client, server};

#[test]
fn the_server_shows_the_certificate_that_it_wrote() -> Result<()> {
    for server_language in Language::ALL {
        let folder = tempfile::tempdir()?;
        let [certificate, private_key] = ["certificate.pem", "private-key.pem"].map(|name| folder.path().join(name));
        let files = [
            "--certificate",
            certificate.to_str().context("not UTF-8")?,
            "--private-key",
            private_key.to_str().context("not UTF-8")?,
        ];
        // It needs no key of its own for that.
        let made = run("tls-server", server_language, &[&["--make-certificate"], &files[..]].concat(), b"")?;
        ensure!(made.status.success() && made.out().len() == 3, "{server_language:?}: {made:?}");

        let server = server(server_language, &files)?;
        let config = tls::client_config_that_trusts(&certificate)?;
        TlsStream::connect(connect(server.address)?, &config, server.address.ip().into())
            .with_context(|| format!("{server_language:?}"))?;
        for client_language in Language::ALL {
            let ended = client(client_language, &server.address.to_string(), KEY, &[])?.wait()?;
            ensure!(ended.status.success(), "{client_language:?} to {server_language:?}: {ended:?}");
        }
    }
    Ok(())
}
