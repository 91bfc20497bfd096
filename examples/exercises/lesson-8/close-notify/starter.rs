//! Prints the text in the records on standard input.

use std::io::{self, Read};

use anyhow::Result;

const APPLICATION_DATA: u8 = 23;

fn main() -> Result<()> {
    let mut input = io::stdin().lock();
    let mut text = Vec::new();
    let mut header = [0; 5];
    // Weak: does not ask why there are no more records.
    while input.read_exact(&mut header).is_ok() {
        let [kind, _, _, high, low] = header;
        let mut content = Vec::new();
        input.by_ref().take(u16::from_be_bytes([high, low]).into()).read_to_end(&mut content)?;
        if kind == APPLICATION_DATA {
            text.extend(content);
        }
    }
    println!("{}", String::from_utf8(text)?);
    Ok(())
}
