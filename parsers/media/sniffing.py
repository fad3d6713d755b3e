"""What kind of bytes a part holds, told from the bytes; name and declared type only settle a doubt between texts."""

from __future__ import annotations

import io
import re
import zipfile

from parsers.media import cfb
from parsers.media.charset import decoded

_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"\x00\x00\x01\x00",
    b"\xd7\xcd\xc6\x9a",
    b"8BPS",
)
_HTML = re.compile(
    r"<\s*(?:!doctype\s+html|(?:html|head|body|table|div|p|br|span|meta|style|title|center|font|td|tr|b|i|u|a|em|strong|img"
    r"|pre|ul|ol|li|hr|h[1-6]|small|section|article|blockquote|base|link)(?=[\s/>]))",
    re.IGNORECASE,
)
_X12 = re.compile(r"ISA([^A-Za-z0-9\s])(?:.{2}\1)")
_EDIFACT = re.compile(r"UNA.{6}\s*UN[BH][^A-Za-z0-9\s]|UN[BH][+:\x1d\x1f].", re.DOTALL)
_MAIL = re.compile(r"(?:[!-9;-~]{1,70}[ \t]{0,8}:.{0,998}\n(?:[ \t].{0,998}\n){0,60}){2}")
_MAIL_HEADER = re.compile(r"^(?:from|to|date|subject|received|message-id|mime-version|return-path):", re.I | re.M)
_TECHNICAL_HEADER = re.compile(
    r"^(?:message-id|mime-version|received|return-path|content-type):", re.IGNORECASE | re.MULTILINE
)
_SWIFT = re.compile(r"(?:\{1:[A-Z0-9]{10,}|(?:^|\n):20:[^\n]*\r?\n(?:[^\n]*\r?\n){0,6}?:(?:25|28C?):)")
_BAI = re.compile(r"01,[^,\n]*,[^,\n]*,\d{6},\d{0,4},")
_SPREADSHEET_XML = "urn:schemas-microsoft-com:office:spreadsheet"
_START = 8_192


def sniff(data: bytes, name: str, content_type: str) -> str:
    """What the bytes are.

    One of: `pdf`, `html`, `text`, `csv` (a table of delimited values), `sheet` (xlsx, xlsm, xlsb, xls, ods, Excel 2003
    XML), `word` (docx, odt), `image`, `zip` (also gzip), `tnef` (winmail.dat), `msg` (Outlook), `rfc822` (a mail),
    `xml`, `edi` (X12, EDIFACT, TRADACOMS), `bank` (MT940, BAI2, OFX), `rtf`, `empty`, `encrypted`, `unknown`.
    """
    if not data.strip(b"\x00\t\n\x0c\r "):
        return "empty"
    head = data[:_START]
    return _by_signature(data, head) or _by_text(data, name.lower(), content_type.lower())


def _by_signature(data: bytes, head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if head.startswith(cfb.SIGNATURE):
        return _ole_kind(data)
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if (head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1")) or _is_bitmap(data):
        return "image"
    if head.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    if head.startswith(b"\x1f\x8b\x08"):
        return "zip"
    if head.startswith((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"%!PS", b"MZ", b"\x7fELF")):
        return "unknown"
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if re.match(rb"-----BEGIN PGP MESSAGE-----", head):
        return "encrypted"
    # readers accept a PDF behind a kilobyte of anything (ISO 32000-1, annex H, note 13)
    if re.search(rb"%PDF-\d\.\d", head[:1_100]) and b" obj" in data:
        return "pdf"
    return None


def _is_bitmap(data: bytes) -> bool:
    return data[:2] == b"BM" and len(data) > 26 and int.from_bytes(data[2:6], "little") in (len(data), 0)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries[:5_000]}
            mimetype = archive.read("mimetype")[:100] if _small(archive, "mimetype") else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return "unknown"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or b"opendocument.spreadsheet" in mimetype:
        return "sheet"
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "sheet"
    if any(name.startswith("word/document") for name in names) or b"opendocument.text" in mimetype:
        return "word"
    files = [entry for entry in entries if not entry.is_dir()]
    if files and all(entry.flag_bits & 1 for entry in files):
        return "encrypted"
    return "zip"


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    try:
        return archive.getinfo(name).file_size <= 200
    except KeyError:
        return False


def _ole_kind(data: bytes) -> str:
    try:
        names = {entry.name.lower() for entry in cfb.Storage(data).root.children.values()}
    except cfb.Damaged:
        return "unknown"
    if "encryptedpackage" in names:
        return "encrypted"
    if "workbook" in names or "book" in names:
        return "sheet"
    if any(name.startswith(("__properties_version", "__substg1.0_", "__nameid_version")) for name in names):
        return "msg"
    return "unknown"


def _by_text(data: bytes, name: str, content_type: str) -> str:
    text = decoded(data[: _START * 4]).lstrip()
    if _binary(data[:_START], text):
        return "unknown"
    if text.startswith("<") and (kind := _markup(text)) is not None:
        return kind
    if _X12.match(text) or _EDIFACT.match(text) or text.startswith("STX="):
        return "edi"
    if text.startswith("OFXHEADER") or _SWIFT.search(text[:4_000]) or _BAI.match(text):
        return "bank"
    if _looks_like_mail(text, name.endswith(".eml") or content_type.startswith("message/rfc822")):
        return "rfc822"
    if ("html" in content_type or name.endswith((".htm", ".html"))) and _HTML.search(text):
        return "html"
    return _table_or_text(text, name, content_type)


def _looks_like_mail(text: str, said: bool) -> bool:
    """Whether a text is a whole mail.

    Prose may start with "From: … To: …" of a forwarded one, so the headers that only a real one carries must be there
    unless name or type say it (`said`).
    """
    text = text[:_START].replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("From ") and "\n" in text:
        text = text.split("\n", 1)[1]
    head = text.split("\n\n", 1)[0] + "\n"
    if _MAIL.match(head) is None or len(_MAIL_HEADER.findall(head)) < 2:
        return False
    return said or _TECHNICAL_HEADER.search(head) is not None


def _markup(text: str) -> str | None:
    """The kind of a text that starts with a bracket; None where it only is a bracket."""
    start = text[:_START]
    if re.search(r"<\?OFX\b|\A<OFX>", start):
        return "bank"
    if _HTML.match(_after_prolog(start)):
        return "html"
    if re.match(r"<\?xml\b", start) or re.search(r"\bxmlns(?::\w+)?\s*=", start):
        return (
            "sheet" if _SPREADSHEET_XML in start else "html" if re.search(r"<html\b", start, re.IGNORECASE) else "xml"
        )
    if _HTML.search(start):
        return "html"
    return "xml" if re.search(r"</[\w:.-]+>\s*\Z", text[-200:]) else None


def _after_prolog(text: str) -> str:
    return re.sub(r"\A(?:\s|<\?[^>]{0,500}\?>|<!--.{0,4000}?-->)+", "", text, flags=re.S)


def _binary(head: bytes, text: str) -> bool:
    if not text:
        return True
    sample = text[:2_000]
    odd = sum(1 for char in sample if char == "\ufffd" or 0x80 <= ord(char) < 0xA0)
    controls = sum(
        1 for byte in head[:2_000] if byte < 32 and byte not in (7, 8, 9, 10, 11, 12, 13, 27, 28, 29, 30, 31)
    )
    wide = text[:1] != "" and head[:2_000].count(0) * 3 > len(head[:2_000])  # UTF-16: zeros are no harm
    return odd * 10 > len(sample) or (controls * 20 > len(head[:2_000]) and not wide)


def _table_or_text(text: str, name: str, content_type: str) -> str:
    from parsers.media.delimited import delimiter_of

    labelled = name.endswith((".csv", ".tsv", ".tab")) or any(word in content_type for word in ("csv", "tab-separated"))
    return "csv" if delimiter_of(text, labelled) is not None else "text"
