"""How large the sheets of a workbook are, measured in its bytes before any library allocates for them; and which of
their rows and columns are hidden.

Office Open XML: ECMA-376 part 1, 18.3.1 (c, col, row). OpenDocument 1.3 part 3, 19.675 (repeated cells and rows).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from parsers.page import Limits

_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]{0,400}?\br=\"([A-Z]{1,3})(\d{1,7})\"[^<>]{0,400}?(/?)>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]{0,600}?>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]{0,400}?>")
_NUMBER = re.compile(rb"\br=\"(\d{1,7})\"")
_FROM, _TO = re.compile(rb"\bmin=\"(\d{1,5})\""), re.compile(rb"\bmax=\"(\d{1,5})\"")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_ODS_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^<>]{0,2000}?)(/?)>|<table:table-row\b([^<>]{0,1000}?)/?>|<table:table\b"
)
_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated=\"(\d{1,9})\"")
_ROWS_REPEATED = re.compile(rb"number-rows-repeated=\"(\d{1,9})\"")
_CHUNK, _OVERLAP = 1 << 20, 4_096


class TooLarge(Exception):
    """The workbook would need more room than is allowed; the text is for a clerk."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What is hidden in one sheet, counted from 0."""

    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)


def extents_of(data: bytes, limits: Limits) -> dict[str, Extent]:
    """Per sheet name what is hidden in it; raises TooLarge where a sheet does not fit the limits."""
    if not data.startswith(b"PK"):
        return {}  # xls: at most 65,536 rows of 256 columns, which the worker's own memory limit bounds
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        budget = [limits.unpacked_bytes_max]
        if "content.xml" in names:
            _measure_ods(archive, budget, limits)
            return {}
        extents: dict[str, Extent] = {}
        sheets = _sheet_names(archive, budget)
        for name in names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                extents[sheets.get(name, name)] = _measure_xlsx(archive, name, budget, limits)
            elif not name.endswith("/"):
                for _ in _chunks(archive, name, budget):
                    pass  # counted: shared strings can be a bomb as well
        return extents


def _chunks(archive: zipfile.ZipFile, name: str, budget: list[int]) -> Iterator[bytes]:
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            budget[0] -= len(chunk)
            if budget[0] < 0:
                raise TooLarge("The workbook unpacks to more bytes than are read.")
            yield chunk


def _windows(archive: zipfile.ZipFile, name: str, budget: list[int]) -> Iterator[bytes]:
    """The content in pieces that end behind a tag, so that no tag is cut."""
    rest = b""
    for chunk in _chunks(archive, name, budget):
        whole = rest + chunk
        cut = whole.rfind(b">") + 1
        rest = whole[cut:]
        if len(rest) > 4 * _CHUNK:
            raise TooLarge("The workbook holds a text without end.")
        yield whole[:cut]


def _measure_xlsx(archive: zipfile.ZipFile, name: str, budget: list[int], limits: Limits) -> Extent:
    low_row = low_column = 1 << 30
    high_row = high_column = 0
    rows: set[int] = set()
    columns: set[int] = set()
    for window in _windows(archive, name, budget):
        for column, row, empty in _CELL.findall(window):
            if empty:
                continue
            r, c = int(row), _column(column)
            low_row, high_row = min(low_row, r), max(high_row, r)
            low_column, high_column = min(low_column, c), max(high_column, c)
        for tag in _ROW.findall(window):
            number = _NUMBER.search(tag)
            if number and _HIDDEN.search(tag) and len(rows) < limits.cells_max:
                rows.add(int(number.group(1)) - 1)
        for tag in _COLUMN.findall(window):
            first, last = _FROM.search(tag), _TO.search(tag)
            if first and last and _HIDDEN.search(tag):
                columns.update(range(int(first.group(1)) - 1, min(int(last.group(1)), 16_384)))
        # rows and columns before the first filled cell are given out too, so the corner counts from A1
        if (
            high_row * high_column > limits.cells_max
            and high_row
            and (high_row > 1_000 or high_column > limits.columns_max)
        ):
            raise TooLarge(f"A sheet reaches to row {high_row}, column {high_column}, which is too far.")
    return Extent(frozenset(rows), frozenset(columns))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_names(archive: zipfile.ZipFile, budget: list[int]) -> dict[str, str]:
    """Which file of the archive holds which sheet (ECMA-376 part 1, 18.2.19, and part 2, 9.3)."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        book = etree.fromstring(b"".join(_chunks(archive, "xl/workbook.xml", budget)), parser)
        links = etree.fromstring(b"".join(_chunks(archive, "xl/_rels/workbook.xml.rels", budget)), parser)
    except (KeyError, etree.XMLSyntaxError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), None)
        target = str(targets.get(link, ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
        names[path] = str(sheet.get("name", ""))
    return names


def _measure_ods(archive: zipfile.ZipFile, budget: list[int], limits: Limits) -> None:
    """Raises TooLarge where filled cells are repeated beyond the limits; empty repetitions cost nothing."""
    row_repeat, wide, filled_wide, total = 1, 0, 0, 0
    for window in _windows(archive, "content.xml", budget):
        for match in _ODS_CELL.finditer(window):
            cell, empty, row = match.group(1), match.group(2), match.group(3)
            if cell is not None:
                repeat = _COLUMNS_REPEATED.search(cell)
                wide += int(repeat.group(1)) if repeat else 1
                if not empty or b"office:value" in cell:
                    filled_wide = wide
                    total += (int(repeat.group(1)) if repeat else 1) * row_repeat
            else:
                repeat = _ROWS_REPEATED.search(row or b"")
                row_repeat, wide, filled_wide = int(repeat.group(1)) if repeat else 1, 0, 0
            if total > limits.cells_max or filled_wide > 16_384:
                raise TooLarge("A sheet holds more cells than are read.")
