//! Which requests begin a session: one table of requests, with the status that the RFCs require, for both languages.

use std::io::Read;

use anyhow::{Context, Result, ensure};

use crate::common::{Client, HANDSHAKE, read_refusal, send_request, with_each};

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const LAST: &str = "Version: 13\r\n";

/// Each row changes the handshake of RFC 6455: the status, the text to replace (all of it if this is empty), the text that
/// replaces it, and the rule. "Ours" means that the RFCs allow this server to be strict.
#[rustfmt::skip]
const TABLE: &[(u16, &str, &str, &str)] = &[
    (101, "", HANDSHAKE, "RFC 6455, 1.3"),

    // The request line.
    (101, "/chat", "/", "RFC 9112, 3.2.1"),
    (101, "/chat", "/chat?a=b/?&c", "RFC 3986, 3.4"),
    (101, "/chat", "/%E9%97%A8/:@!$&'()*+,;=~", "RFC 3986, 3.3"),
    (101, "/chat", "//", "RFC 9112, 3.2.1"),
    (101, "/chat", "http://server.example.com/chat", "RFC 9112, 3.2.2: a server must accept it"),
    (101, "/chat", "HTTP://[::1]:80?a", "RFC 9112, 3.2.2"),
    (400, "/chat", "", "RFC 9112, 3: no target"),
    (400, "/chat", "?", "RFC 9112, 3.2.1: no path"),
    (400, "/chat", "#x", "RFC 9112, 3.2.1: no path"),
    (400, "/chat", "/chat#x", "RFC 6455, 3: no fragment"),
    (400, "/chat", "chat", "RFC 9112, 3.2.1: a path begins with /"),
    (400, "/chat", "*", "RFC 9112, 3.2.4: for OPTIONS"),
    (400, "/chat", "server.example.com:80", "RFC 9112, 3.2.3: for CONNECT"),
    (400, "/chat", "http:///chat", "RFC 9110, 4.2.1: no host"),
    (400, "/chat", "ws://server.example.com/chat", "RFC 6455, 4.1: http or https"),
    (400, "/chat", "/a b", "RFC 9112, 3.2"),
    (400, "/chat", "/%", "RFC 3986, 2.1"),
    (400, "/chat", "/%zz", "RFC 3986, 2.1"),
    (400, "/chat", "/<script>", "RFC 3986, 2"),
    (400, "/chat", "/\u{e9}", "RFC 3986, 2"),
    (400, "GET /chat", "GET  /chat", "RFC 9112, 3: one space"),
    (400, "GET /chat", " GET /chat", "RFC 9112, 3"),
    (400, "GET /chat", "GET\t/chat", "RFC 9112, 3"),
    (400, "HTTP/1.1", "HTTP/1.1 ", "RFC 9112, 3"),
    (400, "GET", "G(T", "RFC 9110, 9.1: not a token"),
    (405, "GET", "POST", "RFC 6455, 4.2.1"),
    (405, "GET", "HEAD", "RFC 6455, 4.2.1"),
    (405, "GET", "get", "RFC 9110, 9.1: case-sensitive"),
    (405, "GET /chat", "OPTIONS *", "RFC 6455, 4.2.1"),
    (405, "GET /chat", "CONNECT server.example.com:80", "RFC 6455, 4.2.1"),
    (101, "HTTP/1.1", "HTTP/1.2", "RFC 6455, 4.2.1: 1.1 or higher"),
    (400, "HTTP/1.1", "HTTP/1.0", "RFC 6455, 4.2.1: 1.1 or higher"),
    (400, "HTTP/1.1", "HTTP/2.0", "RFC 9112, 3: another protocol"),
    (400, "HTTP/1.1", "HTTP/1.10", "RFC 9112, 2.3: one digit"),
    (400, "HTTP/1.1", "http/1.1", "RFC 9112, 2.3: case-sensitive"),
    (400, " HTTP/1.1", "", "RFC 9112, 3"),

    // Line endings, and what is not HTTP.
    (101, "GET /", "\r\nGET /", "RFC 9112, 2.2: an empty line is ignored"),
    (400, "GET /", "\r\n\r\nGET /", "ours: but not two"),
    (400, "/chat HTTP/1.1\r\n", "/chat HTTP/1.1\n", "ours, against smuggling: RFC 9112, 2.2 allows a bare LF"),
    (400, "Upgrade\r\n", "Upgrade\n", "ours, against smuggling: RFC 9112, 2.2 allows a bare LF"),
    (400, "Upgrade\r\n", "Upgrade\rX: y\r\n", "RFC 9112, 2.2: a bare CR"),
    (400, "", "hello\r\n\r\n", "RFC 9112, 3"),
    (400, "", "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03", "TLS"),

    // Headers in general.
    (101, "Host:", "Cookie: \u{95e8}=\"\u{e9}\"\r\nHost:", "RFC 9110, 5.5: bytes from 0x80 are opaque"),
    (101, "Host:", "X-Empty:\r\nHost:", "RFC 9110, 5.5"),
    (101, "Host: server.example.com", "HOST:\t server.example.com \t", "RFC 9112, 5: case, and space around a value"),
    (101, "Upgrade: websocket", "UPGRADE:WebSocket", "RFC 6455, 4.2.1: case"),
    (400, "Upgrade: ", "Upgrade : ", "RFC 9112, 5.1: space before the colon"),
    (400, "Upgrade: ", " Upgrade: ", "RFC 9112, 5.2: line folding"),
    (400, "Upgrade\r\n", "Upgrade,\r\n\tkeep-alive\r\n", "RFC 9112, 5.2: line folding"),
    (400, "/chat HTTP/1.1\r\n", "/chat HTTP/1.1\r\n X: y\r\n", "RFC 9112, 2.2: space before the first header"),
    (400, "Host:", "no colon\r\nHost:", "RFC 9112, 5"),
    (400, "Host:", ": y\r\nHost:", "RFC 9110, 5.1: no name"),
    (400, "Host:", "X(: y\r\nHost:", "RFC 9110, 5.1: not a token"),
    (400, "Host:", "X\u{e9}: y\r\nHost:", "RFC 9110, 5.1: not a token"),
    (400, "Host:", "X: \0\r\nHost:", "RFC 9110, 5.5"),
    (400, "Host:", "X: \x1b[2J\r\nHost:", "RFC 9110, 5.5"),
    (400, "Host:", "X: \x7f\r\nHost:", "RFC 9110, 5.5"),

    // Host.
    (101, "server.example.com", "127.0.0.1:8765", "RFC 3986, 3.2.2"),
    (101, "server.example.com", "[::1]:8765", "RFC 3986, 3.2.2"),
    (101, "server.example.com", "[::ffff:127.0.0.1]", "RFC 3986, 3.2.2"),
    (101, "server.example.com", "server.example.com:", "RFC 3986, 3.2.3: the port may be empty"),
    (101, "server.example.com", "a_b~%e9!$&'()*+,;=", "RFC 3986, 3.2.2"),
    (400, "Host: server.example.com\r\n", "", "RFC 9112, 3.2"),
    (400, "Host:", "Host: server.example.com\r\nHost:", "RFC 9112, 3.2: more than one"),
    (400, "server.example.com", "", "RFC 6455, 4.2.1: the server's authority"),
    (400, "server.example.com", ":8765", "RFC 6455, 4.2.1: the server's authority"),
    (400, "server.example.com", "a b", "RFC 9112, 3.2"),
    (400, "server.example.com", "a,b/c", "RFC 9112, 3.2"),
    (400, "server.example.com", "http://a", "RFC 9112, 3.2"),
    (400, "server.example.com", "user@a", "RFC 9112, 3.2"),
    (400, "server.example.com", "a:b", "RFC 9112, 3.2"),
    (400, "server.example.com", "a:80:80", "RFC 9112, 3.2"),
    (400, "server.example.com", "a:65536", "ours: not a port"),
    (400, "server.example.com", "::1", "RFC 9112, 3.2"),
    (400, "server.example.com", "[::1", "RFC 9112, 3.2"),
    (400, "server.example.com", "[::g]", "RFC 9112, 3.2"),
    (400, "server.example.com", "[::1%25eth0]", "RFC 9112, 3.2"),
    (400, "server.example.com", "[v1.a]", "ours: nobody uses IPvFuture"),
    (400, "server.example.com", "a%", "RFC 9112, 3.2"),
    (400, "server.example.com", "\u{e9}", "RFC 9112, 3.2"),
    (400, "server.example.com", "a\"", "RFC 9112, 3.2"),
    (400, "GET /chat HTTP/1.1\r\nHost: server.example.com", "POST /chat HTTP/1.1\r\nX: y", "RFC 9112, 3.2: comes before 405"),

    // A body.
    (101, "Host:", "Content-Length: 0\r\nHost:", "RFC 9112, 6.3: no body"),
    (400, "Host:", "Content-Length: 5\r\nHost:", "ours: a handshake has no body"),
    (400, "Host:", "Content-Length: abc\r\nHost:", "RFC 9112, 6.3"),
    (400, "Host:", "Content-Length: -1\r\nHost:", "RFC 9112, 6.3"),
    (400, "Host:", "Content-Length: +0\r\nHost:", "RFC 9112, 6.3"),
    (400, "Host:", "Content-Length:\r\nHost:", "RFC 9112, 6.3"),
    (400, "Host:", "Content-Length: 0\r\nContent-Length: 5\r\nHost:", "RFC 9112, 6.3"),
    (400, "Host:", "Transfer-Encoding: chunked\r\nHost:", "ours: a handshake has no body"),
    (400, "Host:", "Transfer-Encoding: x\r\nHost:", "RFC 9112, 6.1"),
    (400, "Host:", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\nHost:", "RFC 9112, 6.1"),

    // Connection and Upgrade.
    (101, "Connection: Upgrade", "Connection: keep-alive, Upgrade", "RFC 9110, 7.6.1"),
    (101, "Connection: Upgrade", "Connection: keep-alive,\tupgrade", "RFC 9110, 5.6.1"),
    (101, "Connection: Upgrade", "Connection: , UPGRADE ,,", "RFC 9110, 5.6.1.2: empty elements are ignored"),
    (101, "Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade", "RFC 9110, 5.3: two lines are one list"),
    (101, "Connection: Upgrade", "Connection: Upgrade, Upgrade", "RFC 9110, 7.6.1"),
    (101, "Upgrade: websocket", "Upgrade: websocket, h2c", "RFC 9110, 7.8"),
    (101, "Upgrade: websocket", "Upgrade: HTTP/2.0,websocket", "RFC 9110, 7.8"),
    (101, "Upgrade: websocket", "Upgrade: h2c\r\nUpgrade: websocket", "RFC 9110, 5.3: two lines are one list"),
    (400, "Connection: Upgrade", "Connection: keep-alive Upgrade", "RFC 9110, 7.6.1: not a token"),
    (400, "Connection: Upgrade", "Connection: Upgrade; a", "RFC 9110, 7.6.1: not a token"),
    (400, "Upgrade: websocket", "Upgrade: websocket h2c", "RFC 9110, 7.8"),
    (400, "Upgrade: websocket", "Upgrade: websocket, a/b/c", "RFC 9110, 7.8"),
    (400, "Upgrade: websocket", "Upgrade: websocket, websocket", "ours: one session at most"),
    (400, "Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: websocket", "ours: one session at most"),
    (426, "Upgrade: websocket", "Upgrade: h2c", "RFC 9110, 15.5.22"),
    (426, "Upgrade: websocket", "Upgrade: websocket/13", "RFC 6455, 4.2.1: another name"),
    (426, "Upgrade: websocket", "Upgrade: websockets", "RFC 6455, 4.2.1: another name"),
    (426, "Upgrade: websocket\r\n", "", "RFC 9110, 15.5.22"),
    (426, "Connection: Upgrade\r\n", "", "RFC 9110, 7.8: the Upgrade is not for this server"),
    (426, "Connection: Upgrade", "Connection: close", "RFC 9110, 7.8: the Upgrade is not for this server"),
    (426, "", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "RFC 9110, 15.5.22"),

    // Sec-WebSocket-Version and Sec-WebSocket-Key.
    (101, "Version: 13", "Version:13 ", "RFC 9112, 5"),
    (426, "Sec-WebSocket-Version: 13\r\n", "", "RFC 6455, 4.2.2"),
    (426, "Version: 13", "Version:", "RFC 6455, 4.2.2"),
    (426, "Version: 13", "Version: 8", "RFC 6455, 4.2.2"),
    (426, "Version: 13", "Version: 013", "RFC 6455, 4.3"),
    (426, "Version: 13", "Version: 13, 8", "RFC 6455, 11.3.5: one version"),
    (400, LAST, "Version: 13\r\nSec-WebSocket-Version: 13\r\n", "RFC 6455, 11.3.5: not more than once"),
    (400, LAST, "Version: 13\r\nsec-websocket-version: 8\r\n", "RFC 6455, 11.3.5: not more than once"),
    (101, "dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA==", "RFC 6455, 4.1: any 16 bytes"),
    (101, "dGhlIHNhbXBsZSBub25jZQ==", "+/+/+/+/+/+/+/+/+/+/+w==", "RFC 6455, 4.1: any 16 bytes"),
    (400, KEY, "", "RFC 6455, 4.2.1"),
    (400, LAST, "Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "RFC 6455, 11.3.1: not more than once"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "", "RFC 6455, 4.2.1"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j", "RFC 6455, 4.2.1: 15 bytes"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZTE=", "RFC 6455, 4.2.1: 17 bytes"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ", "RFC 4648, 3.2: no padding"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZR==", "RFC 4648, 3.5: bits that belong to no byte"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ!==", "RFC 4648, 3.3"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "-_-_-_-_-_-_-_-_-_-_-w==", "RFC 4648, 4: not base64url"),
    (400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBu b25jZQ==", "RFC 4648, 3.3"),

    // What this server does not support, it ignores.
    (101, LAST, "Version: 13\r\nSec-WebSocket-Protocol: chat\r\n", "RFC 6455, 4.2.2"),
    (101, LAST, "Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", "RFC 6455, 9.1"),
    (101, LAST, "Version: 13\r\nOrigin: http://evil.example\r\n", "RFC 6455, 10.2: without --origin"),
    (101, LAST, "Version: 13\r\nExpect: 100-continue\r\n", "RFC 9110, 10.1.1: without a body"),
];

#[test]
fn each_request_has_its_status() -> Result<()> {
    assert!(TABLE.len() >= 80, "{} rows", TABLE.len());
    // Fewer rows than LineLimit::MAX_LINES, so that the log has a line for each.
    TABLE.chunks(70).try_for_each(assert_statuses)
}

fn assert_statuses(rows: &[(u16, &str, &str, &str)]) -> Result<()> {
    with_each(&[], |server| {
        let mut other = Client::connect(server.echo)?;
        let (mut wrong, mut refusals) = (Vec::new(), Vec::new());
        for (status, from, to, rule) in rows {
            let request = if from.is_empty() { (*to).to_owned() } else { HANDSHAKE.replacen(from, to, 1) };
            ensure!(request != HANDSHAKE || from.is_empty(), "{from:?} is not in the handshake");
            let mut client = send_request(server.echo, request.as_bytes())?;
            let (received, head) = read_refusal(&mut client).with_context(|| format!("{request:?}"))?;
            if received != *status {
                wrong.push(format!("{received} instead of {status} for {to:?} ({rule})"));
            }
            if received == 101 {
                Client(client).assert_echoes("hello")?;
                continue;
            }
            refusals.push(received);
            ensure!(head.contains(if received == 426 {
                "connection: upgrade, close\r\n"
            } else {
                "connection: close\r\n"
            }));
            ensure!(
                (received == 426) == head.contains("upgrade: websocket\r\nsec-websocket-version: 13\r\n"),
                "{head}"
            );
            ensure!((received == 405) == head.contains("allow: get\r\n"), "{head}");
            other.assert_echoes("still there?")?;
        }
        ensure!(wrong.is_empty(), "{wrong:#?}");
        drop(other);
        let log = server.stop_when_idle()?.log;
        let mut logged: Vec<&str> =
            log.iter().filter_map(|line| line.split(" echo: handshake refused: ").nth(1)).collect();
        // Sessions that end at the same time are logged in any order.
        logged.sort_unstable();
        refusals.sort_unstable();
        ensure!(logged.len() == refusals.len(), "{log:#?}");
        ensure!(logged.iter().zip(&refusals).all(|(line, status)| line.starts_with(&status.to_string())), "{log:#?}");
        Ok(())
    })
}

#[test]
fn a_body_is_not_read_as_frames() -> Result<()> {
    with_each(&[], |server| {
        for header in ["Content-Length: 7", "Transfer-Encoding: chunked"] {
            let request = HANDSHAKE.replace("Host:", &format!("{header}\r\nHost:"));
            let smuggled = crate::common::frame(0x81, b"x");
            let mut client = send_request(server.echo, &[request.as_bytes(), &smuggled].concat())?;
            ensure!(read_refusal(&mut client)?.0 == 400, "{header}");
            ensure!(client.read(&mut [0])? == 0, "{header}");
        }
        server.stop().map(drop)
    })
}
