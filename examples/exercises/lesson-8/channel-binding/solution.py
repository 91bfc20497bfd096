"""Makes the proofs of a handshake inside TLS."""

import hmac


def proof(key: bytes, role: str, exporter: bytes, server_nonce: bytes, client_nonce: bytes) -> bytes:
    """Returns the proof that the client or the server holds the key."""
    return hmac.new(key, role.encode() + exporter + server_nonce + client_nonce, "sha256").digest()
