use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cli::escape;
use sha1::{Digest, Sha1};
use wire::Direction::{ToClient, ToServer};

use super::Lesson;
use crate::happening::Player::{Client, Server};
use crate::play::Play;
use crate::websocket::{close, header, text};

pub(super) const LESSON: Lesson = Lesson {
    title: "WebSocket: messages that know where they end",
    idea: "So far a message ended where a line did, or a connection, or a read. A WebSocket conversation begins as HTTP \
           and goes on in frames, and each frame says how long it is. And a session that must end is told why. The \
           server has two ports: this lesson's echoes to anyone, the other is lesson 6.",
    programs: &["ws-server", "ws-client"],
    page: "lesson-5-websocket.md",
    commands: &[
        ("cargo run -p ws-server", "in one terminal"),
        ("cargo run -p ws-client", "in another"),
        ("curl -i http://127.0.0.1:8765", "what speaks only HTTP, in a third"),
    ],
    play,
};

/// What every server puts behind the key before it hashes (RFC 6455, section 1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Where the server writes its errors if it is not told where.
const ERROR_LOG: &str = "websocket_errors.log";
/// In bytes.
const MAX_MESSAGE: &str = "40";

fn play(play: &mut Play) -> Result<()> {
    play.part(
        "The handshake",
        "The client asks over HTTP for another protocol, and the server agrees with 101. The key is a nonce, 16 random \
         bytes in base64, and the accept is a hash of it. No secret goes into that: it shows that a WebSocket server \
         answers, and that it answers this request. Who it is, it does not show.",
    )?;
    play.start_ws_server("echo", &["--max-message", MAX_MESSAGE])?;
    play.start_ws_client(&[])?;
    let peer = play.opens(1)?;
    let request = play.handshake(1, ToServer)?;
    let response = play.handshake(1, ToClient)?;
    let key = header(&request, "Sec-WebSocket-Key").context("the request has no key")?;
    let accept = header(&response, "Sec-WebSocket-Accept").context("the response accepts no key")?;
    play.check("the key is 16 bytes in base64", STANDARD.decode(key).is_ok_and(|nonce| nonce.len() == 16))?;
    let expected = STANDARD.encode(Sha1::digest(format!("{key}{GUID}")));
    play.check("the accept is base64(SHA-1(key + GUID)), which anyone can compute", accept == expected)?;
    play.says(Server, &format!("{peer}: connected"))?;

    play.part(
        "A message and its echo",
        "The header of a frame tells its kind and its length. A client masks what it sends: it XORs it with four random \
         bytes, so that nobody on the way takes it for HTTP. But those four bytes stand before it.",
    )?;
    let typed = "open sesame, 芝麻开门";
    play.types(typed)?;
    let frame = play.frame(1, ToServer, &text(typed))?;
    // A header of two bytes, and a masking key of four.
    let mask_key = frame.iter().skip(2).take(4).cycle();
    let unmasked: Vec<u8> = frame.iter().skip(6).zip(mask_key).map(|(byte, key)| byte ^ key).collect();
    play.check(
        "the payload XOR its masking key is what was typed: a mask hides nothing",
        unmasked == typed.as_bytes(),
    )?;
    echoes(play, 1, typed)?;
    leaves(play, 1)?;
    play.says(Server, &format!("{peer}: disconnected"))?;
    play.client_ends(0)?;

    play.part(
        "A message that is too long",
        "This server takes 40 bytes. From the frame's header it knows that there are more, and so it closes, with a code \
         for programs and a reason for people. The client tells its user; the server tells its operator, and writes it \
         to its error log. That is in the folder where it was started, here one that the tour removes at its end.",
    )?;
    play.start_ws_client(&[])?;
    let peer = play.opens(2)?;
    play.handshake_in_short(2)?;
    play.says(Server, &format!("{peer}: connected"))?;
    let typed = "however long this is, it is longer than that";
    play.types(typed)?;
    play.frame(2, ToServer, &text(typed))?;
    let reason = format!("a message has at most {MAX_MESSAGE} bytes");
    play.frame(2, ToClient, &close(1009, &reason))?;
    play.frame(2, ToServer, &close(1009, &reason))?;
    play.closes(2)?;
    let told = format!("ws-client: {} closed the connection: 1009 (message too big): {reason}", play.tap_address()?);
    play.says(Client, &told)?;
    play.client_ends(1)?;
    let error = format!("{peer}: closed with 1009: {reason}");
    play.says(Server, &error)?;
    let log = play.read_file(ERROR_LOG)?;
    let logged = format!(" {peer} echo: closed with 1009: {reason}");
    play.check("the error log has that, and nothing else", log.len() == 1 && log[0].ends_with(&logged))?;

    play.part("The next client", "What one did is nothing to the others: the server goes on.")?;
    play.start_ws_client(&[])?;
    let peer = play.opens(3)?;
    play.handshake_in_short(3)?;
    play.says(Server, &format!("{peer}: connected"))?;
    play.types("hello")?;
    play.frame(3, ToServer, &text("hello"))?;
    echoes(play, 3, "hello")?;
    leaves(play, 3)?;
    play.says(Server, &format!("{peer}: disconnected"))?;
    play.client_ends(0)?;
    play.stop_server(&[
        "ws-server (echo) served 3: 2 completed, 0 timed out, 1 failed",
        "ws-server (token) served 0: 0 completed",
    ])
}

/// What was sent comes back.
pub(super) fn echoes(play: &mut Play, wire: u64, typed: &str) -> Result<()> {
    let echo = format!("Server received: {typed}");
    play.frame(wire, ToClient, &text(&echo))?;
    play.says(Client, &escape(echo.as_bytes()))?;
    Ok(())
}

/// The user has had enough: each side says so, and the connection is closed.
pub(super) fn leaves(play: &mut Play, wire: u64) -> Result<()> {
    play.types("quit")?;
    play.frame(wire, ToServer, &close(1000, ""))?;
    play.frame(wire, ToClient, &close(1000, ""))?;
    play.closes(wire)
}
