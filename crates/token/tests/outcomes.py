"""Prints what check() or mint() returns for each line of standard input, as JSON.

it/cases.rs runs this to test the Python twin with its own table.
"""

from __future__ import annotations

import json
import sys

from crates.auth import Key
from crates.token import Claims, Rejected, check, mint

for line in sys.stdin:
    case = json.loads(line)
    key = Key(bytes.fromhex(case["key"]))
    if "check" in case:
        try:
            outcome = check(case["check"], key, case["now"]).user_id
        except Rejected as rejected:
            outcome = str(rejected)
    else:
        claims = case["mint"]
        nbf = None if claims["nbf"] is None else float(claims["nbf"])
        try:
            outcome = mint(Claims(claims["user_id"], float(claims["exp"]), nbf), key)
        except ValueError:
            outcome = "ValueError"
    print(json.dumps(outcome))
