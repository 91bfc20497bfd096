//! `--idle`: a session lasts as long as its client keeps sending messages and reads the replies.

use std::io::Write;

use anyhow::{Result, ensure};
use programs::connect;
use wire::websocket::{FIN, TEXT};

use crate::common::{Client, frame, read_head, with_each};

#[test]
fn each_message_gives_a_session_more_time() -> Result<()> {
    with_each(&["--deadline", "500ms", "--idle", "1900ms"], |server| {
        let mut client = Client::connect(server.echo)?;
        for _ in 0..4 {
            // A client that sends nothing measures half a second: then its deadline passes.
            ensure!(read_head(&mut connect(server.echo)?)?.starts_with("HTTP/1.1 408 "));
            client.assert_echoes("hello")?;
        }
        ensure!(client.assert_closed(1001)? == "no message for 1s 900ms");
        server.stop().map(drop)
    })
}

#[test]
fn a_client_that_does_not_read_is_logged_as_such() -> Result<()> {
    with_each(&["--idle", "500ms"], |mut server| {
        let mut client = Client::connect(server.echo)?;
        // Until the buffers are full, the server cannot reply any more, and closes.
        while client.0.write_all(&frame(FIN | TEXT, &[b'x'; 60_000])).is_ok() {}
        let address = client.0.local_addr()?;
        ensure!(server.line("127.0.0.1")? == format!("{address}: connected"));
        ensure!(server.line("127.0.0.1")? == format!("{address}: the client does not read"));
        let stopped = server.stop()?;
        ensure!(stopped.log == [format!("{address} echo: the client does not read")], "{:?}", stopped.log);
        ensure!(stopped.served("echo")?.starts_with("1: 0 completed, 1 timed out, 0 failed"), "{:?}", stopped.out);
        Ok(())
    })
}
