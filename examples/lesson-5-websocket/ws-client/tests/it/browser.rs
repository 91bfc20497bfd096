//! page.html does in a browser what ws-client does at a terminal.

use crate::chromium;

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use chromium::Page;
use programs::{Language, Process, Server, Unanswered, python, root, server_that};
use serde_json::json;
use token::Claims;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, accept};

const LONG: Duration = Duration::from_secs(60);
const ENTER: &str = "\u{e007}";

struct WsServer {
    server: Server,
    echo: SocketAddr,
    token: SocketAddr,
}

impl WsServer {
    fn start(language: Language, options: &[&str]) -> Result<WsServer> {
        let options = [&["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"], options].concat();
        let mut server = Server::start("ws-server", language, &options)?;
        let line = server.line("(token) listens on")?;
        let token = line.rsplit(' ').next().context("an address")?.parse()?;
        Ok(WsServer { echo: server.address, server, token })
    }
}

/// The page, opened from disk.
fn from_disk() -> Result<Page> {
    Page::open(&format!("file://{}/examples/lesson-5-websocket/ws-client/page.html", root().display()))
}

/// What serves the page over HTTP, and its origin.
fn served() -> Result<(Process, String)> {
    let mut http = python();
    http.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]);
    let mut http = Process::start(http.arg(root().join("examples/lesson-5-websocket/ws-client")), b"")?;
    let line = http.lines.find("Serving HTTP on ", LONG)?.text;
    let origin = line.split(['(', ')']).nth(1).context("no URL")?.trim_end_matches('/').to_owned();
    Ok((http, origin))
}

fn connect(page: &Page, address: SocketAddr, token: &str) -> Result<()> {
    page.fill("connect", &format!("ws://{address}"))?;
    page.fill("token", token)?;
    page.types(ENTER)
}

/// A token that ends this many seconds from now.
fn token(seconds: f64, key: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let claims = Claims { user_id: "someone@example.com".to_owned(), exp: now + seconds, nbf: None };
    Ok(token::mint(&claims, &Key::new(key.as_bytes())?)?)
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn what_is_typed_comes_back() -> Result<()> {
    let (_http, origin) = served()?;
    for language in Language::ALL {
        let WsServer { mut server, echo, .. } = WsServer::start(language, &[])?;
        for page in [from_disk()?, Page::open(&format!("{origin}/page.html"))?] {
            connect(&page, echo, "")?;
            let connected = format!("connected to {echo}");
            page.shows(&[&connected])?;
            page.types(&format!("{ENTER}  {ENTER}  芝麻开门 {ENTER}"))?;
            let said = [connected.as_str(), ">>> 芝麻开门", "Server received: 芝麻开门"];
            page.shows(&said)?;
            page.types(&format!("and more{ENTER}"))?;
            let said = [&said[..], &[">>> and more", "Server received: and more"]].concat();
            page.shows(&said)?;
            page.types(&format!("quit{ENTER}"))?;
            page.shows(&[&said[..], &[&format!("left {echo}")]].concat())?;
            server.line(": disconnected")?;
        }
        server.stop()?;
    }
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn both_ports_are_at_hand() -> Result<()> {
    let page = from_disk()?;
    let focused = "[document.activeElement.name, document.forms.args.connect.value]";
    ensure!(page.eval(focused)? == json!(["connect", "ws://127.0.0.1:8765"]), "{}", page.eval(focused)?);
    page.click("holders")?;
    ensure!(page.eval(focused)? == json!(["token", "ws://127.0.0.1:8888"]), "{}", page.eval(focused)?);
    page.click("echo")?;
    ensure!(page.eval(focused)? == json!(["connect", "ws://127.0.0.1:8765"]), "{}", page.eval(focused)?);
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn the_token_is_sent_first() -> Result<()> {
    for language in Language::ALL {
        let server = WsServer::start(language, &[])?;
        let (address, page) = (server.token, from_disk()?);
        let connected = format!("connected to {address}");
        let mut said = Vec::new();
        let mut after = |token: &str, then: &[&str]| {
            connect(&page, address, token)?;
            said.push(connected.clone());
            said.extend(then.iter().map(|line| line.replace("ADDRESS", &address.to_string())));
            page.shows(&said.iter().map(String::as_str).collect::<Vec<_>>())
        };

        after(
            &token(-1.0, "secret_key")?,
            &[
                "ws-client: ADDRESS did not let us in: Token Expired",
                "ws-client: ADDRESS closed the connection: 1000 (normal)",
            ],
        )?;
        let wrong = "ws-client: ADDRESS closed the connection: 1008 (policy violation): the token's signature is wrong";
        after(&token(3600.0, "another_key")?, &[wrong])?;
        // The next token is typed where the last one was.
        ensure!(page.eval("document.activeElement.name")? == "token", "{}", page.eval("document.activeElement.name")?);
        after(&token(3600.0, "secret_key")?, &["Authenticated!"])?;
        page.types(&format!("芝麻开门{ENTER}"))?;
        said.extend([">>> 芝麻开门", "Server received: 芝麻开门"].map(str::to_owned));
        page.shows(&said.iter().map(String::as_str).collect::<Vec<_>>())?;
        server.server.stop()?;
    }
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn a_page_of_another_origin_cannot_connect() -> Result<()> {
    let (_http, origin) = served()?;
    for language in Language::ALL {
        let WsServer { server, echo, .. } = WsServer::start(language, &["--origin", &origin])?;
        let page = from_disk()?;
        connect(&page, echo, "")?;
        page.shows(&[&cannot_connect(echo)])?;
        let page = Page::open(&format!("{origin}/page.html"))?;
        connect(&page, echo, "")?;
        page.shows(&[&format!("connected to {echo}")])?;
        server.stop()?;
    }
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn no_server_is_told_as_much_as_a_browser_knows() -> Result<()> {
    let nobody = Unanswered::new()?;
    let page = from_disk()?;
    connect(&page, nobody.address()?, "")?;
    page.shows(&[&cannot_connect(nobody.address()?)])
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn what_is_no_url_is_an_error() -> Result<()> {
    let page = from_disk()?;
    let mut said = Vec::new();
    for (url, why) in [
        ("wss://127.0.0.1:8765", "wss:// is encrypted, and these servers are not; use ws://"),
        ("http://127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("127.0.0.1:8765", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
        ("ws://", "expected ws://HOST:PORT, such as ws://127.0.0.1:8765"),
    ] {
        page.fill("connect", url)?;
        page.types(ENTER)?;
        said.push(format!("ws-client: {why}"));
        page.shows(&said.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn the_end_of_the_server_is_told() -> Result<()> {
    for language in Language::ALL {
        let WsServer { server, echo, .. } = WsServer::start(language, &[])?;
        let page = from_disk()?;
        connect(&page, echo, "")?;
        let connected = format!("connected to {echo}");
        page.shows(&[&connected])?;
        server.stop()?;
        let end = format!("ws-client: {echo} closed the connection: 1001 (going away): the server is shutting down");
        page.shows(&[&connected, &end])?;
    }
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn markup_is_shown_as_text() -> Result<()> {
    const MARKUP: &str = "<img src=x onerror=\"document.title='run'\"><b>bold</b>";
    let frame = CloseFrame { code: 4000.into(), reason: "<i>why</i>".into() };
    let server = server_that(move |stream| {
        let mut session = accept(stream).unwrap();
        session.send(Message::text(MARKUP)).unwrap();
        session.send(Message::binary(MARKUP)).unwrap();
        session.close(Some(frame)).unwrap();
        while session.read().is_ok() {}
    })?;
    let page = from_disk()?;
    connect(&page, server, "")?;
    let connected = format!("connected to {server}");
    let end = format!("ws-client: {server} closed the connection: 4000: <i>why</i>");
    page.shows(&[&connected, MARKUP, MARKUP, &end])?;
    let inside = page.eval("document.querySelectorAll('#conversation * *').length")?;
    ensure!(inside == 0, "{inside} elements in the lines");
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn a_session_without_an_end_is_told() -> Result<()> {
    let server = server_that(|stream| {
        let mut session = accept(stream).unwrap();
        session.read().unwrap();
    })?;
    let page = from_disk()?;
    connect(&page, server, "")?;
    let connected = format!("connected to {server}");
    page.shows(&[&connected])?;
    page.types(&format!("are you there?{ENTER}"))?;
    let cut = format!("ws-client: {server} cut the connection without a close frame (1006)");
    page.shows(&[&connected, ">>> are you there?", &cut])
}

fn cannot_connect(to: SocketAddr) -> String {
    format!(
        "ws-client: cannot connect to {to}: refused, the handshake rejected (403, say) or cut; \
         a browser does not say which (1006)"
    )
}
