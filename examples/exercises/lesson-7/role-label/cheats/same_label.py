# Has a label, but the same for both roles.


def covered(role: str, server_nonce: bytes, client_nonce: bytes) -> bytes:
    return b"open-sesame/2\0" + server_nonce + client_nonce
