"""Files that only hold other files: zip and gzip archives, winmail.dat, Outlook messages."""

from __future__ import annotations

import io
import zipfile
import zlib

from parsers.media import sniff
from parsers.page import Limits, Part, Unreadable

_CHUNK = 1 << 16
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def unpack(part: Part, limits: Limits) -> tuple[Part, ...] | Unreadable | None:
    """What a container holds, in order; None where the part is no container; never raises.

    One level only: how deep containers may nest is the caller's affair. All bytes are counted while they are unpacked,
    whatever the container says of itself.
    """
    kind = sniff(part.data, part.name, part.content_type)
    if kind not in ("zip", "tnef", "msg"):
        return None
    if len(part.data) > limits.bytes_max:
        return Unreadable(f"The file has {len(part.data)} bytes; up to {limits.bytes_max} are read.", "too_large")
    try:
        match kind:
            case "zip":
                return _gzip(part, limits) if part.data[:2] == b"\x1f\x8b" else _zip(part.data, limits)
            case "tnef":
                from parsers.media.tnef import parts_of_tnef

                return parts_of_tnef(part.data, limits)
            case _:
                from parsers.media.outlook import parts_of_msg

                return parts_of_msg(part.data, limits)
    except MemoryError:
        return Unreadable("The file needs more memory than is allowed.", "too_large")
    except Exception as error:  # noqa: BLE001 - damaged bytes may break anything
        return Unreadable(f"The {kind} file is damaged ({type(error).__name__}).")


def _zip(data: bytes, limits: Limits) -> tuple[Part, ...] | Unreadable:
    parts: list[Part] = []
    left = limits.unpacked_bytes_max
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_furniture(entry.filename)]
        if len(entries) > limits.parts_max:
            return Unreadable(
                f"The archive holds {len(entries)} files; up to {limits.parts_max} are read.", "too_large"
            )
        for entry in entries:
            if entry.flag_bits & 1:
                return Unreadable("The archive opens with a password only.", "encrypted")
            with archive.open(entry) as stream:
                content = stream.read(min(left, limits.bytes_max) + 1)
            left -= len(content)
            if left < 0 or len(content) > limits.bytes_max:
                return Unreadable("The archive unpacks to more bytes than are read.", "too_large")
            parts.append(Part(_file_name(entry), "application/octet-stream", content))
    return tuple(parts) or Unreadable("The archive is empty.", "empty")


def _is_furniture(name: str) -> bool:
    return any(mark in name for mark in _SKIPPED)


def _file_name(entry: zipfile.ZipInfo) -> str:
    """The bare name. Without the UTF-8 flag the bytes are of the packer's own code page (APPNOTE 4.4.4, bit 11)."""
    name = entry.filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp850", "replace")
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]


def _gzip(part: Part, limits: Limits) -> tuple[Part, ...] | Unreadable:
    most = min(limits.bytes_max, limits.unpacked_bytes_max)
    unpacker = zlib.decompressobj(wbits=31)
    content = unpacker.decompress(part.data, most + 1)
    if len(content) > most:
        return Unreadable("The archive unpacks to more bytes than are read.", "too_large")
    name = part.name[:-3] if part.name.lower().endswith(".gz") else part.name
    return (Part(name, "application/octet-stream", content),)
