use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use chrono::{Local, SecondsFormat};
use cli::{LineLimit, escape};
use rolling_file::{BasicRollingFileAppender, RollingConditionBasic};
use socketserver::Connection;

/// The size at which a log is renamed to `FILE.1` and a new one begins, in bytes.
const MAX_SIZE: u64 = 1 << 20;
/// The number of renamed logs that are kept: `FILE.1` to `FILE.4`.
const MAX_OLD_LOGS: usize = 4;

/// The file with one line for each session that did not end normally: time, client, port and reason.
pub(crate) struct ErrorLog {
    file: Mutex<BasicRollingFileAppender>,
    path: PathBuf,
    limit: LineLimit,
}

impl ErrorLog {
    /// Opens the log. A server opens it before it listens, so that it never runs without one.
    pub(crate) fn open(path: PathBuf) -> Result<ErrorLog> {
        // A device such as /dev/null has no size, and must not be renamed.
        let is_device = fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        let max_size = if is_device { u64::MAX } else { MAX_SIZE };
        let condition = RollingConditionBasic::new().max_size(max_size);
        // Without a buffer: each line is one write, so that lines of several processes do not mix, and none gets lost.
        let file = BasicRollingFileAppender::new_with_buffer_capacity(&path, condition, MAX_OLD_LOGS, 0);
        let file = file.with_context(|| format!("cannot write to the error log {} (--error-log)", path.display()))?;
        Ok(ErrorLog { file: Mutex::new(file), path, limit: LineLimit::default() })
    }

    /// Writes a line if a session on this port failed. Returns its result unchanged.
    pub(crate) fn record(&self, client: &Connection, port: &str, result: Result<()>) -> Result<()> {
        if let Err(error) = &result
            && !client.is_shutting_down()
        {
            self.write(self.limit.left_out());
            if self.limit.permits(client.peer_addr().ip()) {
                self.write([format!("{} {port}: {error:#}", client.peer_addr())]);
            }
        }
        result
    }

    /// Writes what is left to write before the server ends.
    pub(crate) fn finish(&self) {
        self.write(self.limit.finish());
    }

    fn write(&self, lines: impl IntoIterator<Item = String>) {
        for line in lines {
            let time = Local::now().to_rfc3339_opts(SecondsFormat::Secs, false);
            // Escaped, because a reason can contain text from the client, which must not look like another line.
            let line = format!("{time} {}\n", escape(line.as_bytes()));
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(error) = file.write_all(line.as_bytes()) {
                self.warn(&error);
            }
        }
    }

    fn warn(&self, error: &io::Error) {
        cli::warn!("cannot write to the error log {}: {error}", self.path.display());
    }
}
