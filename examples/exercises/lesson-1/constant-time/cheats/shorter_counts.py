# Looks at every byte, but only as far as the shorter of the two goes.


def is_right(response: bytes, expected: bytes) -> bool:
    difference = 0
    for got, wanted in zip(response, expected):
        difference |= got ^ wanted
    return difference == 0
