# Escapes everything that is not printable ASCII, so that names in other scripts become unreadable.


def escape(data: bytes) -> str:
    text = data.decode(errors="backslashreplace")
    return "".join(char if " " <= char <= "~" else f"\\u{{{ord(char):x}}}" for char in text)
