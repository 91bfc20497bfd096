"""Both sides prove that they hold the key, the client first ("open-sesame/2").

    server: authenticate_client                         client: authenticate_server
    ---------------------------                         ---------------------------
    greeting, 14 bytes; nonce, 32        -------->      checks the greeting
    checks the proof                     <--------      nonce, 32 bytes; proof, 32
    wrong: a Verdict, and no proof
    proof, 32 bytes                      -------->      checks the proof
                                         <--------      only now: the session

A proof is the HMAC-SHA-256 of exactly 118 bytes: who proves, to what channel the proof is bound, and both nonces. So a
proof is worth nothing in the other role, in another handshake or on another channel.
"""

from __future__ import annotations

import enum
import hmac
import os

from crates.auth import NONCE_LEN, ClosedEarly, Error, Key, Scheme, Stream, Verdict, receive, send

# The first bytes that a server sends.
GREETING = b"open-sesame/2\n"

# The length of a proof, in bytes.
PROOF_LEN = 32


class Role(enum.Enum):
    """Who proves that it holds the key. The value is the beginning of what is proved."""

    CLIENT = b"open-sesame/2 client\0"
    SERVER = b"open-sesame/2 server\0"


def authenticate_client(peer: Stream, key: Key, channel: bytes | None = None) -> Verdict:
    """The server's side: sends a nonce, checks the client's proof and, only if that is right, sends its own.

    `channel` binds the proofs to a TLS connection: it is the connection's exporter, of 32 bytes (RFC 9266).
    Raises an Error if no complete proof arrives. A wrong proof is not an error, but a Verdict: close the connection, so
    that the client learns that it was rejected.
    """
    server_nonce = os.urandom(NONCE_LEN)
    send(peer, "greeting", GREETING + server_nonce)
    message = receive(peer, "nonce and proof", NONCE_LEN + PROOF_LEN, NONCE_LEN + PROOF_LEN)
    client_nonce, client_proof = message[:NONCE_LEN], message[NONCE_LEN:]
    if not hmac.compare_digest(proof(key, Role.CLIENT, channel, server_nonce, client_nonce), client_proof):
        return Verdict.REJECTED
    send(peer, "proof", proof(key, Role.SERVER, channel, server_nonce, client_nonce))
    return Verdict.ACCEPTED


def authenticate_server(peer: Stream, key: Key, channel: bytes | None = None) -> None:
    """The client's side: proves that it holds the key, and checks that the server does too.

    Raises an Error if the server speaks another protocol, rejects the client's proof, or does not hold the key, or if
    its messages are not complete. Send nothing to it then.
    """
    if receive(peer, "greeting", len(GREETING), len(GREETING)) != GREETING:
        raise Error("the server does not speak open-sesame/2")
    server_nonce = receive(peer, "nonce", NONCE_LEN, NONCE_LEN)
    client_nonce = os.urandom(NONCE_LEN)
    send(peer, "nonce and proof", client_nonce + proof(key, Role.CLIENT, channel, server_nonce, client_nonce))
    try:
        server_proof = receive(peer, "proof", PROOF_LEN, PROOF_LEN)
    except ClosedEarly as error:
        if error.received:
            raise
        raise Error(
            "the server rejected our proof and closed the connection; do both sides use the same key?"
        ) from None
    if not hmac.compare_digest(proof(key, Role.SERVER, channel, server_nonce, client_nonce), server_proof):
        raise Error("the server's proof is wrong: it does not hold the key")


def proof(key: Key, role: Role, channel: bytes | None, server_nonce: bytes, client_nonce: bytes) -> bytes:
    """Computes the proof that this side holds the key, in the handshake with these nonces."""
    # All parts have a fixed length, so two different handshakes never have the same bytes.
    bound_to = b"\0" + bytes(32) if channel is None else b"\1" + channel
    return Scheme.SHA256.response(key, role.value + bound_to + server_nonce + client_nonce)
