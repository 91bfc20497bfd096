// Adds the label, but still covers only one nonce.

pub fn covered(role: &str, server_nonce: &[u8], client_nonce: &[u8]) -> Vec<u8> {
    let challenge = if role == "client" { server_nonce } else { client_nonce };
    [role.as_bytes(), challenge].concat()
}
