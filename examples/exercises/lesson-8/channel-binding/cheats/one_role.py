# Binds the proof of the client only.
import hmac


def proof(key: bytes, role: str, exporter: bytes, server_nonce: bytes, client_nonce: bytes) -> bytes:
    channel = exporter if role == "client" else bytes(32)
    return hmac.new(key, role.encode() + channel + server_nonce + client_nonce, "sha256").digest()
