//! The bytes on a page are those on the wire: each side of the conversation is played to the real other one.
//!
//! A row is `server 6f 70 … | meaning`; a row with no name goes on with the one above. The server's rows are sent to
//! the client as they stand, which must send its own, byte for byte. To the server the client's are sent; it has a
//! nonce of its own, and a time.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use auth::{Key, Nonce, Scheme};
use pages::Block;
use programs::{Language, Process, Server, command};

const KEY: &str = "the key of this test";

#[test]
fn clients_send_what_the_pages_show() -> Result<()> {
    each(|wire, language| {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut client = command(wire.client, language)?;
        client.env_remove("OPEN_SESAME_KEY").args(["--connect", &listener.local_addr()?.to_string()]);
        let client = Process::start(&mut client, format!("{}\n", wire.typed).as_bytes())?;
        let mut stream = patient(listener.accept()?.0)?;
        for message in &wire.messages {
            match message.from {
                Side::Server => stream.write_all(&message.bytes)?,
                Side::Client => ensure!(read(&mut stream, message)? == message.bytes, "another {}", message.meaning),
            }
        }
        ensure_no_more(stream)?;
        let ended = client.wait()?;
        ensure!(ended.status.success(), "{}: {:?}", ended.status, ended.lines);
        Ok(())
    })
}

#[test]
fn servers_send_what_the_pages_show() -> Result<()> {
    each(|wire, language| {
        let mut server = command(&wire.client.replace("-client", "-server"), language)?;
        let server = Server::from_command(server.env("OPEN_SESAME_KEY", KEY).args(["--listen", "127.0.0.1:0"]))?;
        let mut stream = patient(TcpStream::connect(server.address)?)?;
        let mut nonce = None;
        for message in &wire.messages {
            match message.from {
                Side::Server => {
                    let sent = read(&mut stream, message)?;
                    if message.meaning.starts_with("nonce") {
                        nonce = Some(Nonce::from(<[u8; Nonce::LEN]>::try_from(&sent[..])?));
                    } else {
                        let but_the_time = |bytes: &[u8]| bytes.get(timestamp::LEN..).map(<[u8]>::to_vec);
                        ensure!(timestamp::is_stamp(&sent) && timestamp::is_stamp(&message.bytes), "no stamp");
                        ensure!(but_the_time(&sent) == but_the_time(&message.bytes), "another {}", message.meaning);
                    }
                }
                Side::Client if message.meaning.starts_with("answer") => {
                    let scheme = if message.bytes.len() == 16 { Scheme::Md5 } else { Scheme::Md5Hex };
                    let nonce = nonce.context("an answer before a nonce")?;
                    stream.write_all(scheme.answer(&Key::new(KEY)?, nonce).as_bytes())?;
                }
                Side::Client => stream.write_all(&message.bytes)?,
            }
        }
        ensure_no_more(stream)?;
        let ended = server.stop()?;
        let told = ended.lines.iter().any(|line| line.text.contains("served 1: 1 completed"));
        ensure!(told, "not completed: {:?}", ended.lines);
        ensure!(!ended.lines.iter().any(|line| line.text.contains("rejected")), "rejected");
        Ok(())
    })
}

/// Each conversation on a page, in each language.
fn each(hold: impl Fn(&Wire<'_>, Language) -> Result<()>) -> Result<()> {
    let mut count = 0;
    for page in pages::all()? {
        for block in &page.blocks {
            let Some(client) = block.value("wire") else { continue };
            let wire = Wire::parse(client, block).with_context(|| block.place.clone())?;
            for language in Language::ALL {
                hold(&wire, language).with_context(|| format!("{block}: {language:?}"))?;
            }
            count += 1;
        }
    }
    ensure!(count >= 4, "only {count} conversations: have the pages lost them?");
    Ok(())
}

/// One conversation.
struct Wire<'a> {
    client: &'a str,
    typed: &'a str,
    messages: Vec<Message<'a>>,
}

struct Message<'a> {
    from: Side,
    bytes: Vec<u8>,
    meaning: &'a str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Server,
    Client,
}

impl<'a> Wire<'a> {
    fn parse(client: &'a str, block: &'a Block) -> Result<Wire<'a>> {
        let mut messages: Vec<Message<'_>> = Vec::new();
        for line in block.text.lines() {
            let (row, meaning) = line.split_once('|').unwrap_or((line, ""));
            let (name, hex) = row.split_at_checked("server ".len()).with_context(|| format!("{line:?}"))?;
            let bytes = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16));
            let bytes = bytes.collect::<Result<Vec<u8>, _>>().with_context(|| format!("no bytes: {line:?}"))?;
            let from = match (name.trim(), messages.last_mut()) {
                ("server", _) => Side::Server,
                ("client", _) => Side::Client,
                ("", Some(message)) => {
                    message.bytes.extend(bytes);
                    continue;
                }
                _ => bail!("neither server nor client: {line:?}"),
            };
            messages.push(Message { from, bytes, meaning: meaning.trim() });
        }
        ensure!(!messages.is_empty(), "nothing is sent");
        Ok(Wire { client, typed: block.value("typed").unwrap_or_default(), messages })
    }
}

fn read(stream: &mut TcpStream, message: &Message<'_>) -> Result<Vec<u8>> {
    let mut bytes = vec![0; message.bytes.len()];
    stream.read_exact(&mut bytes).with_context(|| format!("no {}", message.meaning))?;
    Ok(bytes)
}

/// Nothing more comes, but the end.
fn ensure_no_more(mut stream: TcpStream) -> Result<()> {
    // It fails where the other side has closed already.
    let _ = stream.shutdown(Shutdown::Write);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest)?;
    ensure!(rest.is_empty(), "more than the page shows: {rest:02x?}");
    Ok(())
}

/// A silent program is an error at last.
fn patient(stream: TcpStream) -> Result<TcpStream> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    Ok(stream)
}
