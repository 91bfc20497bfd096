use std::io::{ErrorKind, Read, Write};
use std::iter::repeat;
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::{Key, Nonce, Scheme};
use programs::Ended;
use wire::Lesson;

use crate::exercise::Exercise;
use crate::program::Program;
use crate::{expect, random};

/// The exercises of lesson 2.
pub(crate) const EXERCISES: &[Exercise] = &[
    Exercise {
        lesson: 2,
        name: "first-difference",
        checks: &[
            ("finds the first of several differences", finds_the_first),
            ("finds the end of the shorter dump if it is the beginning of the longer", finds_the_end),
            ("returns None if the dumps are equal", finds_none),
        ],
    },
    Exercise {
        lesson: 2,
        name: "whole-characters",
        checks: &[
            ("keeps characters of 2 bytes whole, wherever the text is cut", |program| {
                keeps_whole(program, &['é', 'ж'])
            }),
            ("keeps characters of 3 bytes whole, wherever the text is cut", |program| {
                keeps_whole(program, &['门', '€'])
            }),
            ("keeps characters of 4 bytes whole, wherever the text is cut", |program| {
                keeps_whole(program, &['𝄞', '👍'])
            }),
            ("keeps mixed text whole, cut into pieces of 1 to 4 bytes", keeps_mixed_text_whole),
        ],
    },
    Exercise {
        lesson: 2,
        name: "echo-client",
        checks: &[
            ("sends the response to a nonce in two pieces, then a message without line ending", sends_these_bytes),
            ("sends the next message when the last has come back, however it was cut", waits_for_the_whole_echo),
            ("prints each message once, with its first timestamp", prints_each_message_once),
            ("fails if the server closes the connection in the middle of an echo", fails_if_an_echo_ends),
        ],
    },
];

fn finds_the_first(program: &Program) -> Result<()> {
    let mut cases = Vec::new();
    for _ in 0..20 {
        let first = random::below(40)?;
        let a = random::bytes(first + 2 + random::below(40)?)?;
        let mut b = a.clone();
        let second = first + 1 + random::below(a.len() - first - 1)?;
        b[first] ^= 1;
        b[second] ^= 0x80;
        cases.push((a, b, first.to_string()));
    }
    find_differences(program, &cases)
}

fn finds_the_end(program: &Program) -> Result<()> {
    let mut cases = Vec::new();
    for at in 0..20 {
        let long = random::bytes(2 + random::below(40)?)?;
        let short = long[..1 + random::below(long.len() - 1)?].to_vec();
        let end = short.len().to_string();
        cases.push(if at % 2 == 0 { (short, long, end) } else { (long, short, end) });
    }
    find_differences(program, &cases)
}

fn finds_none(program: &Program) -> Result<()> {
    let dumps = [Vec::new(), random::bytes(1)?, random::bytes(40)?];
    find_differences(program, &dumps.map(|dump| (dump.clone(), dump, "None".to_owned())))
}

fn find_differences(program: &Program, cases: &[(Vec<u8>, Vec<u8>, String)]) -> Result<()> {
    let input: String = cases.iter().map(|(a, b, _)| format!("{}/{}\n", wire::hex(a), wire::hex(b))).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for ((a, b, offset), got) in cases.iter().zip(ended.out().into_iter().chain(repeat("nothing"))) {
        let what = format!("the first difference\n    of       {}\n    and      {}\n   ", wire::hex(a), wire::hex(b));
        expect::same(&what, offset.as_str(), got)?;
    }
    Ok(())
}

fn keeps_whole(program: &Program, characters: &[char]) -> Result<()> {
    let text = random::text(6, characters)?;
    let cuts = (1..text.len()).map(|at| {
        let (first, second) = text.as_bytes().split_at(at);
        vec![first.to_vec(), second.to_vec()]
    });
    let one_by_one = text.bytes().map(|byte| vec![byte]).collect();
    echo_pieces(program, &cuts.chain([one_by_one]).collect::<Vec<_>>())
}

fn keeps_mixed_text_whole(program: &Program) -> Result<()> {
    let mut cases = Vec::new();
    for _ in 0..20 {
        let text = random::text(12, &['a', ' ', '\n', 'é', 'ж', '门', '开', '𝄞', '👍'])?;
        let mut rest = text.as_bytes();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.len().min(1 + random::below(4)?));
            pieces.push(piece.to_vec());
            rest = later;
        }
        cases.push(pieces);
    }
    echo_pieces(program, &cases)
}

fn echo_pieces(program: &Program, cases: &[Vec<Vec<u8>>]) -> Result<()> {
    // As short as this, a message stays readable.
    const TIMESTAMP: &[u8] = b"[T] ";
    let hex = |pieces: &[Vec<u8>]| pieces.iter().map(|piece| wire::hex(piece)).collect::<Vec<_>>().join(" ");
    let input: String = cases.iter().map(|pieces| format!("{} {}\n", wire::hex(TIMESTAMP), hex(pieces))).collect();
    let ended = program.run(&[], input.as_bytes())?;
    expect::success(&ended)?;
    for (pieces, got) in cases.iter().zip(ended.out().into_iter().map(Some).chain(repeat(None))) {
        let got = got.context("your program ended too early")?;
        let got = wire::from_hex(got).with_context(|| format!("the harness printed {got:?}"))?;
        let expected = timestamped(pieces, TIMESTAMP);
        expect::bytes(&format!("the echo of {}, with the timestamp 5b 54 5d 20,", hex(pieces)), &expected, &got)?;
    }
    Ok(())
}

/// Returns the echo of valid UTF-8 in pieces.
fn timestamped(pieces: &[Vec<u8>], timestamp: &[u8]) -> Vec<u8> {
    let text = pieces.concat();
    let text = String::from_utf8_lossy(&text);
    let mut echo = Vec::new();
    let mut start = 0;
    for piece in pieces {
        let end = start + piece.len();
        // Where the first character begins that this piece does not continue.
        if let Some(at) = (start..end).find(|at| text.is_char_boundary(*at)) {
            echo.extend([&text.as_bytes()[start..at], timestamp, &text.as_bytes()[at..end]].concat());
        } else {
            echo.extend(piece);
        }
        start = end;
    }
    echo
}

fn sends_these_bytes(program: &Program) -> Result<()> {
    let nonce = Nonce::random()?;
    let message = message()?;
    let expected = [response(nonce)?, message.as_bytes().to_vec()].concat();
    let ((), ended) = run_client(program, &[&message], |mut client| {
        client.write_all(&nonce.as_ref()[..7])?;
        expect::silence(&client, "after 7 bytes of the nonce, your client should wait for all 32")?;
        client.write_all(&nonce.as_ref()[7..])?;
        expect::bytes("what your client sent", &expected, &receive(&client, expected.len())?)?;
        client.write_all(&[&timestamp()?, message.as_bytes()].concat())?;
        expect_end(client)
    })?;
    expect::success(&ended)
}

fn waits_for_the_whole_echo(program: &Program) -> Result<()> {
    let messages = [message()?, message()?];
    let ((), ended) = run_client(program, &messages, |mut client| {
        authenticate(&client)?;
        expect_message(&client, &messages[0])?;
        let (first, second) = messages[0].as_bytes().split_at(10);
        let (second, last) = second.split_at(second.len() - 1);
        client.write_all(&[&timestamp()?, first].concat())?;
        expect::silence(&client, "the first half of a message came back, and your client should wait for all of it")?;
        let next = timestamp()?;
        client.write_all(&next[..20])?;
        thread::sleep(Duration::from_millis(20));
        client.write_all(&[&next[20..], second].concat())?;
        expect::silence(&client, "the last byte of a message had not come back, and your client should wait for it")?;
        client.write_all(last)?;
        expect_message(&client, &messages[1])?;
        client.write_all(&[&timestamp()?, messages[1].as_bytes()].concat())?;
        expect_end(client)
    })?;
    expect::success(&ended)
}

fn prints_each_message_once(program: &Program) -> Result<()> {
    let messages = [message()?, message()?, message()?];
    let (expected, ended) = run_client(program, &messages, |mut client| {
        authenticate(&client)?;
        let mut expected = Vec::new();
        for message in &messages {
            expect_message(&client, message)?;
            let (first, second) = message.as_bytes().split_at(1 + random::below(9)?);
            let before = timestamp()?;
            client.write_all(&[&before, first, &timestamp()?, second].concat())?;
            expected.push([&before, message.as_bytes()].concat());
        }
        expect_end(client)?;
        Ok(expected)
    })?;
    expect::success(&ended)?;
    for (number, line) in (1..).zip(&expected) {
        let got = ended.out_bytes().get(number - 1).map_or(&b""[..], |line| line);
        let got = String::from_utf8_lossy(got).into_owned();
        expect::same(&format!("line {number} of the output"), String::from_utf8_lossy(line).into_owned(), got)?;
    }
    expect::same("the number of lines on standard output", expected.len(), ended.out().len())
}

fn fails_if_an_echo_ends(program: &Program) -> Result<()> {
    let message = message()?;
    let ((), ended) = run_client(program, &[&message], |mut client| {
        authenticate(&client)?;
        expect_message(&client, &message)?;
        client.write_all(&[&timestamp()?, &message.as_bytes()[..message.len() - 1]].concat())?;
        client.shutdown(Shutdown::Write)?;
        expect_end(client)
    })?;
    expect::failure(&ended)
}

fn run_client<T>(
    program: &Program,
    messages: &[impl AsRef<str>],
    serve: impl FnOnce(TcpStream) -> Result<T>,
) -> Result<(T, Ended)> {
    let input: String = messages.iter().map(|message| format!("{}\n", message.as_ref())).collect();
    program.run_as_client_with_input(&[], input.as_bytes(), serve)
}

/// Returns a message of 10 characters and more, the first 10 of them ASCII.
fn message() -> Result<String> {
    let letters: Vec<char> = ('a'..='z').collect();
    Ok(random::text(10, &letters)? + &random::text(10, &['开', '门', 'é', '!'])?)
}

/// Returns a timestamp that a client cannot know.
fn timestamp() -> Result<Vec<u8>> {
    let [hour, minute, second] = [random::below(24)?, random::below(60)?, random::below(60)?];
    Ok(format!("[Thu May 10 {hour:02}:{minute:02}:{second:02} 2018] ").into_bytes())
}

fn response(nonce: Nonce) -> Result<Vec<u8>> {
    let lesson = Lesson::named("echo").context("there is no lesson echo")?;
    Ok(Scheme::Md5.response(&Key::new(lesson.key)?, nonce).as_bytes().to_vec())
}

fn authenticate(mut client: &TcpStream) -> Result<()> {
    let nonce = Nonce::random()?;
    client.write_all(nonce.as_ref())?;
    let expected = response(nonce)?;
    expect::bytes("the response", &expected, &receive(client, expected.len())?)
}

fn expect_message(client: &TcpStream, message: &str) -> Result<()> {
    expect::bytes("the next message of your client", message.as_bytes(), &receive(client, message.len())?)
}

fn expect_end(mut client: TcpStream) -> Result<()> {
    let mut more = Vec::new();
    client.read_to_end(&mut more)?;
    expect::bytes("what your client sent after its last message", b"", &more)
}

/// Returns the next bytes: fewer if the client closes the connection, or sends nothing for two seconds.
fn receive(client: &TcpStream, count: usize) -> Result<Vec<u8>> {
    let usual = client.read_timeout()?;
    client.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut bytes = Vec::new();
    let result = client.take(count as u64).read_to_end(&mut bytes);
    client.set_read_timeout(usual)?;
    match result {
        Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Err(error.into()),
        _ => Ok(bytes),
    }
}
