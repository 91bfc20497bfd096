"""The time as C's `ctime` writes it, in brackets before a message: `[Thu May 10 22:00:19 2018] `.

The day of the month is padded with a space: `[Wed May  9 20:44:11 2018] `.
"""

import time

from crates.timestamp.returning import LEN, Mismatch, Returning, is_stamp

__all__ = ["LEN", "Mismatch", "Returning", "is_stamp", "stamp"]


def stamp():
    """The present second's stamp, local time."""
    return f"[{time.ctime()}] ".encode()
