use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ChildStdin;
use std::sync::mpsc::channel;

use anyhow::{Context, Result};
use auth::{Nonce, Scheme};
use programs::{WAIT, server_that};

use crate::started::Started;
use crate::target::{Server, TIMEOUT, Target};

/// An attacker between a legitimate client and a server, who has passed on a handshake and keeps both connections.
pub(crate) struct Middle {
    pub(crate) nonce: Nonce,
    pub(crate) response: Vec<u8>,
    pub(crate) client: TcpStream,
    pub(crate) client_process: Started,
    /// What the user types at the client.
    pub(crate) stdin: ChildStdin,
    server: TcpStream,
}

impl Middle {
    pub(crate) fn start(
        target: &Target,
        server: &Server,
        name: &str,
        key: Option<&str>,
        scheme: Scheme,
    ) -> Result<Middle> {
        let (mut client, client_process, stdin) = lure(target, name, key)?;
        let (mut server, nonce) = server.connect_for_nonce()?;
        client.write_all(nonce.as_ref())?;
        let mut response = vec![0; scheme.response_len()];
        client.read_exact(&mut response).context("the client does not respond")?;
        server.write_all(&response)?;
        Ok(Middle { nonce, response, client, client_process, stdin, server })
    }

    /// Sends a message to the server, and returns the echo.
    pub(crate) fn speak(&mut self, message: &str) -> Result<String> {
        self.server.write_all(message.as_bytes())?;
        let mut echo = vec![0; "[Thu May 10 22:00:19 2018] ".len() + message.len()];
        self.server.read_exact(&mut echo).context("the server does not send an echo")?;
        Ok(String::from_utf8_lossy(&echo).into_owned())
    }
}

/// Starts a client that takes the attacker for its server, and returns its connection.
pub(crate) fn lure(target: &Target, name: &str, key: Option<&str>) -> Result<(TcpStream, Started, ChildStdin)> {
    let (client, (process, stdin)) = lure_with(|address| target.start_client(name, &address.to_string(), key))?;
    Ok((client, process, stdin))
}

/// Does the same with any client: `start` gets the address of the attacker.
pub(crate) fn lure_with<T>(start: impl FnOnce(SocketAddr) -> Result<T>) -> Result<(TcpStream, T)> {
    let (sender, receiver) = channel();
    let started = start(server_that(move |stream| drop(sender.send(stream)))?)?;
    let client = receiver.recv_timeout(WAIT).context("the client does not connect")?;
    client.set_read_timeout(Some(TIMEOUT))?;
    Ok((client, started))
}
