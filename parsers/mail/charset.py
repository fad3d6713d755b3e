"""Bytes of a mail to text, whatever charset they claim: the claim is believed only where the bytes agree with it."""

from __future__ import annotations

import codecs
import re

# What mail programs write and what they mean. A superset is taken where the name is commonly used for it: nobody who
# writes iso-8859-1 means the C1 controls, and "gb2312" mail regularly holds characters of its successors.
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "unicode-1-1-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-user-defined": "cp1252",
    "unknown-8bit": "utf-8",
    "8bit": "utf-8",
    "binary": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
# Codecs that are no charset of text, or whose decoding is slower than linear.
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_SAMPLE = 20_000
_NAME = re.compile(r"[a-z0-9_:.+()-]{1,40}")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def known_codec(name: str | None) -> str | None:
    """Return the name of the codec that a declared charset means, or None if there is no such charset of text."""
    key = (name or "").strip().strip("\"'").lower()
    key = re.sub(r"^(?:charset\s*=\s*|3d)", "", key).strip("\"'")
    key = _MEANT.get(key, key)
    if key.startswith("cp-"):
        key = "cp" + key[3:]
    if not _NAME.fullmatch(key) or key in _REFUSED:
        return None
    try:
        info = codecs.lookup(key)
    except (LookupError, ValueError):
        return None
    is_text: bool = getattr(info, "_is_text_encoding", True)
    return info.name if is_text and info.name not in _REFUSED else None


def codec_of(data: bytes, declared: str | None = None) -> str:
    """Return the codec that reads `data`: the declared one if it fits, else what the bytes themselves show.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8 even where Latin-1 is declared: chance does not write UTF-8.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec
    meant = known_codec(declared)
    if data.isascii():
        return _of_seven_bits(data, meant)
    if meant is not None and not meant.startswith(("cp125", "iso8859")) and _fits(data, meant):
        return meant
    if _fits(data, "utf-8"):
        return "utf-8"
    if meant is not None and _fits(data, meant):
        return meant
    return _guessed(data) or (meant if meant and meant != "utf-8" else "cp1252")


def decoded(data: bytes, declared: str | None = None) -> str:
    """Return `data` as text; what no charset explains becomes U+FFFD, never an exception."""
    codec = codec_of(data, declared)
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, LookupError, ValueError):
        return data.decode("latin-1")


def _of_seven_bits(data: bytes, meant: str | None) -> str:
    """Return the codec of bytes without the eighth bit: an escaping charset shows itself by its escapes."""
    if b"\x1b$" in data or b"\x1b(" in data:
        for codec in (meant, "iso2022_jp_ext", "iso2022_kr"):
            if codec and codec.startswith("iso2022") and _fits(data, codec):
                return codec
    if meant and meant.startswith(("utf-16", "utf-32")):
        return meant if b"\0" in data[:200] and _fits(data, meant) else "utf-8"
    if meant and meant.startswith(("utf-7", "hz", "iso2022")) and _fits(data, meant):
        return meant
    return "utf-8"


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


def _guessed(data: bytes) -> str | None:
    """Return what the frequency of characters suggests, only where it then decodes all of the bytes."""
    import chardet

    try:
        guess = chardet.detect(data[:_SAMPLE])
    except Exception:  # noqa: BLE001 - a stranger's bytes must never stop the mail
        return None
    codec = known_codec(guess.get("encoding"))
    if codec is None or (guess.get("confidence") or 0) < 0.6 or not _fits(data, codec):
        return None
    return codec
