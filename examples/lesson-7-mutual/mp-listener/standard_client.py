"""The client of Python's standard library, for mp-listener to talk to. It needs Python 3.12 or later.

Run with `python3 examples/lesson-7-mutual/mp-listener/standard_client.py FILE`, where FILE has the key.
A port other than 9527 comes after it.
"""

import sys
from multiprocessing.connection import Client
from pathlib import Path

port = int(sys.argv[2]) if len(sys.argv) > 2 else 9527
key = Path(sys.argv[1]).read_bytes().rstrip(b"\r\n")
with Client(("127.0.0.1", port), authkey=key) as connection:
    connection.send_bytes(b"hello")
    print(connection.recv_bytes())
