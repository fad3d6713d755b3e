"""Pictures: recognised, not read. Nothing here recognises characters, so a picture goes to a person."""

from __future__ import annotations

from parsers.page import Limits, Part, Unreadable


def read_picture(_part: Part, _limits: Limits) -> Unreadable:
    """Says that the part is a picture."""
    return Unreadable("The file is a picture without text.", "image")
