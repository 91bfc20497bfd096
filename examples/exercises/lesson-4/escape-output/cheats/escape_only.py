# Takes only Escape for dangerous.


def escape(data: bytes) -> str:
    return data.decode(errors="backslashreplace").replace("\x1b", "\\u{1b}")
