//! `--idle`: a session lasts as long as its client keeps sending messages.

use anyhow::{Result, ensure};

use crate::common::{Client, connect, read_head, with_each};

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
        server.stop()?;
        Ok(())
    })
}
