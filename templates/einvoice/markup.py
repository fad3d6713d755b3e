"""XML as text: escaped, in the order given, nothing empty in it (Peppol R008), the same bytes for the same data."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from agent.domain.money import plain

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def leaf(name: str, text: str, **attributes: str) -> str:
    """An element with text; nothing where the text is empty."""
    shown = _FORBIDDEN.sub("", text)
    if not shown.strip():
        return ""
    return f"<{name}{_attributes(attributes)}>{shown.translate(_ESCAPES)}</{name}>"


def group(name: str, *parts: str) -> str:
    """An element of elements; nothing where all of them are empty."""
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""


def root(name: str, namespaces: dict[str, str], *parts: str) -> bytes:
    """The whole document in UTF-8."""
    declared = "".join(f' xmlns{":" if prefix else ""}{prefix}="{address}"' for prefix, address in namespaces.items())
    return f"{HEAD}<{name}{declared}>{''.join(parts)}</{name}>\n".encode()


def number(value: Decimal) -> str:
    """A quantity, price or rate: exact, without trailing zeros."""
    text = plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal) -> str:
    return plain(value)


def day(when: date | None) -> str:
    return when.isoformat() if when else ""


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in attributes.items() if value)
