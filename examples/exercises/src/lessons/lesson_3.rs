use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use programs::Language;

use crate::exercise::Exercise;
use crate::program::Program;
use crate::server::reset;
use crate::{expect, random};

/// The exercises of lesson 3.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 3,
        name: "line-ending",
        checks: &[
            ("knows where a line with \\r\\n ends", |program| predicts_reply(program, b"a\r\nb\r\n")),
            ("knows where a line with \\n ends", |program| predicts_reply(program, b"a\nb\r\n")),
            ("knows what a lone \\r does", |program| predicts_reply(program, b"a\rb\n")),
            ("knows what an empty line is", |program| predicts_reply(program, b"\r\n")),
            ("knows what the end of the stream does", |program| predicts_reply(program, b"a")),
            ("knows what /r/n does", |program| predicts_reply(program, b"a/r/n")),
            ("knows what a client gets that sends nothing", predicts_no_reply),
        ],
    },
    Exercise {
        lesson: 3,
        name: "line-limit",
        checks: &[
            ("sends back a line of N bytes, and refuses N + 1 bytes before the line ends", refuses_one_byte_more),
            ("reads only a little of a line that never ends, and serves the next client", reads_only_a_little),
        ],
    },
    Exercise {
        lesson: 3,
        name: "not-utf8",
        checks: &[
            ("sends back lines that are not UTF-8, unchanged", sends_back_any_bytes),
            ("serves the next client after one that resets its connection", survives_a_reset),
        ],
    },
];

fn predicts_reply(program: &Program, sent: &[u8]) -> Result<()> {
    let hex: Vec<_> = sent.iter().map(|byte| wire::hex(&[*byte])).collect();
    let reply = reply_of_line_server(sent)?;
    let line = reply.get(timestamp::LEN..).context("line-server sent no timestamp")?;
    program.predicts_bytes(&format!("reply to {}", hex.join(" ")), line)
}

fn predicts_no_reply(program: &Program) -> Result<()> {
    let label = "number of bytes that come back if the client sends nothing";
    program.predicts(label, reply_of_line_server(b"")?.len())
}

fn reply_of_line_server(sent: &[u8]) -> Result<Vec<u8>> {
    let server = programs::Server::start("line-server", Language::Rust, &[])?;
    exchange(server.address, sent)
}

/// Sends these bytes and the end of the stream, and returns what comes back.
fn exchange(server: SocketAddr, sent: &[u8]) -> Result<Vec<u8>> {
    let mut client = programs::connect(server)?;
    client.write_all(sent)?;
    client.shutdown(Shutdown::Write)?;
    reply(&client)
}

/// Returns what comes back until the server closes the connection, in whatever way.
fn reply(mut client: &TcpStream) -> Result<Vec<u8>> {
    client.set_read_timeout(Some(Duration::from_secs(3)))?;
    let mut reply = Vec::new();
    match client.read_to_end(&mut reply) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
        _ => Ok(reply),
    }
}

/// Returns a line of so many bytes, its ending included.
fn line(length: usize) -> Result<Vec<u8>> {
    let letters: Vec<char> = ('a'..='z').collect();
    Ok((random::text(length - 1, &letters)? + "\n").into_bytes())
}

fn refuses_one_byte_more(program: &Program) -> Result<()> {
    let limit = 100 + random::below(900)?;
    program.run_as_server(&[&limit.to_string()], |server| {
        for (length, has_ending) in [(limit, true), (limit + 1, false), (limit + 1, true), (2, true), (limit, true)] {
            let mut sent = line(length)?;
            let ending = if has_ending { "with its ending" } else { "without an ending" };
            if !has_ending {
                sent[length - 1] = b'x';
            }
            let mut client = server.connect()?;
            client.write_all(&sent)?;
            let expected = if length > limit { &b""[..] } else { &sent };
            let what = format!("what came back for {length} bytes of a line, {ending}, with a limit of {limit},");
            expect::bytes(&what, expected, &reply(&client).context(format!("after {length} bytes {ending}"))?)?;
        }
        Ok(())
    })
}

fn reads_only_a_little(program: &Program) -> Result<()> {
    /// More than the buffers of the operating system take.
    const ENDLESS: usize = 32 << 20;
    let limit = 100 + random::below(900)?;
    program.run_as_server(&[&limit.to_string()], |server| {
        let mut client = server.connect()?;
        client.set_write_timeout(Some(Duration::from_secs(3)))?;
        let mut taken = 0;
        while taken < ENDLESS {
            match client.write(&[b'x'; 1 << 16]) {
                Ok(count) => taken += count,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Err(error).context("the line never ended, and the server did not close the connection");
                }
                Err(_) => break,
            }
        }
        ensure!(taken < ENDLESS, "the limit is {limit} bytes, and the server took {ENDLESS} bytes of a line");
        drop(client);
        let line = line(limit)?;
        expect::bytes("what came back for the next client", &line, &exchange(server.address, &line)?)
    })
}

fn sends_back_any_bytes(program: &Program) -> Result<()> {
    program.run_as_server(&[], |server| {
        let mut any = random::bytes(20)?;
        any.retain(|byte| *byte != b'\n');
        let lines = [[&any[..], b"\xff\n"].concat(), "开门\n".into(), "开门".as_bytes()[..5].to_vec()];
        for line in lines {
            let got = exchange(server.address, &line)?;
            expect::bytes(&format!("what came back for {}", wire::hex(&line)), &line, &got)?;
        }
        Ok(())
    })
}

fn survives_a_reset(program: &Program) -> Result<()> {
    program.run_as_server(&[], |server| {
        for _ in 0..3 {
            let mut client = server.connect()?;
            client.write_all(b"half a li")?;
            reset(client)?;
            let line = line(20)?;
            let got = exchange(server.address, &line).context("after a client that reset its connection")?;
            expect::bytes("what came back after a client that reset its connection", &line, &got)?;
        }
        Ok(())
    })
}
