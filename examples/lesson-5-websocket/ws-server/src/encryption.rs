//! TLS over each connection, if the operator has a certificate. Clients then use `wss://` instead of `ws://`.

use std::sync::Arc;

use anyhow::Result;
use socketserver::Connection;
use tls::{CertificateFiles, ServerConfig, TlsStream};

use crate::channel::{BoxedChannel, Channel};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    files: CertificateFiles,
}

impl Options {
    /// Reads the certificate, if there is one. With `--make-certificate`, writes one instead, and returns `None`.
    pub(crate) fn load(&self) -> Result<Option<Encryption>> {
        if self.files.make()? {
            return Ok(None);
        }
        Ok(Some(Encryption(self.files.server_config()?)))
    }
}

/// How connections are encrypted, if they are.
#[derive(Clone)]
pub(crate) struct Encryption(Option<Arc<ServerConfig>>);

impl Encryption {
    /// Completes the handshake of TLS, if connections are encrypted.
    pub(crate) fn accept<'c>(&self, client: &'c Connection) -> Result<BoxedChannel<'c>> {
        let Some(config) = &self.0 else { return Ok(Box::new(client)) };
        let tls = TlsStream::accept(client, config);
        if tls.is_err() {
            // The alert that TLS sent says why.
            client.lingering_close();
        }
        Ok(Box::new(tls?))
    }
}

impl Channel for TlsStream<&Connection> {
    fn lingering_close(&mut self) {
        self.close();
        self.stream_mut().lingering_close();
    }
}
