"""Properties of the Messaging API, as winmail.dat and Outlook messages carry them ([MS-OXPROPS])."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

BODY, BODY_HTML, BODY_RTF = 0x1000, 0x1013, 0x1009
SUBJECT, CODEPAGE, INTERNET_CODEPAGE = 0x0037, 0x3FFD, 0x3FDE
ATTACH_DATA, ATTACH_NAME, ATTACH_LONG_NAME, ATTACH_MIME, ATTACH_METHOD = 0x3701, 0x3704, 0x3707, 0x370E, 0x3705
DISPLAY_NAME = 0x3001
UNICODE, STRING8, BINARY, LONG, OBJECT, TIME = 0x001F, 0x001E, 0x0102, 0x0003, 0x000D, 0x0040


@dataclass(slots=True)
class Properties:
    """Values by property number: text or bytes."""

    values: dict[int, str | bytes | int] = field(default_factory=dict)

    def text(self, number: int) -> str:
        """The value as text, "" where there is none."""
        value = self.values.get(number, "")
        if isinstance(value, bytes):
            value = value.decode(self.charset() or "cp1252", "replace")
        return value.rstrip("\x00") if isinstance(value, str) else ""

    def charset(self) -> str | None:
        """The code page of eight-bit texts as Python names it, None where none is told or known."""
        for number in (INTERNET_CODEPAGE, CODEPAGE):
            page = self.values.get(number)
            if isinstance(page, int) and page > 0:
                name = {65001: "utf-8", 28591: "cp1252", 20127: "cp1252"}.get(page, f"cp{page}")
                try:
                    codecs.lookup(name)
                except LookupError:
                    continue
                return name
        return None

    def data(self, number: int) -> bytes:
        """The value as bytes, b"" where there is none."""
        value = self.values.get(number, b"")
        return value.encode("utf-8") if isinstance(value, str) else value if isinstance(value, bytes) else b""

    def name(self) -> str:
        """The file name of an attachment."""
        name = self.text(ATTACH_LONG_NAME) or self.text(ATTACH_NAME) or self.text(DISPLAY_NAME)
        return name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:255]


def rtf_unpacked(data: bytes, size_max: int) -> bytes:
    """Compressed RTF ([MS-OXRTFCP]) unpacked; b"" where it is damaged or larger than `size_max`."""
    if len(data) < 16:
        return b""
    size, raw_size = int.from_bytes(data[0:4], "little"), int.from_bytes(data[4:8], "little")
    if data[8:12] == b"MELA":
        return data[16 : 16 + min(raw_size, size_max)]
    if data[8:12] != b"LZFu" or raw_size > size_max:
        return b""
    window = bytearray(_RTF_START.ljust(4096, b"\x00"))
    at, end, write = 16, min(len(data), size + 4), len(_RTF_START)
    result = bytearray()
    while at < end:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= end or len(result) >= raw_size:
                return bytes(result)
            if control & (1 << bit):
                if at + 1 >= end:
                    return bytes(result)
                token = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == write:
                    return bytes(result)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    result.append(byte)
                    window[write] = byte
                    write = (write + 1) % 4096
            else:
                result.append(data[at])
                window[write] = data[at]
                write = (write + 1) % 4096
                at += 1
    return bytes(result)


_RTF_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
