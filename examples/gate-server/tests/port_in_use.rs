//! A port that another program has is one clear line, and status 1.

use std::net::TcpListener;

use anyhow::Result;
use programs::{Language, run};

#[test]
fn it_says_what_to_do() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0")?;
    let address = other.local_addr()?.to_string();
    let file = [env!("CARGO_TARGET_TMPDIR"), "/port-in-use"].concat();
    std::fs::write(&file, "a key for this test\n")?;
    let ended = run("gate-server", Language::Rust, &["--listen", &address, "--key-file", &file], b"")?;
    assert_eq!(
        ended.err(),
        [format!(
            "gate-server: cannot listen on {address}: the port is in use; end the program that has it, \
             or choose another port (--listen HOST:0 takes any)"
        )]
    );
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(ended.out(), [""; 0]);
    Ok(())
}
