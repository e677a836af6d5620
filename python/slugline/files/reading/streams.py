"""Bytes of files that may be compressed, in blocks of whole records."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from slugline.files.columns import arrow

_READ = 1 << 16
_OUT = 1 << 20
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def chunks(stream: Any, compression: str | None) -> Iterator[bytes]:
    """Yield what a file has, uncompressed, in chunks of about a megabyte.

    Raises
    ------
    EOFError
        Where a compressed file is cut off: after all that could be read of it.
    OSError, ValueError
        Where it is damaged.
    """
    read = _plain(stream, compression)
    first = next(read, b"").removeprefix(_BOM)
    if first.startswith(_UTF16):
        raise ValueError("it is UTF-16: convert it to UTF-8, such as by `iconv -f utf-16 -t utf-8`")
    if first:
        yield first
    yield from read


def _plain(stream: Any, compression: str | None) -> Iterator[bytes]:
    match compression:
        case None:
            while chunk := stream.read(_OUT):
                yield bytes(chunk)
        case "gzip":
            yield from _inflated(stream)
        case "bz2":
            yield from _members(stream, bz2.BZ2Decompressor)
        case "xz":
            yield from _members(stream, lzma.LZMADecompressor)
        case _:
            yield from _by_pyarrow(stream, compression)


def _inflated(stream: Any) -> Iterator[bytes]:
    """Decompress gzip, member after member, each of which ends with a checksum."""
    inflater = None
    members = 0
    rest = b""
    while rest or (rest := bytes(stream.read(_READ))):
        if inflater is None:
            if members:
                rest = rest.lstrip(b"\0")  # Padding behind the last member.
                if not rest:
                    continue
            members += 1
            inflater = zlib.decompressobj(wbits=31)
        try:
            out = inflater.decompress(rest, _OUT)
        except zlib.error as error:
            raise OSError(f"not gzip from here on: {error}") from None
        rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        if inflater.eof:
            inflater = None
        if out:
            yield out
    while inflater is not None:
        out = inflater.decompress(b"", _OUT)
        if not out:
            break
        yield out
    if inflater is not None and not inflater.eof:
        raise EOFError("the gzip ends before its end")


def _members(stream: Any, make: Callable[[], Any]) -> Iterator[bytes]:
    """Decompress bz2 or xz, stream after stream."""
    decompressor = None
    rest = b""
    while True:
        needs = decompressor is None or decompressor.needs_input
        if needs and not rest and not (rest := bytes(stream.read(_READ))):
            break
        if decompressor is None:
            decompressor = make()
        try:
            out = decompressor.decompress(rest, _OUT)
        except (OSError, ValueError, lzma.LZMAError) as error:
            raise OSError(f"damaged from here on: {error}") from None
        rest = b""
        if decompressor.eof:
            rest = decompressor.unused_data
            decompressor = None
        if out:
            yield out
    if decompressor is not None:
        raise EOFError("the compressed file ends before its end")


def _by_pyarrow(stream: Any, compression: str) -> Iterator[bytes]:
    pa = arrow()
    unpacked = pa.CompressedInputStream(stream, compression)
    while True:
        try:
            # Little at once: what is read together with the end of a cut-off file is lost.
            chunk = bytes(unpacked.read(_READ))
        except OSError as error:
            if "runcated" in str(error):
                raise EOFError(f"the {compression} ends before its end") from None
            raise
        if not chunk:
            return
        yield chunk
