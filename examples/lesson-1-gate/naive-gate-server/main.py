"""Lesson 1, the gate as the tutorial has it: sends one client a nonce, and checks its response.

Run with `python3 examples/lesson-1-gate/naive-gate-server/main.py`. It is weak on purpose.
"""

import hmac
import ipaddress
import os
import socket
import sys

# Weak: the key is in the source, so everyone has it.
KEY = "老衲洗头用飘柔".encode()

host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9527").rsplit(":", 1)
if not ipaddress.ip_address(host).is_loopback:
    sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
listener = socket.create_server((host, int(port)))
print("naive-gate-server listens on {}:{}".format(*listener.getsockname()))

# Weak: serves a single client, whoever that is.
client, peer = listener.accept()
nonce = os.urandom(32)
client.sendall(nonce)
expected = hmac.new(KEY, nonce, "md5").hexdigest()
# Weak: no timeout, so a client that says nothing keeps the server waiting forever.
# Weak: a single read: TCP may deliver less than the whole response.
response = client.recv(1024).decode()
# Weak: `==` stops at the first byte that differs, so its duration tells how much is right.
if response == expected:
    print("{}:{}: accepted, it holds the key".format(*peer))
else:
    print("{}:{}: rejected, it does not hold the key".format(*peer))
