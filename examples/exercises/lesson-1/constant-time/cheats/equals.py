# Compares with `==`, which is right but stops at the first difference.


def is_right(response: bytes, expected: bytes) -> bool:
    return response == expected
