//! Clients that stop in any stage of their handshake never stop the others.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;
use programs::{Language, at_once, connect};

use crate::peer::{client_hello, encrypted, is_served};
use crate::server;

#[test]
fn two_hundred_stalled_clients_do_not_delay_another() -> Result<()> {
    at_once(Language::ALL, |language| {
        let server = server(language, &["--deadline", "1m"])?;
        let (mut streams, mut clients) = (Vec::new(), Vec::new());
        for number in 0..200 {
            if number % 2 == 0 {
                let mut stream = connect(server.address)?;
                if number % 4 == 0 {
                    stream.write_all(&client_hello(server.address)?)?;
                }
                streams.push(stream);
            } else {
                let mut client = encrypted(server.address)?;
                if number % 4 == 1 {
                    client.write_all(&[7; 32])?;
                    client.flush()?;
                }
                clients.push(client);
            }
        }
        for _ in 0..5 {
            let start = Instant::now();
            is_served(server.address)?;
            assert!(start.elapsed() < Duration::from_secs(2), "{language:?}: {:?}", start.elapsed());
        }
        // They have stalled the server until now.
        for client in &mut clients {
            client.sock.stream.set_nonblocking(true)?;
            assert!(client.conn.complete_io(&mut client.sock).is_ok(), "{language:?}: it was closed");
        }
        drop(streams);
        server.stop()?;
        Ok(())
    })
}
