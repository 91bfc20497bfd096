# Looks at both ends, but not at what is between them, as in https://shop.example.evil-shop.example.


def is_allowed(origin: str, allowed: str) -> bool:
    return origin.startswith(allowed) and origin.endswith(allowed.split("://")[1])
