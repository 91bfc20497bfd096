# /// script
# requires-python = ">=3.8"
# dependencies = ["websockets>=13.1", "PyJWT>=2.9"]
# ///
"""Lessons 5 and 6, WebSocket as the tutorial has it: one port echoes, the other checks a token.

Run with `python3 examples/lesson-5-websocket/naive-ws-server/main.py`, where the packages in requirements.txt are
installed. It is weak on purpose.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys

import jwt
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError

# Weak: the key is in the source, so everyone has it; and it is short enough to be guessed.
KEY = "secret_key"


async def echo(client: ServerConnection) -> None:
    try:
        async for message in client:
            if isinstance(message, str):
                await client.send(f"Server received: {message}")
    except ConnectionClosedError as error:
        # Weak: the client's own words go into the log unescaped, and the log has no limit.
        logging.error("Connection Closed Error: %s", error)


async def check_token(client: ServerConnection) -> None:
    token = await client.recv()
    try:
        # Weak: a token without an expiration time is valid forever.
        claims = jwt.decode(token, KEY, algorithms=["HS256"])
        if claims.get("user_id"):
            await client.send("Authenticated!")
    except jwt.ExpiredSignatureError:
        await client.send("Token Expired")


async def main() -> None:
    echo_address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8765"
    token_address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1:8888"
    logging.basicConfig(filename="websocket_errors.log", format="%(asctime)s %(levelname)s %(message)s")
    servers = []
    for name, handler, address in (("echo", echo, echo_address), ("token", check_token, token_address)):
        host, port = address.rsplit(":", 1)
        if not ipaddress.ip_address(host).is_loopback:
            sys.exit(f"{host} is not a loopback address; this program is too weak for a network")
        # Weak: no timeout for the token, no look at the origin (web pages of all sites may connect), and of the limits
        # only those that websockets has by itself.
        servers.append(await serve(handler, host, int(port)))
        print("naive-ws-server ({}) listens on {}:{}".format(name, *next(iter(servers[-1].sockets)).getsockname()))
    await asyncio.Future()


asyncio.run(main())
