"""Files embedded in a PDF (ISO 32000-1, 7.11.4): the XML of Factur-X, Order-X and ZUGFeRD, above all."""

from __future__ import annotations

import ctypes
from typing import Any

from parsers.media import sniff
from parsers.page import Limits, Part


def embedded_parts(part: Part, limits: Limits) -> tuple[Part, ...]:
    """The files embedded in a PDF, in its own order; none where it has none or cannot be opened. Never raises."""
    if sniff(part.data, part.name, part.content_type) != "pdf" or len(part.data) > limits.bytes_max:
        return ()
    try:
        return _embedded(part, limits)
    except Exception:  # noqa: BLE001 - damage shows when the pages are read, and is told there
        return ()


def _embedded(part: Part, limits: Limits) -> tuple[Part, ...]:
    from parsers.media import pdf_pdfium

    try:
        document = pdf_pdfium.open_document(part.data)
    except (pdf_pdfium.PasswordNeeded, pdf_pdfium.Broken):
        return ()
    try:
        found: list[Part] = []
        left = limits.unpacked_bytes_max
        for index in range(min(document.count_attachments(), limits.parts_max)):
            attachment = document.get_attachment(index)
            content = _content(attachment, min(left, limits.bytes_max))
            if content:
                left -= len(content)
                name = attachment.get_name().replace("\\", "/").rsplit("/", 1)[-1][:255]
                found.append(Part(name or f"embedded-{index + 1}", _type(attachment), content))
        return tuple(found)
    finally:
        document.close()


def _content(attachment: Any, most: int) -> bytes:
    """The bytes of the file; b"" where there are none, or more than `most`, as told before any is copied."""
    from pypdfium2 import raw

    size = ctypes.c_ulong()
    if not raw.FPDFAttachment_GetFile(attachment.raw, None, 0, ctypes.byref(size)) or not 0 < size.value <= most:
        return b""
    return bytes(attachment.get_data())


def _type(attachment: Any) -> str:
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(512)
    length = raw.FPDFAttachment_GetSubtype(attachment.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), 512)
    told = buffer.raw[: max(0, min(length, 512) - 2)].decode("utf-16-le", "replace")
    return told if "/" in told else "application/octet-stream"
