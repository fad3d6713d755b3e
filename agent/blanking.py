"""Log lines without addresses and amounts: a log is read by more people than the books are."""

from __future__ import annotations

import logging
import re

_ADDRESS = re.compile(r"[A-Za-z0-9._%+=~-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
# Figures with two or three decimals, or grouped ones; times, versions and ports are none.
_AMOUNT = re.compile(r"(?<![\w.:/-])[-+]?(?:\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,3})?|\d+[.,]\d{2,3})(?![\w:/-]|[.,]\d)")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")


def blanked(text: str) -> str:
    """The text with the names of addresses, amounts and accounts blanked; domains stay, they tell where to look."""
    return _AMOUNT.sub("#", _ACCOUNT.sub("#account", _ADDRESS.sub(r"#@\1", text)))


class BlankingFormatter(logging.Formatter):
    """Formats as usual and blanks the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return blanked(super().format(record))
