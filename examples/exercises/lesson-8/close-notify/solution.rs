//! Prints the text in the records on standard input, if close_notify says that it is complete.

use std::io::{self, Read};

use anyhow::{Context, Result, bail};

const ALERT: u8 = 21;
const APPLICATION_DATA: u8 = 23;
const CLOSE_NOTIFY: u8 = 0;
const CUT: &str = "the connection ended without close_notify: somebody may have cut it";

fn main() -> Result<()> {
    let mut input = io::stdin().lock();
    let mut text = Vec::new();
    loop {
        let mut header = [0; 5];
        input.read_exact(&mut header).context(CUT)?;
        let [kind, _, _, high, low] = header;
        let mut content = vec![0; u16::from_be_bytes([high, low]).into()];
        input.read_exact(&mut content).context(CUT)?;
        match (kind, &content[..]) {
            (APPLICATION_DATA, _) => text.extend(content),
            (ALERT, [_, CLOSE_NOTIFY]) => break,
            (_, other) => bail!("the peer ended the connection with the alert {other:?}"),
        }
    }
    println!("{}", String::from_utf8(text)?);
    Ok(())
}
