"""Positions of matches as Python counts them."""


def code_points_at(text: str, wanted: set[int], unit: str) -> dict[int, int]:
    """Tell which code points stand at positions in bytes of UTF-8 or units of UTF-16.

    They are counted one by one: encoded and decoded, two lone surrogates could become a pair.
    """
    places = {}
    at = 0
    last = max(wanted, default=0)
    for index, c in enumerate(text):
        if at in wanted:
            places[at] = index
        if at >= last:
            break
        code = ord(c)
        at += 1 + (code > 0xFFFF) if unit == "utf16" else _utf8_len(code)
    else:
        places[at] = len(text)
    return places


def _utf8_len(code: int) -> int:
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)
