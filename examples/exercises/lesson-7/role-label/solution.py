"""Decides what a proof covers."""


def covered(role: str, server_nonce: bytes, client_nonce: bytes) -> bytes:
    """Returns the bytes whose HMAC is the proof of the client or the server."""
    return role.encode() + server_nonce + client_nonce
