"""Compares a client's response with the expected one."""


def is_right(response: bytes, expected: bytes) -> bool:
    """Whether the response is the expected one."""
    return all(got == wanted for got, wanted in zip(response, expected))
