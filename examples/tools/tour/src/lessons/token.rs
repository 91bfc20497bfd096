use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use auth::{Key, Scheme};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cli::escape;
use serde_json::Value;
use wire::Direction::{ToClient, ToServer};

use super::Lesson;
use super::websocket::{echoes, leaves};
use crate::happening::Player::{Client, Server};
use crate::play::Play;
use crate::stage::Voice;
use crate::websocket::{close, text};

pub(super) const LESSON: Lesson = Lesson {
    title: "Tokens: who is calling, signed beforehand",
    idea: "In lesson 1 the server asks, and the client answers with a key that both hold. Here a holder of the key writes \
           down who somebody is and until when, signs it, and gives it away. Whoever shows that token is let in: the \
           server need not ask, and the client need not have the key.",
    programs: &["ws-server", "ws-client", "ws-token"],
    page: "lesson-6-tokens.md",
    commands: &[
        ("cargo run -p ws-server", "in one terminal"),
        ("cargo run -p ws-token -- --user you@example.com --expires-in 60s > target/token", "in another"),
        ("cargo run -p ws-client -- --connect ws://127.0.0.1:8888 --token target/token", "and again after a minute"),
    ],
    play,
};

const TUTORIAL_KEY: &str = "secret_key";
const USER: &str = "someone@example.com";
const OTHER_USER: &str = "somebody.else@example.com";

fn play(play: &mut Play) -> Result<()> {
    let key = Key::new(TUTORIAL_KEY)?;
    play.part(
        "A token is minted",
        "It has three parts, each in base64, with points between them: a header, which says how it is signed; claims, \
         which say who and until when, in seconds since 1970; and a signature of both.",
    )?;
    let earliest = now()? + 60.0;
    let token = play.mint(&["--user", USER, "--expires-in", "60s"])?;
    let latest = now()? + 60.0;
    let (signed, signature) = token.rsplit_once('.').context("the token has no signature")?;
    let (header, claims) = signed.split_once('.').context("the token has no claims")?;
    let claims_json = String::from_utf8(decoded(claims)?)?;
    play.stage.row(Voice::Tour, &format!("header: {}", escape(&decoded(header)?)))?;
    play.stage.row(Voice::Tour, &format!("claims: {}", escape(claims_json.as_bytes())))?;
    play.stage.row(Voice::Tour, "signature, 32 bytes:")?;
    play.stage.bytes(Voice::Tour, &decoded(signature)?)?;
    let says: Value = serde_json::from_str(&claims_json)?;
    // The minter rounds to the millisecond.
    let ends = says["exp"].as_f64().is_some_and(|exp| (earliest - 0.001..=latest + 0.001).contains(&exp));
    play.check(&format!("it names {USER}, and ends after 60 seconds"), says["user_id"] == USER && ends)?;
    let expected = Scheme::Sha256.response(&key, signed);
    play.check(
        "the signature is HMAC-SHA-256 of \"header.claims\" with the tutorial's key: lesson 1's answer over again, to \
         what the token says instead of a nonce",
        decoded(signature)? == expected.as_bytes(),
    )?;
    play.write_file("token", &token)?;

    play.part(
        "Its holder is let in",
        "The token is the first message. The server computes the signature once more, compares, and looks at the time; \
         from there on it is lesson 5. The mask hides nothing, and nothing in the token is new each time: whoever \
         overhears it has it, and is let in as well, until it ends.",
    )?;
    play.start_ws_server("token", &[])?;
    let peer = shows_token(play, 1, "token", &token)?;
    play.frame(1, ToClient, &text("Authenticated!"))?;
    play.says(Client, "Authenticated!")?;
    play.says(Server, &format!("{peer}: {USER} is let in"))?;
    play.types("hello")?;
    play.frame(1, ToServer, &text("hello"))?;
    echoes(play, 1, "hello")?;
    leaves(play, 1)?;
    play.says(Server, &format!("{peer}: disconnected"))?;
    play.client_ends(0)?;

    play.part(
        "A token that was changed",
        "Another user's name, under the signature that is there: to make the right one takes the key. The server says \
         what is wrong, and not what would be right.",
    )?;
    let claims_json = claims_json.replace(USER, OTHER_USER);
    play.stage.row(Voice::Tour, &format!("claims: {}", escape(claims_json.as_bytes())))?;
    let changed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(&claims_json));
    let right = Scheme::Sha256.response(&key, &changed);
    play.check("the tutorial's key would give another signature", decoded(signature)? != right.as_bytes())?;
    let changed = format!("{changed}.{signature}");
    play.write_file("changed", &changed)?;
    let peer = shows_token(play, 2, "changed", &changed)?;
    let reason = "the token's signature is wrong";
    play.frame(2, ToClient, &close(1008, reason))?;
    play.frame(2, ToServer, &close(1008, reason))?;
    play.closes(2)?;
    let told = format!("ws-client: {} closed the connection: 1008 (policy violation): {reason}", play.tap_address()?);
    play.says(Client, &told)?;
    play.client_ends(1)?;
    play.says(Server, &format!("{peer}: closed with 1008: {reason}"))?;

    play.part(
        "A token that has expired",
        "This one ends a microsecond after it is minted: before anybody can show it. Its signature is right, and its \
         time is over. For an overheard token there is no other remedy here.",
    )?;
    let expired = play.mint(&["--user", USER, "--expires-in", "1us"])?;
    play.write_file("expired", &expired)?;
    let peer = shows_token(play, 3, "expired", &expired)?;
    play.frame(3, ToClient, &text("Token Expired"))?;
    play.frame(3, ToClient, &close(1000, ""))?;
    play.closes(3)?;
    let told = format!("ws-client: {} did not let us in: Token Expired", play.tap_address()?);
    play.says(Client, &told)?;
    play.client_ends(1)?;
    play.says(Server, &format!("{peer}: Token Expired: closed with 1000"))?;
    play.stop_server(&[
        "ws-server (echo) served 0: 0 completed",
        "ws-server (token) served 3: 1 completed, 0 timed out, 2 failed",
    ])
}

/// A client comes with the token in this file.
fn shows_token(play: &mut Play, wire: u64, file: &str, token: &str) -> Result<SocketAddr> {
    play.start_ws_client(&["--token", file])?;
    let peer = play.opens(wire)?;
    play.handshake_in_short(wire)?;
    play.frame(wire, ToServer, &text(token))?;
    Ok(peer)
}

fn decoded(part: &str) -> Result<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok().with_context(|| format!("{part:?} is no part of a token"))
}

/// Seconds since 1970.
fn now() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH).context("the clock stands before 1970")?.as_secs_f64())
}
