//! At a terminal: a prompt with line editing and a history. (How it ends is tested with the other clients.)

use std::net::SocketAddr;

use anyhow::Result;
use programs::terminal::{Key, Screen, Terminal};
use programs::{Language, Server, command};

const KEY: (&str, &str) = ("OPEN_SESAME_KEY", "a key for this test");

#[test]
fn a_line_is_edited_before_it_is_sent() -> Result<()> {
    let server = server()?;
    let mut client = client(server.address)?;

    client.type_text("ac")?;
    client.press(Key::Left)?;
    client.enter("b")?;
    shows(&mut client, &[">>>abc", "[stamp] abc", ">>>"])?;

    // Each of these characters is two columns wide and three bytes long.
    client.type_text("芝麻开关")?;
    client.press(Key::Backspace)?;
    client.enter("门")?;
    shows(&mut client, &[">>>abc", "[stamp] abc", ">>>芝麻开门", "[stamp] 芝麻开门", ">>>"])?;

    client.type_text("芝麻门")?;
    client.press(Key::Left)?;
    client.wait_until(|screen| screen.rows[4] == ">>>芝麻门" && screen.cursor == (4, 7))?;
    client.press(Key::Backspace)?;
    client.press(Key::Right)?;
    client.enter("!")?;
    client.wait_until(|screen| told(screen)[4..] == [">>>芝门!", "[stamp] 芝门!", ">>>"])?;
    Ok(())
}

#[test]
fn lines_sent_before_come_back_by_the_arrows() -> Result<()> {
    let server = server()?;
    let mut client = client(server.address)?;
    client.enter("first")?;
    shows(&mut client, &[">>>first", "[stamp] first", ">>>"])?;
    client.enter("second")?;
    shows(&mut client, &[">>>first", "[stamp] first", ">>>second", "[stamp] second", ">>>"])?;

    client.press(Key::Up)?;
    client.wait_until(|screen| screen.rows[4] == ">>>second")?;
    client.press(Key::Up)?;
    client.wait_until(|screen| screen.rows[4] == ">>>first")?;
    client.press(Key::Down)?;
    client.wait_until(|screen| screen.rows[4] == ">>>second")?;
    client.press(Key::Enter)?;
    client.wait_until(|screen| told(screen)[4..] == [">>>second", "[stamp] second", ">>>"])?;
    Ok(())
}

#[test]
fn an_empty_line_is_skipped() -> Result<()> {
    let server = server()?;
    let mut client = client(server.address)?;
    client.press(Key::Enter)?;
    shows(&mut client, &[">>>", ">>>"])?;
    client.enter("  ")?;
    client.wait_until(|screen| screen.cursor == (2, 3))?;
    client.enter("on")?;
    client.wait_until(|screen| told(screen)[2..] == [">>>on", "[stamp] on", ">>>"])?;
    Ok(())
}

fn server() -> Result<Server> {
    Server::from_command(command("echo-server", Language::Rust)?.args(["--listen", "127.0.0.1:0"]).env(KEY.0, KEY.1))
}

/// A client at its first prompt: what is typed before would be shown twice.
fn client(server: SocketAddr) -> Result<Terminal> {
    let mut command = command("echo-client", Language::Rust)?;
    command.args(["--connect", &server.to_string()]).env(KEY.0, KEY.1);
    let mut client = Terminal::start(command)?;
    shows(&mut client, &[">>>"])?;
    Ok(client)
}

/// Waits until the screen shows these rows and no others.
fn shows(client: &mut Terminal, rows: &[&str]) -> Result<Screen> {
    client.wait_until(|screen| told(screen) == rows)
}

/// The rows with their stamps told and not shown.
fn told(screen: &Screen) -> Vec<String> {
    let told = |row: &String| match row.split_at_checked(timestamp::LEN) {
        Some((stamp, text)) if timestamp::is_timestamp(stamp.as_bytes()) => format!("[stamp] {text}"),
        _ => row.clone(),
    };
    screen.rows.iter().map(told).collect()
}
