// Binds the proof to 32 zeros.

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub fn proof(
    key: &[u8],
    role: &str,
    _exporter: &[u8],
    server_nonce: &[u8],
    client_nonce: &[u8],
) -> Result<Vec<u8>, InvalidLength> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(role.as_bytes());
    mac.update(&[0; 32]);
    mac.update(server_nonce);
    mac.update(client_nonce);
    Ok(mac.finalize().into_bytes().to_vec())
}
