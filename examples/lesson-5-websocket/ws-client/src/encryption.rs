//! TLS for `wss://` URLs, with a server whose certificate the user trusts.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use client::TimedStream;
use tls::{ClientConfig, Error, ServerName, TlsStream};

use crate::channel::Channel;
use crate::url::Url;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// File with the self-signed certificate of a wss:// server, or that of the authority that signed it
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
}

impl Options {
    /// Reads the certificate that the user trusts. Only a `wss://` URL needs one.
    pub(crate) fn load(&self, url: &Url) -> Result<Encryption> {
        let Some(path) = &self.certificate else {
            if url.is_wss() {
                bail!(
                    "wss:// needs --certificate FILE: a copy of the server's certificate, because no other is trusted"
                );
            }
            return Ok(Encryption(None));
        };
        if !url.is_wss() {
            bail!("--certificate is for wss:// URLs; nothing is encrypted with ws://");
        }
        // An IPv6 address has brackets in a URL.
        let host = url.uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).context("no certificate can be for this host name")?;
        Ok(Encryption(Some((tls::client_config_that_trusts(path)?, name))))
    }
}

/// How the connection is encrypted, if it is.
pub(crate) struct Encryption(Option<(Arc<ClientConfig>, ServerName<'static>)>);

impl Encryption {
    /// Completes the handshake of TLS, if the connection is encrypted.
    pub(crate) fn connect(self, url: &Url, server: TimedStream) -> Result<Box<dyn Channel>> {
        let Some((config, name)) = self.0 else { return Ok(Box::new(server)) };
        match TlsStream::connect(server, &config, name) {
            Ok(tls) => Ok(Box::new(tls)),
            Err(Error::NotTls) => Err(anyhow!("{} does not speak TLS; if it speaks WebSocket, use ws://", url.address)),
            Err(error) => Err(error).with_context(|| url.address.to_string()),
        }
    }
}

impl Channel for TlsStream<TimedStream> {
    fn restart_deadline(&mut self) {
        self.stream_mut().restart_deadline();
    }

    fn close(&mut self) {
        TlsStream::close(self);
    }
}
