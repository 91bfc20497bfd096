# Makes every proof different, so that nobody accepts anything.
import os


def covered(role: str, server_nonce: bytes, client_nonce: bytes) -> bytes:
    return role.encode() + server_nonce + client_nonce + os.urandom(8)
