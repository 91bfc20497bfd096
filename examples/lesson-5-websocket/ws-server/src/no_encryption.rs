//! The build without the feature `tls`: every connection is `ws://`, and the options for `wss://` do not exist.

use anyhow::Result;
use socketserver::Connection;

use crate::channel::BoxedChannel;

#[derive(clap::Args)]
pub(crate) struct Options {}

impl Options {
    pub(crate) fn load(&self) -> Result<Option<Encryption>> {
        Ok(Some(Encryption))
    }
}

#[derive(Clone)]
pub(crate) struct Encryption;

impl Encryption {
    pub(crate) fn accept<'c>(&self, client: &'c Connection) -> Result<BoxedChannel<'c>> {
        Ok(Box::new(client))
    }
}
