//! At a terminal, the client has a prompt with line editing and a history. (How it ends is tested with the other
//! clients.)

use anyhow::Result;
use programs::terminal::{Key, Screen, Terminal};
use programs::{Language, Server, command};

#[test]
fn a_line_is_edited_before_it_is_sent() -> Result<()> {
    let (mut client, _server) = client_and_server()?;
    client.type_text("ac")?;
    client.press(Key::LEFT)?;
    client.enter("b")?;
    wait_for(&mut client, &[">>>abc", "[…] abc", ">>>"])?;

    // Each of these characters has two columns and three bytes.
    client.type_text("芝麻开关")?;
    client.press(Key::BACKSPACE)?;
    client.enter("门")?;
    wait_for(&mut client, &[">>>abc", "[…] abc", ">>>芝麻开门", "[…] 芝麻开门", ">>>"])?;

    client.type_text("芝麻门")?;
    client.press(Key::LEFT)?;
    client.wait_until(|screen| screen.rows[4] == ">>>芝麻门" && screen.cursor == (4, 7))?;
    client.press(Key::BACKSPACE)?;
    client.press(Key::RIGHT)?;
    client.enter("!")?;
    client.wait_until(|screen| rows(screen)[4..] == [">>>芝门!", "[…] 芝门!", ">>>"])?;
    Ok(())
}

#[test]
fn the_arrow_keys_bring_earlier_lines_back() -> Result<()> {
    let (mut client, _server) = client_and_server()?;
    client.enter("first")?;
    wait_for(&mut client, &[">>>first", "[…] first", ">>>"])?;
    client.enter("second")?;
    wait_for(&mut client, &[">>>first", "[…] first", ">>>second", "[…] second", ">>>"])?;
    for (key, line) in [(Key::UP, ">>>second"), (Key::UP, ">>>first"), (Key::DOWN, ">>>second")] {
        client.press(key)?;
        client.wait_until(|screen| screen.rows[4] == line)?;
    }
    client.press(Key::ENTER)?;
    client.wait_until(|screen| rows(screen)[4..] == [">>>second", "[…] second", ">>>"])?;
    Ok(())
}

/// Starts both, and waits for the client's prompt: the terminal would echo what is typed before.
fn client_and_server() -> Result<(Terminal, Server)> {
    let key = ("OPEN_SESAME_KEY", "a key for this test");
    let mut server = command("echo-server", Language::Rust)?;
    let server = Server::from_command(server.args(["--listen", "127.0.0.1:0"]).env(key.0, key.1))?;
    let mut client = command("echo-client", Language::Rust)?;
    client.args(["--connect", &server.address.to_string()]).env(key.0, key.1);
    let mut client = Terminal::start(client)?;
    wait_for(&mut client, &[">>>"])?;
    Ok((client, server))
}

/// Waits until the screen shows these rows and no others.
fn wait_for(client: &mut Terminal, expected: &[&str]) -> Result<Screen> {
    client.wait_until(|screen| rows(screen) == expected)
}

/// Returns the rows, with `[…] ` for timestamps.
fn rows(screen: &Screen) -> Vec<String> {
    let row = |row: &String| match row.split_at_checked(timestamp::LEN) {
        Some((timestamp, text)) if timestamp::is_timestamp(timestamp.as_bytes()) => format!("[…] {text}"),
        _ => row.clone(),
    };
    screen.rows.iter().map(row).collect()
}
