use std::io::{self, ErrorKind, Read, Write};
use std::iter::repeat;
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use auth::{Key, Nonce, Scheme};
use programs::server_that;

use crate::exercise::Exercise;
use crate::expect;
use crate::program::Program;

/// The tutorial's key.
const KEY: &str = "老衲洗头用飘柔";

/// The nonce in the task of next-bytes.
const RECORDED: [u8; Nonce::LEN] = [
    0xc4, 0x1a, 0x7f, 0x00, 0x52, 0xe9, 0x3b, 0x88, 0xd6, 0x0d, 0x91, 0xf3, 0x2c, 0x64, 0xab, 0x17, 0x70, 0xe5, 0x08,
    0x9c, 0x43, 0xbe, 0x2f, 0xd1, 0x5a, 0x36, 0xc9, 0x84, 0x1e, 0xf7, 0x60, 0x0b,
];

/// The exercises of lesson 1.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 1,
        name: "next-bytes",
        checks: &[
            ("knows how long the response is", predicts_length),
            ("knows how it begins", predicts_first_bytes),
            ("knows what the server sends after it", predicts_reply),
            ("knows what the server compares", predicts_verdict),
        ],
    },
    Exercise {
        lesson: 1,
        name: "read-exactly",
        checks: &[
            ("waits for all 32 bytes of a nonce that arrives in three pieces", waits_for_all_pieces),
            ("does not respond, and fails, if the server closes after 20 bytes", fails_if_the_nonce_ends),
        ],
    },
    Exercise {
        lesson: 1,
        name: "constant-time",
        checks: &[
            ("accepts the expected response and no other", accepts_no_other),
            ("takes as long if the first byte is wrong as if the last is", takes_as_long),
        ],
    },
    Exercise {
        lesson: 1,
        name: "one-deadline",
        checks: &[
            ("cuts a client that sends one byte every 200 ms when 500 ms have passed", cuts_a_slow_client),
            ("then cuts a silent client, and accepts one that needs 300 ms", accepts_the_next),
        ],
    },
];

fn recorded_response() -> Result<Vec<u8>> {
    Ok(Scheme::Md5Hex.response(&Key::new(KEY)?, RECORDED).as_bytes().to_vec())
}

fn predicts_length(program: &Program) -> Result<()> {
    program.predicts("number of bytes in the response", recorded_response()?.len())
}

fn predicts_first_bytes(program: &Program) -> Result<()> {
    program.predicts_bytes("first four bytes of the response", &recorded_response()?[..4])
}

fn predicts_reply(program: &Program) -> Result<()> {
    let key = Key::new(KEY)?;
    let server = server_that(move |client| drop(auth::challenge(client, &key, Scheme::Md5Hex)))?;
    let mut client = program.connect(server)?;
    auth::respond(&client, &Key::new(KEY)?, Scheme::Md5Hex)?;
    let mut reply = Vec::new();
    client.read_to_end(&mut reply)?;
    program.predicts("number of bytes that the server sends after the response", reply.len())
}

fn predicts_verdict(program: &Program) -> Result<()> {
    let expected = Scheme::Md5Hex.response(&Key::new(KEY)?, RECORDED);
    let is_right = expected.matches(&recorded_response()?.to_ascii_uppercase());
    let verdict = if is_right { "accepted" } else { "rejected" };
    program.predicts("verdict on the response in capital letters (accepted or rejected)", verdict)
}

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
        // Stays open, as a gate-server does: a client that waits for the end of the stream gets no further.
        let mut got = Vec::new();
        client.read_to_end(&mut got)?;
        Ok(got)
    })?;
    expect::bytes("the response", expected.as_bytes(), &got)?;
    expect::success(&ended)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Waits for some time, in which the client must not send anything.
fn expect_silence(mut client: &TcpStream, after: &str) -> Result<()> {
    let usual = client.read_timeout()?;
    client.set_read_timeout(Some(Duration::from_millis(700)))?;
    let result = client.read(&mut [0; 64]);
    client.set_read_timeout(usual)?;
    match result {
        Err(error) if is_timeout(&error) => Ok(()),
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

fn accepts_no_other(program: &Program) -> Result<()> {
    let right = wire::hex(Nonce::random()?.as_ref());
    let wrong = wire::hex(Nonce::random()?.as_ref());
    // Two differences that cancel each other in a sum or an exclusive or.
    let (first, rest) = right.split_at(2);
    let swapped = format!("{rest}{first}");
    let cases = [
        (&*right, "the expected response", true),
        ("", "an empty response", false),
        (&right[..31], "the first half of the expected response", false),
        (&format!("{right}0"), "the expected response with one more character", false),
        (&wrong, "another response", false),
        (&swapped, "the expected response with its first two characters at its end", false),
    ];
    let input: String = cases.iter().map(|(response, ..)| format!("{response} {right}\n")).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for ((_, what, is_right), got) in cases.iter().zip(ended.out().into_iter().chain(repeat("nothing"))) {
        expect::same(&format!("what is_right returns for {what}"), &is_right.to_string(), &got.to_owned())?;
    }
    Ok(())
}

fn takes_as_long(program: &Program) -> Result<()> {
    let ended = program.run(&["times"], b"")?;
    expect::success(&ended)?;
    let out = ended.out().join(" ");
    let times: Vec<u64> = out.split(' ').filter_map(|time| time.parse().ok()).collect();
    let [first, last] = times[..] else { bail!("the harness printed {out:?} instead of two times") };
    let ratio = first.max(last) / first.min(last).max(1);
    ensure!(
        ratio < 5,
        "for a response of 1 MiB that is wrong in its first byte, is_right takes {first} ns; if it is wrong in its last \
         byte, {last} ns: {ratio} times as long"
    );
    Ok(())
}

/// The deadline of the server in one-deadline, in milliseconds.
const DEADLINE: &str = "500";

fn cuts_a_slow_client(program: &Program) -> Result<()> {
    program.run_as_server(&[DEADLINE], |server| {
        let start = Instant::now();
        dribble(server.connect()?, Duration::from_millis(2500))?;
        let milliseconds = start.elapsed().as_millis();
        ensure!(milliseconds >= 400, "the server cut the client after {milliseconds} ms, before its 500 ms were over");
        ensure!(milliseconds < 2500, "the server has not cut the client after {milliseconds} ms; it had 500 ms");
        Ok(())
    })
}

/// Sends a byte every 200 ms for this time, or until the server closes the connection.
fn dribble(mut client: TcpStream, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    client.read_exact(&mut [0; Nonce::LEN])?;
    client.set_read_timeout(Some(Duration::from_millis(200)))?;
    while Instant::now() < end {
        let is_open = client.write_all(b"0").is_ok() && client.read(&mut [0]).is_err_and(|error| is_timeout(&error));
        if !is_open {
            break;
        }
    }
    Ok(())
}

fn accepts_the_next(program: &Program) -> Result<()> {
    program.run_as_server(&[DEADLINE], |server| {
        let start = Instant::now();
        let slow = server.connect()?;
        thread::spawn(move || dribble(slow, Duration::from_secs(6)));
        let _silent = server.connect()?;
        let mut client = server.connect()?;
        client.set_read_timeout(Some(Duration::from_secs(4)))?;
        let mut nonce = [0; Nonce::LEN];
        client.read_exact(&mut nonce).with_context(|| {
            format!("after a slow and a silent client, the next one had no nonce after {:.1?}", start.elapsed())
        })?;
        let response = Scheme::Md5Hex.response(&Key::new(KEY)?, nonce);
        let (first, rest) = response.as_bytes().split_at(16);
        client.write_all(first)?;
        thread::sleep(Duration::from_millis(300));
        client.write_all(rest)?;
        server.line("accepted").map(drop)
    })
}
