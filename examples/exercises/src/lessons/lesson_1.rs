use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use anyhow::{Result, bail};
use auth::{Key, Nonce, Scheme};

use crate::exercise::Exercise;
use crate::expect;
use crate::program::Program;

/// The tutorial's key, which is in the starters.
const KEY: &str = "老衲洗头用飘柔";

/// The exercises of lesson 1.
pub(crate) const EXERCISES: &[Exercise] = &[Exercise {
    lesson: 1,
    name: "read-exactly",
    checks: &[
        ("waits for all 32 bytes of a nonce that arrives in three pieces", waits_for_all_pieces),
        ("does not respond, and fails, if the server closes after 20 bytes", fails_if_the_nonce_ends),
    ],
}];

fn waits_for_all_pieces(program: &Program) -> Result<()> {
    let nonce = Nonce::random()?;
    let expected = Scheme::Md5Hex.response(&Key::new(KEY)?, nonce);
    let (got, ended) = program.run_as_client(&[], |mut client| {
        let (first, rest) = nonce.as_ref().split_at(7);
        let (second, last) = rest.split_at(24);
        client.write_all(first)?;
        expect_silence(&client, "the first 7 bytes")?;
        client.write_all(second)?;
        expect_silence(&client, "31 bytes")?;
        client.write_all(last)?;
        client.shutdown(Shutdown::Write)?;
        let mut got = Vec::new();
        client.read_to_end(&mut got)?;
        Ok(got)
    })?;
    expect::bytes("the response", expected.as_bytes(), &got)?;
    expect::success(&ended)
}

/// Waits for some time, in which the client must not send anything.
fn expect_silence(mut client: &TcpStream, after: &str) -> Result<()> {
    let usual = client.read_timeout()?;
    client.set_read_timeout(Some(Duration::from_millis(700)))?;
    let result = client.read(&mut [0; 64]);
    client.set_read_timeout(usual)?;
    match result {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
        Ok(1..) => bail!("your client responded after {after} of the nonce; it should wait for all 32"),
        _ => bail!("your client closed the connection after {after} of the nonce; it should wait for all 32"),
    }
}

fn fails_if_the_nonce_ends(program: &Program) -> Result<()> {
    let nonce = Nonce::random()?;
    let (got, ended) = program.run_as_client(&[], |mut client| {
        client.write_all(&nonce.as_ref()[..20])?;
        client.shutdown(Shutdown::Write)?;
        let mut got = Vec::new();
        client.read_to_end(&mut got)?;
        Ok(got)
    })?;
    expect::bytes("what your client sent after 20 bytes of a nonce", b"", &got)?;
    expect::failure(&ended)
}
