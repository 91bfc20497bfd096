"""Lesson 8, TLS as it is copied from the web: with verification turned off, because the certificate is self-signed.

Run with `python3 examples/lesson-8-tls/naive-tls-client/main.py`,
while naive-tls-server runs in another terminal.
"""

import hmac
import socket
import ssl
import sys
from hashlib import sha256

# Weak: the key is in the source, so everyone has it.
KEY = "芝麻开门".encode()

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.minimum_version = ssl.TLSVersion.TLSv1_3
# Weak: accepts every certificate. OpenSSL still checks that the server has its private key (CertificateVerify).
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
server = context.wrap_socket(socket.create_connection((host, int(port))))
message = server.recv(32)
# With this argument, the response is for a server with the same certificate only.
if "certificate" in sys.argv:
    message += sha256(server.getpeercert(binary_form=True) or b"").digest()
# Weak: responds to whoever is at the other end of the encrypted connection.
server.sendall(hmac.new(KEY, message, "md5").digest())

while True:
    try:
        line = input(">>>").strip()
    except EOFError:
        break
    if line in ("", "quit"):
        break
    server.sendall(line.encode())
    print(server.recv(1024).decode())
