//! Clients that say nothing hold up the others no longer than the deadline each.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Result;
use programs::{Language, Server};
use timestamp::is_stamp;

#[test]
fn the_next_client_has_its_turn_after_the_deadline() -> Result<()> {
    for language in Language::ALL {
        let server = Server::start("line-server", language, &["--deadline", "200ms"])?;
        let silent = (0..5).map(|_| TcpStream::connect(server.address)).collect::<Result<Vec<_>, _>>()?;
        let mut good = TcpStream::connect(server.address)?;
        good.set_read_timeout(Some(Duration::from_secs(30)))?;
        good.write_all(b"hello\r\n")?;
        let mut answer = Vec::new();
        good.read_to_end(&mut answer)?;
        assert!(is_stamp(&answer) && answer.ends_with(b"] hello\r\n"), "{language:?}");

        let last = "line-server served 6: 1 completed, 5 timed out, 0 failed, 0 cut at the end; refused 0";
        assert_eq!(server.stop()?.out().last(), Some(&last), "{language:?}");
        drop(silent);
    }
    Ok(())
}
