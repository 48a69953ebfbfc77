"""Bytes to text and back without loss, whatever the encoding.

What derivtex reads and writes is ASCII, which nearly all encodings of documents contain. So a
document that is not UTF-8 need not be understood: its other bytes are carried through.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple

from derivtex.errors import DerivtexError

_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Decoded(NamedTuple):
    """The text of a document, the byte order mark it began with, and its encoding."""

    text: str
    mark: bytes
    encoding: str

    def encode(self, text: str) -> bytes:
        """The bytes of another text in the same encoding, behind the same mark."""
        return self.mark + text.encode(self.encoding, "surrogateescape")


def decode(data: bytes, name: str) -> Decoded:
    """The text of `data`; `DerivtexError` for what is no text."""
    for mark, encoding in _WIDE.items():
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(encoding), mark, encoding)
            except UnicodeDecodeError:
                raise DerivtexError(f"{name}: broken UTF-16 text") from None
    if b"\0" in data:
        raise DerivtexError(f"{name}: a binary file, not text")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return Decoded(data[len(mark) :].decode("utf-8", "surrogateescape"), mark, "utf-8")
