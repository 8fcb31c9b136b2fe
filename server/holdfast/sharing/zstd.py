"""Compression (Zstandard, RFC 8878): the only file that knows which library it is."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd as library
else:
    from backports import zstd as library

_LEVEL = 6
_WIDEST_WINDOW_LOG = 24


class NotCompressed(Exception):
    """What should be one whole frame of Zstandard is none."""


class TooMuch(Exception):
    """It would become larger than allowed."""


def compress(data: bytes) -> bytes:
    """`data` in one frame."""
    return library.compress(data, level=_LEVEL)


def decompress(data: bytes, most: int) -> bytes:
    """What is in the one frame `data`, at most `most` bytes and with little more memory than that.

    Raises TooMuch or NotCompressed.
    """
    reader = library.ZstdDecompressor(options={library.DecompressionParameter.window_log_max: _WIDEST_WINDOW_LOG})
    try:
        plain = reader.decompress(data, max_length=most + 1)
    except library.ZstdError as error:
        raise NotCompressed(str(error)) from error
    if len(plain) > most:
        raise TooMuch
    if not reader.eof or reader.unused_data:
        raise NotCompressed("cut off, or something follows")
    return plain
