"""Decides what a proof covers."""


def covered(role: str, server_nonce: bytes, client_nonce: bytes) -> bytes:
    """Returns the bytes whose HMAC is the proof of the client or the server."""
    # Weak: each side responds to the challenge of the other side, and covers nothing else.
    return server_nonce if role == "client" else client_nonce
