"""The blocks that every mail is made of: written once by a notice, shown as text and as HTML by two templates.

Both parts of a mail come from the same blocks, so they cannot say different things.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

TEXT_WIDTH = 76
_NARROWEST = 16
_HAN = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_UNITS = re.compile(rf"[^ {_HAN}]* |[^ {_HAN}]+|.")  # a word with its space, or one wide character
_CLOSING = frozenset("、。，．）」』】？！ー・：；")


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, such as number, date and amount."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `foot` holds label and value pairs of which the last is the sum."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One ready answer: what it says to a reader, the line that says it to a program, and the whole reply.

    The line stands behind the words and in brackets, so that our own mail, quoted, never reads as an answer.
    """

    label: str
    line: str
    body: str

    @property
    def shown(self) -> str:
        label = self.label.rstrip()
        return f"{label} ({self.line})" if self.line and self.line != label else label


@dataclass(frozen=True, slots=True)
class Quick:
    """Ready answers: each is a line to reply with, and in HTML a link that opens that reply."""

    title: str
    answers: tuple[Answer, ...]


Block = Paragraph | Facts | Table | Bullets | Quick


@dataclass(frozen=True, slots=True)
class View:
    """One mail in one language before it is laid out. `reference` is what a reply should carry."""

    subject: tuple[str, ...]
    title: str
    blocks: tuple[Block, ...]
    reference: str = ""


def mailto(address: str, subject: str, body: str) -> str:
    """A mailto link (RFC 6068); everything but letters and digits is percent-encoded, a line ends with CR LF."""
    body = body.replace("\r\n", "\n").replace("\n", "\r\n")
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"


def wide(text: str) -> int:
    """How many columns a text takes in a fixed-width font: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in text if not unicodedata.combining(ch))


def wrapped(text: str, indent: str = "") -> str:
    """Text folded at TEXT_WIDTH columns; lines that stand in it stay."""
    lines = [part for line in text.split("\n") for part in fold(line, TEXT_WIDTH - len(indent))]
    return f"\n{indent}".join(lines)


def fold(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns: folded at spaces, between wide characters anywhere but before a closing mark.

    A longer word of narrow letters (a reference, a link) stays whole on a line of its own.
    """
    lines, line = [], ""
    for unit in _UNITS.findall(text):
        closing = unit in _CLOSING
        if line and not closing and wide(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit if line else unit.lstrip(" ")
    return [*lines, line.rstrip()]


def facts_as_text(facts: Facts) -> str:
    width = max((wide(label) for label, _ in facts.rows), default=0) + 2
    rows = []
    for label, value in facts.rows:
        head, *rest = [part for line in value.split("\n") for part in fold(line, TEXT_WIDTH - width - 2)]
        rows.append("  " + _pad(label + ":", width, False) + head)
        rows += ["  " + " " * width + line for line in rest]
    return "\n".join(rows)


def table_as_text(table: Table) -> str:
    """Aligned columns where they fit the width of a mail, else one short list a row."""
    if not table.columns:
        return _foot(table, 0)
    widths = _widths(table)
    body = _grid(table, widths) if widths else _stanzas(table)
    end = sum(widths) + 2 * len(widths) if widths else 0
    return body + ("\n\n" if table.foot else "") + _foot(table, end)


def _widths(table: Table) -> list[int]:
    """The width of each column, the longest left one narrowed so that all fit; empty where nothing helps.

    Only the first line of a cell counts: what stands under it may run on below the row.
    """
    grid = [tuple(column.title for column in table.columns), *table.rows]
    widths = [max(wide(row[at].split("\n")[0]) for row in grid) for at in range(len(table.columns))]
    excess = sum(widths) + 2 * len(widths) - TEXT_WIDTH
    if excess <= 0:
        return widths
    left = [at for at, column in enumerate(table.columns) if not column.right]
    longest = max(left, key=lambda at: widths[at], default=0)
    widths[longest] -= excess
    titles = wide(table.columns[longest].title)
    return widths if left and widths[longest] >= max(titles, _NARROWEST) else []


def _grid(table: Table, widths: list[int]) -> str:
    titles = tuple(column.title for column in table.columns)
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        [_line(titles, table, widths), _line(rule, table, widths), *(_row(row, table, widths) for row in table.rows)]
    )


def _line(cells: tuple[str, ...], table: Table, widths: list[int]) -> str:
    padded = (_pad(cell, width, c.right) for cell, width, c in zip(cells, widths, table.columns, strict=True))
    return "  " + "  ".join(padded).rstrip()


def _row(row: tuple[str, ...], table: Table, widths: list[int]) -> str:
    """One row: its first line aligned, the rest of each cell on lines of its own below its column."""
    folded = [fold(cell.split("\n")[0], width) for cell, width in zip(row, widths, strict=True)]
    lines = [_line(tuple(cell[0] for cell in folded), table, widths)]
    for at, cell in enumerate(row):
        offset = 2 + sum(widths[:at]) + 2 * at
        below = [text for rest in cell.split("\n")[1:] for text in fold(rest, TEXT_WIDTH - offset - 2)]
        lines += [" " * offset + text for text in folded[at][1:]]
        lines += [" " * (offset + 2) + text for text in below]
    return "\n".join(lines)


def _stanzas(table: Table) -> str:
    titles = [column.title for column in table.columns]
    stanzas = []
    for row in table.rows:
        pairs = tuple((title, cell) for title, cell in zip(titles, row, strict=True) if cell)
        stanzas.append(facts_as_text(Facts(pairs)))
    return "\n\n".join(stanzas)


def _foot(table: Table, total_width: int) -> str:
    if not table.foot:
        return ""
    label_width = max(wide(label) for label, _ in table.foot) + 1
    value_width = max(wide(value) for _, value in table.foot)
    indent = " " * max(2, total_width - label_width - value_width - 1)
    rows = [
        indent + _pad(label + ":", label_width, False) + " " + _pad(value, value_width, True)
        for label, value in table.foot
    ]
    return "\n".join(rows)


def _pad(text: str, width: int, right: bool) -> str:
    fill = " " * max(0, width - wide(text))
    return fill + text if right else text + fill


def facts(*rows: tuple[str, str]) -> Facts:
    """Facts without the rows that have no value."""
    return Facts(tuple((label, value) for label, value in rows if value))


def joined(*parts: str, by: str = "\n") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)
