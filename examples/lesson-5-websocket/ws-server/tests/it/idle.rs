//! `--idle`: a session goes on for as long as its client says something.

use crate::common;

use std::net::TcpStream;

use anyhow::{Result, ensure};
use common::{LONG, Raw, WsServer, head};
use programs::Language;

#[test]
fn a_session_outlives_the_deadline_of_its_handshake_and_each_message_gives_it_more_time() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &["--deadline", "500ms", "--idle", "1900ms"])?;
        let mut client = Raw::connect(server.echo)?;
        for _ in 0..4 {
            // One who says nothing tells the time: it is cut when half a second has passed.
            let mut silent = TcpStream::connect(server.echo)?;
            silent.set_read_timeout(Some(LONG))?;
            ensure!(head(&mut silent)?.starts_with("HTTP/1.1 408 "), "{language:?}");
            ensure!(client.asks("hello")? == "Server received: hello", "{language:?}");
        }
        ensure!(client.closed()? == (1001, "nothing said for 1s 900ms".to_owned()), "{language:?}");
        server.stop()?;
    }
    Ok(())
}
