# Asks whether the origin ends with the host, as evil-shop.example does.


def is_allowed(origin: str, allowed: str) -> bool:
    return origin.endswith(allowed.split("://")[1])
