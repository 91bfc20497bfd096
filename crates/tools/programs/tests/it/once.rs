//! `--once` ends gate-server after its first client, whatever the verdict. (Without it, it continues: see handshakes.)

use std::io::{Read, Write};

use anyhow::Result;
use programs::Server;

use crate::common::{at_once, both, connect, is_refused, last_line, served};

#[test]
fn the_server_ends_after_its_first_client() -> Result<()> {
    let verdicts = ["accepted, it holds the key", "rejected, it does not hold the key"];
    at_once(both(&verdicts), |(verdict, language)| {
        let server = Server::start("gate-server", language, &["--once", "--allow", "127.0.0.1"])?;
        // A client that may not connect does not count.
        is_refused("127.0.0.2", server.address)?;
        let client = if verdict.starts_with("accepted") {
            served("gate-server", server.address)?
        } else {
            let mut client = connect(server.address)?;
            client.read_exact(&mut [0; 32])?;
            client.write_all(&[b'0'; 32])?;
            assert_eq!(client.read(&mut [0])?, 0);
            client
        };
        let address = server.address;
        let ended = server.process.wait()?;
        assert!(ended.status.success(), "{language:?}: {ended:?}");
        let last = last_line("gate-server", 1).replace("refused 0", "refused 1 (1 not in --allow)");
        let lines = [format!("gate-server listens on {address}"), format!("{}: {verdict}", client.local_addr()?), last];
        assert_eq!(ended.out(), lines, "{language:?}");
        Ok(())
    })
}
