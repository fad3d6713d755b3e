"""Delimited text (RFC 4180 and what programs really write): rows of cells for one delimiter, within bounds."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from parsers.page import Limits

DELIMITERS = (";", ",", "\t", "|")


def rows_of(text: str, delimiter: str, limits: Limits) -> list[list[str]] | None:
    """Return the rows with their cells stripped, None where the text is not of that form."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(_lines(text), delimiter=delimiter):
            rows.append([cell.strip().strip("\ufeff") for cell in row[: limits.columns_max]])
            if len(rows) > limits.lines_max + 100:
                return None
    except csv.Error:
        return None
    return rows


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        yield line.replace("\x00", "") + "\n"
