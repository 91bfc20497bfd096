# Covers the exporter XORed with a nonce, and the attacker can change a nonce.
import hmac


def proof(key: bytes, role: str, exporter: bytes, server_nonce: bytes, client_nonce: bytes) -> bytes:
    mixed = bytes(a ^ b for a, b in zip(exporter, server_nonce))
    return hmac.new(key, role.encode() + mixed + client_nonce, "sha256").digest()
