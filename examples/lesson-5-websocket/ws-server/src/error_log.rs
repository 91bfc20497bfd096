use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{Local, SecondsFormat};
use cli::escape;
use socketserver::Connection;

/// The file that tells of sessions which did not end as they should: a line each, with time, client, port and why.
pub(crate) struct ErrorLog {
    file: File,
    path: PathBuf,
}

impl ErrorLog {
    /// Opened before anything listens: better no server than one whose errors nobody learns of.
    pub(crate) fn open(path: PathBuf) -> Result<ErrorLog> {
        let file = File::options().append(true).create(true).open(&path);
        let file = file.with_context(|| format!("cannot write to the error log {} (--error-log)", path.display()))?;
        Ok(ErrorLog { file, path })
    }

    /// Writes down how a session on this port ended, if that was not as it should.
    pub(crate) fn watch(&self, client: &Connection, port: &str, ended: Result<()>) -> Result<()> {
        if let Err(error) = &ended
            && !client.is_shutting_down()
        {
            let time = Local::now().to_rfc3339_opts(SecondsFormat::Secs, false);
            let peer = client.peer_addr();
            // In one piece, so that lines of several threads do not mix; and one line, whatever a client has sent.
            let line = format!("{time} {peer} {port}: {}\n", escape(format!("{error:#}").as_bytes()));
            if let Err(error) = (&self.file).write_all(line.as_bytes()) {
                cli::warn!("cannot write to the error log {}: {error}", self.path.display());
            }
        }
        ended
    }
}
