//! The build without the feature `tls`: only `ws://` URLs, and no option for `wss://`.

use anyhow::{Result, bail};
use client::TimedStream;

use crate::channel::Channel;
use crate::url::Url;

#[derive(clap::Args)]
pub(crate) struct Options {}

impl Options {
    pub(crate) fn load(&self, url: &Url) -> Result<Encryption> {
        if url.is_wss() {
            bail!("this ws-client does not support wss://; build it with its default feature tls");
        }
        Ok(Encryption)
    }
}

pub(crate) struct Encryption;

impl Encryption {
    pub(crate) fn connect(self, _: &Url, server: TimedStream) -> Result<Box<dyn Channel>> {
        Ok(Box::new(server))
    }
}
