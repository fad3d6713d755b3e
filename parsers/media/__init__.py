"""Every medium's bytes become the Page model: one file a medium, dispatched by what the bytes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from parsers.page import Limits, Page, Part, Unreadable

Reader = Callable[[Part, Limits], tuple[Page, ...] | Unreadable]

# Readers are imported when first needed: each is the home of a library that takes a while to load.
_READERS = {
    "pdf": ("parsers.media.pdf", "read_pdf"),
    "html": ("parsers.media.html", "read_html"),
    "text": ("parsers.media.text", "read_text"),
    "edi": ("parsers.media.text", "read_text"),
    "bank": ("parsers.media.text", "read_text"),
    "csv": ("parsers.media.delimited", "read_delimited"),
    "sheet": ("parsers.media.sheet", "read_sheet"),
    "word": ("parsers.media.word", "read_word"),
    "rtf": ("parsers.media.rtf", "read_rtf"),
    "image": ("parsers.media.picture", "read_picture"),
}
_REFUSED = {
    "empty": Unreadable("The file is empty.", "empty"),
    "encrypted": Unreadable("The file is encrypted.", "encrypted"),
    "zip": Unreadable("The file is an archive; what it holds is read, not the archive."),
    "tnef": Unreadable("The file is an Outlook package; what it holds is read, not the package."),
    "msg": Unreadable("The file is an Outlook message; what it holds is read, not the message file."),
    "rfc822": Unreadable("The file is a mail of its own."),
    "xml": Unreadable("The file is XML of no known business format."),
}
_UNKNOWN = Unreadable("The file is of a kind that cannot be read.")


def sniff(data: bytes, name: str, content_type: str) -> str:
    """What the bytes are, as `parsers.media.sniffing.sniff` names it; `unknown` rather than an exception."""
    from parsers.media import sniffing

    try:
        return sniffing.sniff(data, name, content_type)
    except Exception:  # noqa: BLE001 - bytes of a stranger: whatever they break, they are only unknown
        return "unknown"


def pages_of(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """The pages of a part, in order, or why there are none. Any fault of the bytes comes back as Unreadable.

    `xml`, `edi` and `bank` have readers of their own elsewhere; `edi` and `bank` come as pages of plain text here.
    """
    if len(part.data) > limits.bytes_max:
        return Unreadable(f"The file has {len(part.data)} bytes; up to {limits.bytes_max} are read.", "too_large")
    kind = sniff(part.data, part.name, part.content_type)
    if kind not in _READERS:
        return _REFUSED.get(kind, _UNKNOWN)
    module, name = _READERS[kind]
    reader: Reader = getattr(import_module(module), name)
    try:
        pages = reader(part, limits)
    except MemoryError:
        return Unreadable("The file needs more memory than is allowed.", "too_large")
    except RecursionError:
        return Unreadable("The file is nested too deeply.", "too_large")
    except Exception as error:  # noqa: BLE001 - a reader's library may raise anything on damaged bytes
        return Unreadable(f"The {kind} file is damaged ({type(error).__name__}).")
    return pages if isinstance(pages, Unreadable) else tuple(_without_repeats(page) for page in pages)


def _without_repeats(page: Page) -> Page:
    """The page without hidden texts that a person can read elsewhere on it all the same."""
    if not page.hidden:
        return page
    shown = f" {' '.join(word.text for line in page.lines for word in line.words)} "
    return replace(page, hidden=tuple(text for text in page.hidden if f" {' '.join(text.split())} " not in shown))
