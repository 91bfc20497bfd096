//! page.html does in a browser what ws-client does at a terminal.

use std::fs;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use auth::Key;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use programs::{ClosedPort, Language, Process, Server, WAIT, python, root, run, server_that};
use rcgen::{KeyPair, PublicKeyData};
use serde_json::json;
use sha2::{Digest, Sha256};
use token::Claims;
use tungstenite::protocol::CloseFrame;
use tungstenite::{Message, accept};

use crate::chromium::Page;

const ENTER: &str = "\u{e007}";

/// Runs a test against both ports of ws-server, the echo's and the token's, in Rust and in Python.
fn with_each(options: &[&str], test: impl Fn(&mut Server, SocketAddr, SocketAddr) -> Result<()>) -> Result<()> {
    for language in Language::ALL {
        let options = [&["--listen-token", "127.0.0.1:0", "--error-log", "/dev/null"], options].concat();
        let mut server = Server::start("ws-server", language, &options)?;
        let (echo, token) = (server.address, server.next_address()?);
        test(&mut server, echo, token).with_context(|| format!("ws-server in {language:?}"))?;
    }
    Ok(())
}

/// Opens the page from disk.
fn open_from_disk() -> Result<Page> {
    Page::open(&on_disk())
}

fn on_disk() -> String {
    format!("file://{}/examples/lesson-5-websocket/ws-client/page.html", root().display())
}

/// Serves the page over HTTP. Returns the server and the page's origin.
fn serve() -> Result<(Process, String)> {
    let mut http = python();
    http.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]);
    let mut http = Process::start(http.arg(root().join("examples/lesson-5-websocket/ws-client")), b"")?;
    let line = http.lines.find("Serving HTTP on ", WAIT)?.text;
    let origin = line.split(['(', ')']).nth(1).context("no URL")?.trim_end_matches('/').to_owned();
    Ok((http, origin))
}

fn connect(page: &Page, to: SocketAddr, token: &str) -> Result<()> {
    connect_url(page, &format!("ws://{to}"), token)
}

fn connect_url(page: &Page, url: &str, token: &str) -> Result<()> {
    page.fill("connect", url)?;
    page.fill("token", token)?;
    page.press(ENTER)
}

fn token(seconds: f64, key: &str) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let claims = Claims { user_id: "someone@example.com".to_owned(), exp: now + seconds, nbf: None };
    Ok(token::mint(&claims, &Key::new(key)?)?)
}

fn cannot_connect(to: SocketAddr) -> String {
    format!(
        "ws-client: cannot connect to {to}: nothing listens there, or it refused the handshake; the browser's console \
         has the reason (1006)"
    )
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn what_is_typed_comes_back() -> Result<()> {
    let (_http, origin) = serve()?;
    with_each(&[], |server, echo, _| {
        for mut page in [open_from_disk()?, Page::open(&format!("{origin}/page.html"))?] {
            connect(&page, echo, "")?;
            page.expect(&[&format!("connected to {echo}")])?;
            page.press(&format!("{ENTER}  {ENTER}  芝麻开门 {ENTER}"))?;
            page.expect(&[">>> 芝麻开门", "Server received: 芝麻开门"])?;
            page.press(&format!("and more{ENTER}"))?;
            page.expect(&[">>> and more", "Server received: and more"])?;
            page.press(&format!("quit{ENTER}"))?;
            page.expect(&[&format!("disconnected from {echo}")])?;
            server.line(": disconnected")?;
        }
        Ok(())
    })
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn a_button_chooses_each_port() -> Result<()> {
    let page = open_from_disk()?;
    let focus_and_url = "[document.activeElement.name, document.forms.args.connect.value]";
    ensure!(page.eval(focus_and_url)? == json!(["connect", "ws://127.0.0.1:8765"]));
    page.click("holders")?;
    ensure!(page.eval(focus_and_url)? == json!(["token", "ws://127.0.0.1:8888"]));
    page.click("echo")?;
    ensure!(page.eval(focus_and_url)? == json!(["connect", "ws://127.0.0.1:8765"]));
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn the_token_is_sent_first() -> Result<()> {
    with_each(&[], |_, _, address| {
        let mut page = open_from_disk()?;
        let connected = format!("connected to {address}");
        connect(&page, address, &token(-1.0, "secret_key")?)?;
        let rejected = format!("ws-client: {address} rejected the token: Token Expired");
        let closed = format!("ws-client: {address} closed the connection: 1000 (normal)");
        page.expect(&[&connected, &rejected, &closed])?;
        connect(&page, address, &token(3600.0, "another_key")?)?;
        let reason = "1008 (policy violation): the token's signature is wrong";
        page.expect(&[&connected, &format!("ws-client: {address} closed the connection: {reason}")])?;
        // The user can type the next token at once.
        ensure!(page.eval("document.activeElement.name")? == "token");
        connect(&page, address, &token(3600.0, "secret_key")?)?;
        page.expect(&[&connected, "Authenticated!"])?;
        page.press(&format!("芝麻开门{ENTER}"))?;
        page.expect(&[">>> 芝麻开门", "Server received: 芝麻开门"])
    })
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn a_page_of_another_origin_cannot_connect() -> Result<()> {
    let (_http, origin) = serve()?;
    with_each(&["--origin", &origin], |_, echo, _| {
        let mut page = open_from_disk()?;
        connect(&page, echo, "")?;
        page.expect(&[&cannot_connect(echo)])?;
        let mut page = Page::open(&format!("{origin}/page.html"))?;
        connect(&page, echo, "")?;
        page.expect(&[&format!("connected to {echo}")])
    })
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn errors_are_shown() -> Result<()> {
    let mut page = open_from_disk()?;
    for url in ["http://127.0.0.1:8765", "127.0.0.1:8765", "ws://", "wss://"] {
        page.fill("connect", url)?;
        page.press(ENTER)?;
        page.expect(&["ws-client: expected ws://HOST:PORT or wss://HOST:PORT, such as ws://127.0.0.1:8765"])?;
    }
    let nobody = ClosedPort::new()?;
    connect(&page, nobody.address, "")?;
    page.expect(&[&cannot_connect(nobody.address)])
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn the_servers_shutdown_is_shown() -> Result<()> {
    with_each(&[], |server, echo, _| {
        let mut page = open_from_disk()?;
        connect(&page, echo, "")?;
        page.expect(&[&format!("connected to {echo}")])?;
        server.process.signal(programs::Signal::TERM)?;
        let reason = "1001 (going away): the server is shutting down";
        page.expect(&[&format!("ws-client: {echo} closed the connection: {reason}")])
    })
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
    let mut page = open_from_disk()?;
    connect(&page, server, "")?;
    let closed = format!("ws-client: {server} closed the connection: 4000: <i>why</i>");
    page.expect(&[&format!("connected to {server}"), MARKUP, MARKUP, &closed])?;
    ensure!(page.eval("document.querySelectorAll('#conversation * *').length")? == 0);
    Ok(())
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn a_missing_close_frame_is_shown() -> Result<()> {
    let server = server_that(|stream| {
        let mut session = accept(stream).unwrap();
        session.read().unwrap();
    })?;
    let mut page = open_from_disk()?;
    connect(&page, server, "")?;
    page.expect(&[&format!("connected to {server}")])?;
    page.press(&format!("are you there?{ENTER}"))?;
    let closed = format!("ws-client: {server} closed the connection without a close frame (1006)");
    page.expect(&[">>> are you there?", &closed])
}

#[test]
#[ignore = "needs chromium and chromedriver; .ci/run runs it"]
fn over_tls_the_browser_must_trust_the_certificate() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let [certificate, private_key] = ["certificate.pem", "private-key.pem"].map(|name| folder.path().join(name));
    let files = [
        "--certificate",
        certificate.to_str().context("not UTF-8")?,
        "--private-key",
        private_key.to_str().context("not UTF-8")?,
    ];
    let made = run("ws-server", Language::Rust, &[&["--make-certificate"], &files[..]].concat(), b"")?;
    ensure!(made.status.success(), "{made:?}");
    // This names one certificate by its public key. The browser verifies every other one.
    let public_key = KeyPair::from_pem(&fs::read_to_string(&private_key)?)?.subject_public_key_info();
    let trusts = format!("--ignore-certificate-errors-spki-list={}", STANDARD.encode(Sha256::digest(public_key)));
    with_each(&files, |server, echo, token_port| {
        let mut page = Page::open_with(&on_disk(), &[&trusts])?;
        connect_url(&page, &format!("wss://{echo}"), "")?;
        page.expect(&[&format!("connected to {echo}")])?;
        page.press(&format!("芝麻开门{ENTER}"))?;
        page.expect(&[">>> 芝麻开门", "Server received: 芝麻开门"])?;
        page.press(&format!("quit{ENTER}"))?;
        page.expect(&[&format!("disconnected from {echo}")])?;
        server.line(": disconnected")?;
        connect_url(&page, &format!("wss://{token_port}"), &token(3600.0, "secret_key")?)?;
        page.expect(&[&format!("connected to {token_port}"), "Authenticated!"])?;

        let mut page = open_from_disk()?;
        connect_url(&page, &format!("wss://{echo}"), "")?;
        let reason = "nothing listens there, the browser does not trust its certificate, or it refused the handshake";
        page.expect(&[&format!(
            "ws-client: cannot connect to {echo}: {reason}; the browser's console has the reason (1006)"
        )])
    })
}
