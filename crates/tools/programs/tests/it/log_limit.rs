//! One client that fails again and again cannot fill a server's log.

use std::time::Duration;

use anyhow::{Result, ensure};
use programs::{Server, Signal};
use socket2::SockRef;

use crate::common::{SERVERS, at_once, both, connect, connect_from};

#[test]
fn a_server_prints_100_failures_of_an_address_and_counts_the_others() -> Result<()> {
    at_once(both(&SERVERS), |(name, language)| {
        let mut server = Server::start(name, language, &[])?;
        for _ in 0..120 {
            // To close without lingering is to reset.
            SockRef::from(&connect(server.address)?).set_linger(Some(Duration::ZERO))?;
        }
        SockRef::from(&connect_from("127.0.0.2", server.address)?).set_linger(Some(Duration::ZERO))?;
        loop {
            server.process.signal(Signal::USR1)?;
            if server.line(" open; served ")?.starts_with("0 open; served 121: 0 completed") {
                break;
            }
        }
        let ended = server.stop()?;
        let failures = |address: &str| ended.err().iter().filter(|line| line.starts_with(address)).count();
        ensure!(failures("127.0.0.1:") == 100, "{name} in {language:?}: {ended:?}");
        ensure!(failures("127.0.0.2:") == 1, "{name} in {language:?}: {ended:?}");
        ensure!(ended.err().last() == Some(&"and 20 more from 127.0.0.1"), "{name} in {language:?}: {ended:?}");
        Ok(())
    })
}
