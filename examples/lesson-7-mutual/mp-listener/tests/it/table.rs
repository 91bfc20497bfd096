//! What our programs accept in a handshake, and what they refuse. The local Python, if it is 3.12 or later, is compared.

use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result, ensure};
use auth::Scheme;
use programs::{Language, Process, Server};

use crate::peer::Step::{Challenge, Response, Verdict};
use crate::peer::{Forge, Step, frame, mac, meet_client, meet_listener, response};
use crate::standard_library::{KEYS, client, is_current, listener, not_run};
use crate::{listener as our_listener, with_key};

/// One message: what it is, why our programs refuse it (empty if they accept it), and whether Python 3.12 accepts it.
type Row = (Step, &'static str, Forge, &'static str, bool);

fn challenge_with(digest: &str, len: usize) -> Vec<u8> {
    frame(&[b"#CHALLENGE#", digest.as_bytes(), &vec![7; len]].concat())
}

/// A length in eight bytes, after -1 in four.
fn long_form(message: &[u8]) -> Vec<u8> {
    [&[0xff; 4], &(message.len() as u64).to_be_bytes()[..], message].concat()
}

const OLD: &str = "in the old form, for HMAC-MD5 (Python before 3.12)";

const TABLE: [Row; 32] = [
    (Challenge, "`#CHALLENGE#{sha256}` and 40 bytes", |_| challenge_with("{sha256}", 40), "", true),
    (Challenge, "39 bytes", |_| challenge_with("{sha256}", 39), "the challenge has 39 bytes, not 40", true),
    (Challenge, "41 bytes", |_| challenge_with("{sha256}", 41), "the challenge has 41 bytes, not 40", true),
    (Challenge, "the old form: no digest, 20 bytes", |_| challenge_with("", 20), OLD, true),
    (Challenge, "no digest, 16 bytes", |_| challenge_with("", 16), OLD, false),
    (Challenge, "no digest, 40 bytes", |_| challenge_with("", 40), "the challenge names no digest", false),
    (Challenge, "`{md5}`", |_| challenge_with("{md5}", 40), "another digest than sha256", true),
    (Challenge, "`{sha384}`", |_| challenge_with("{sha384}", 40), "another digest than sha256", true),
    (Challenge, "`{sha1}`", |_| challenge_with("{sha1}", 40), "another digest than sha256", false),
    (Challenge, "`#WELCOME#`", |_| frame(b"#WELCOME#"), "the message is not a challenge", false),
    (Challenge, "nothing: the length 0", |_| frame(b""), "the message is not a challenge", false),
    (Challenge, "257 bytes in all", |_| frame(&[7; 257]), "the message has 257 bytes, more than 256", false),
    (Challenge, "the length -2", |_| vec![0xff, 0xff, 0xff, 0xfe], "the length of the message is negative: -2", false),
    (Challenge, "the length in its long form", |_| long_form(&challenge_with("{sha256}", 40)[4..]), "long form", true),
    (Response, "`{sha256}` and the right 32 bytes", |asked| frame(&response(asked)), "", true),
    (Response, "one bit is wrong", one_bit, "the response is wrong: the peer does not hold the key", false),
    (Response, "31 bytes", |asked| frame(&response(asked)[..39]), "the response has 31 bytes, not 32", false),
    (Response, "33 bytes", |asked| frame(&[&response(asked)[..], b"?"].concat()), "has 33 bytes, not 32", false),
    (Response, "the old form: the right HMAC-MD5", |asked| frame(&mac(Scheme::Md5, asked)), OLD, true),
    (Response, "`{md5}` and the right HMAC-MD5", md5_with_name, "another digest than sha256", true),
    (Response, "no digest, the right 32 bytes", |asked| frame(&mac(Scheme::Sha256, asked)), "names no digest", false),
    (Response, "nothing: the length 0", |_| frame(b""), "the response names no digest", false),
    (Response, "`#FAILURE#`", |_| frame(b"#FAILURE#"), "the peer rejected our response", false),
    (Response, "257 bytes in all", |_| frame(&[7; 257]), "the message has 257 bytes, more than 256", false),
    (Response, "the length in its long form", |asked| long_form(&response(asked)), "long form", true),
    (Verdict, "`#WELCOME#`", |_| frame(b"#WELCOME#"), "", true),
    (Verdict, "`#FAILURE#`", |_| frame(b"#FAILURE#"), "the peer rejected our response", false),
    (Verdict, "`#WELCOME`", |_| frame(b"#WELCOME"), "neither #WELCOME# nor #FAILURE#", false),
    (Verdict, "`#welcome#`", |_| frame(b"#welcome#"), "neither #WELCOME# nor #FAILURE#", false),
    (Verdict, "nothing: the length 0", |_| frame(b""), "neither #WELCOME# nor #FAILURE#", false),
    (Verdict, "257 bytes in all", |_| frame(&[7; 257]), "the message has 257 bytes, more than 256", false),
    (Verdict, "the length in its long form", |_| long_form(b"#WELCOME#"), "long form", true),
];

fn one_bit(asked: &[u8]) -> Vec<u8> {
    let mut right = response(asked);
    right[39] ^= 1;
    frame(&right)
}

fn md5_with_name(asked: &[u8]) -> Vec<u8> {
    frame(&[b"{md5}", &mac(Scheme::Md5, asked)[..]].concat())
}

#[test]
fn our_listener_accepts_the_right_messages_and_no_others() -> Result<()> {
    for language in Language::ALL {
        let mut server = our_listener(language)?;
        for (step, what, forge, refusal, _) in TABLE {
            let mut stream = TcpStream::connect(server.address)?;
            let peer = stream.local_addr()?;
            let result = meet_listener(&mut stream, step, forge);
            assert_eq!(result.is_ok(), refusal.is_empty(), "{language:?} {step:?} {what}: {result:?}");
            // The listener reads until its client has closed the connection.
            drop(stream);
            let line = server.line(&format!("{peer}: "))?;
            let expected = if refusal.is_empty() { "accepted, it holds the key" } else { refusal };
            assert!(line.contains(expected), "{language:?} {step:?} {what}: {line}");
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
fn our_client_accepts_the_right_messages_and_no_others() -> Result<()> {
    for language in Language::ALL {
        for (step, what, forge, refusal, _) in TABLE {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let address = listener.local_addr()?.to_string();
            let mut command = with_key("mp-client", language)?;
            let client = Process::start(command.args(["--connect", &address]), b"")?;
            let (mut stream, _) = listener.accept()?;
            let result = meet_client(&mut stream, step, forge);
            assert_eq!(result.is_ok(), refusal.is_empty(), "{language:?} {step:?} {what}: {result:?}");
            drop(stream);
            let ended = client.wait()?;
            if refusal.is_empty() {
                assert_eq!(ended.out(), [format!("{address} holds the key")], "{language:?} {step:?} {what}");
            } else {
                let [line] = ended.err()[..] else { panic!("{ended:?}") };
                assert!(line.contains(refusal), "{language:?} {step:?} {what}: {line}");
                assert_eq!((ended.status.code(), ended.out().len()), (Some(1), 0), "{ended:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn the_standard_library_accepts_more() -> Result<()> {
    if !is_current()? {
        return not_run("the_standard_library_accepts_more");
    }
    let theirs = Server::from_command(&mut listener(KEYS[0], TABLE.len()))?;
    for (step, what, forge, _, accepts) in TABLE {
        let mut stream = TcpStream::connect(theirs.address)?;
        let result = meet_listener(&mut stream, step, forge);
        assert_eq!(result.is_ok(), accepts, "listener, {step:?} {what}: {result:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let _client = Process::start(&mut client(KEYS[0], TABLE.len(), &address)?, b"")?;
    for (step, what, forge, _, accepts) in TABLE {
        let (mut stream, _) = listener.accept()?;
        let result = meet_client(&mut stream, step, forge);
        assert_eq!(result.is_ok(), accepts, "client, {step:?} {what}: {result:?}");
    }
    Ok(())
}

#[test]
fn the_page_has_this_table() -> Result<()> {
    let page = std::fs::read_to_string(programs::root().join("docs/lesson-7-mutual.md"))?;
    let (_, rest) =
        page.split_once("| message | bytes | mp-listener, mp-client | Python 3.12 |\n").context("no table")?;
    let rows: Vec<&str> = rest.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
    let word = |accepts| if accepts { "accepts" } else { "refuses" };
    let expected = TABLE.map(|(step, what, _, refusal, python)| {
        format!("| {} | {what} | {} | {} |", format!("{step:?}").to_lowercase(), word(refusal.is_empty()), word(python))
    });
    ensure!(rows == expected, "the table is:\n{}", expected.join("\n"));
    Ok(())
}
