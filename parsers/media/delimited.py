"""Delimited values (RFC 4180 and its many relatives) to one page with one table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from parsers.media.charset import decoded
from parsers.media.grid import laid_out
from parsers.page import Limits, Medium, Page, Part, Unreadable

DELIMITERS = ("\t", ";", "|", ",")
SAMPLE_LINES = 200
CELL_MAX = 20_000  # characters
_SEP = re.compile(r"\A\ufeff?\s*\"?sep=(.)\"?[ \t]*\r?\n", re.I)
_VALUE = re.compile(r"[-+(]?[^\d\s]{0,3}\s?\d[\d.,'\u2019 \u00a0/:-]*\s?[^\d\s]{0,3}\)?")


def read_delimited(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """One page whose table has all rows, those before the header and after the data too, padded to one length."""
    text = decoded(part.data, part.charset)
    delimiter = delimiter_of(text, labelled=True)
    if delimiter is None:
        from parsers.media.text import read_text

        return read_text(part, limits)
    rows = _rows(_SEP.sub("", text), delimiter)
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return Unreadable("The table is empty.", "empty")
    wide = max(len(row) for row in rows)
    if len(rows) > limits.lines_max or wide > limits.columns_max or len(rows) * wide > limits.cells_max:
        return Unreadable(f"The table has {len(rows)} rows of {wide} columns, which is too large.", "too_large")
    padded = [[_cell(cell) for cell in row] + [""] * (wide - len(row)) for row in rows]
    lines, table = laid_out(padded)
    return (Page(1, part.name, Medium.CSV, tuple(lines), (table,), table.box[2], table.box[3]),)


def delimiter_of(text: str, labelled: bool) -> str | None:
    """The character that parts the values; None where the text is no table.

    `labelled`: name or type say that it is a table, so little proof is needed. Without it prose must not pass for one.
    """
    said = _SEP.match(text)
    if said:
        return said.group(1)
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    scored = [
        (score, -place, mark) for place, mark in enumerate(DELIMITERS) if (score := _score(sample, mark, labelled))
    ]
    return max(scored)[2] if scored else None


def _score(sample: str, mark: str, labelled: bool) -> float:
    """How well this delimiter explains the sample; 0 where it does not."""
    if mark not in sample:
        return 0.0
    rows = [row for row in _rows(sample, mark) if any(cell.strip() for cell in row)]
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    if not lengths:
        return 0.0
    # rows may differ in length by values left out at the end, so the longest common form counts as well
    usual, count = max(lengths.items(), key=lambda item: (item[1], item[0]))
    share = count / len(rows)
    cells = [cell.strip() for row in rows if len(row) == usual for cell in row]
    filled = [cell for cell in cells if cell]
    plain = sum(1 for cell in filled if _VALUE.fullmatch(cell) or len(cell) <= 40) / max(len(filled), 1)
    values = sum(1 for cell in filled if _VALUE.fullmatch(cell)) / max(len(filled), 1)
    least_rows, least_columns = (1, 2) if labelled else (3, 2 if mark in "\t;|" else 3)
    if count < least_rows or usual < least_columns or share < (0.3 if labelled else 0.7) or plain < 0.5:
        return 0.0
    if not labelled and (values < 0.15 or plain < 0.9 or _is_prose(filled)):
        return 0.0
    return share * (1 + min(usual, 12) / 12) * plain + 0.2 * values


def _is_prose(cells: list[str]) -> bool:
    """Parts of sentences: several words each, and ends of sentences among them."""
    wordy = sum(1 for cell in cells if len(cell.split()) >= 5)
    ends = sum(1 for cell in cells if re.search(r"[a-z]{3}[.!?:]\Z", cell))
    return wordy * 5 > len(cells) or ends * 10 > len(cells)


def _rows(text: str, mark: str) -> list[list[str]]:
    """The rows of values. Quotes that do not close are taken as plain characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True))
    except csv.Error:
        return _unquoted(text, mark)
    if any(cell.count("\n") > 30 or len(cell) > CELL_MAX for row in rows for cell in row):
        return _unquoted(text, mark)
    if text.count('"') % 2:
        return _unquoted(text, mark)
    return rows


def _unquoted(text: str, mark: str) -> list[list[str]]:
    rows = []
    for line in text.split("\n"):
        cells = [cell.strip() for cell in line.split(mark)]
        rows.append([cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells])
    return rows


def _cell(text: str) -> str:
    return "\n".join(line.strip() for line in text[:CELL_MAX].split("\n")).strip()
