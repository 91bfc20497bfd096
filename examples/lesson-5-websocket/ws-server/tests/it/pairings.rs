//! ws-client and ws-server work together. compare runs all four pairings of Rust and Python; here, the client finds its
//! token, and skips or trims what is typed.

use std::fs;

use anyhow::{Context, Result, ensure};
use programs::{Language, run};

use crate::common::with_each;
use crate::tokens::mint;

const TYPED: &str = "hello\n\n  open sesame, 芝麻开门  \nquit\nnot sent\n";
const REPLIES: [&str; 3] = ["Authenticated!", "Server received: hello", "Server received: open sesame, 芝麻开门"];

#[test]
fn a_token_comes_from_a_file_or_from_the_first_line() -> Result<()> {
    let token = mint("someone@example.com", "secret_key", -60.0, 600.0)?;
    let file = std::env::temp_dir().join(format!("ws-server-token-{}", std::process::id()));
    fs::write(&file, format!("{token}\n"))?;
    let path = file.to_str().context("not UTF-8")?;
    let first_line = format!("{token}\n{TYPED}");
    with_each(&[], |mut server| {
        let url = format!("ws://{}", server.token);
        // From a file, from the first line of standard input, and typed like a message.
        let sources = [(&["--token", path][..], TYPED), (&["--token", "-"], &first_line), (&[], &first_line)];
        for (language, (options, typed)) in
            Language::ALL.into_iter().flat_map(|language| sources.map(|source| (language, source)))
        {
            let ended = run("ws-client", language, &[&["--connect", &url], options].concat(), typed.as_bytes())?;
            ensure!(ended.status.success() && ended.out() == REPLIES, "{language:?}: {ended:?}");
            server.line(": authenticated as someone@example.com")?;
            server.line(": disconnected")?;
        }
        let stopped = server.stop_when_idle()?;
        ensure!(stopped.served("token")?.starts_with("6: 6 completed"), "{:?}", stopped.out);
        ensure!(stopped.log.is_empty(), "{:?}", stopped.log);
        Ok(())
    })?;
    Ok(fs::remove_file(file)?)
}
