use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{Local, SecondsFormat};
use cli::escape;
use socketserver::Connection;

/// The file with one line for each session that did not end normally: time, client, port and reason.
pub(crate) struct ErrorLog {
    file: File,
    path: PathBuf,
}

impl ErrorLog {
    /// Opens the log. A server opens it before it listens, so that it never runs without one.
    pub(crate) fn open(path: PathBuf) -> Result<ErrorLog> {
        let file = File::options().append(true).create(true).open(&path);
        let file = file.with_context(|| format!("cannot write to the error log {} (--error-log)", path.display()))?;
        Ok(ErrorLog { file, path })
    }

    /// Writes a line if a session on this port failed. Returns its result unchanged.
    pub(crate) fn record(&self, client: &Connection, port: &str, result: Result<()>) -> Result<()> {
        if let Err(error) = &result
            && !client.is_shutting_down()
        {
            let time = Local::now().to_rfc3339_opts(SecondsFormat::Secs, false);
            // Escaped, because the reason can contain text from the client, which must not look like another line.
            let line = format!("{time} {} {port}: {}\n", client.peer_addr(), escape(format!("{error:#}").as_bytes()));
            // One write, so that the lines of several threads do not mix.
            if let Err(error) = (&self.file).write_all(line.as_bytes()) {
                cli::warn!("cannot write to the error log {}: {error}", self.path.display());
            }
        }
        result
    }
}
