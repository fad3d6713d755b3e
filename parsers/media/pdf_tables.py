"""Ruled tables of a PDF page: edges become cells, and cells hold the words whose middle lies in them.

Edges are merged by pdfplumber's own function and cells follow its definition (the smallest rectangle whose four sides
are all drawn); only the search is by index instead of over all pairs, so that a page of many rules stays quick.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pdfplumber.table import merge_edges

from parsers.media.pdf_ink import Edge
from parsers.media.writing import spelled
from parsers.page import Box, Cell, Line, Table, Word

EDGES_MAX = 12_000  # of one page, before merging
CROSSINGS_MAX = 40_000
TOLERANCE = 3  # points: pdfplumber's defaults for snapping, joining and crossing
LENGTH_MIN = 3

Point = tuple[float, float]


def tables_of(edges: Sequence[Edge], lines: Sequence[Line]) -> list[Table]:
    """The ruled tables that hold text side by side, from the top of the page down."""
    if len(edges) < 4 or len(edges) > EDGES_MAX:
        return []
    cells = _cells(_crossings(_merged(edges)))
    placed = (
        sorted(
            ((word.top + word.bottom) / 2, (word.x0 + word.x1) / 2, number, word)
            for number, line in enumerate(lines)
            for word in line.words
        )
        if cells
        else []
    )
    tables = (_table(group, placed) for group in _groups(cells))
    return [table for table in tables if table is not None]


def _merged(edges: Sequence[Edge]) -> list[dict[str, Any]]:
    plain = [
        {
            "x0": edge.x0,
            "x1": edge.x1,
            "top": edge.top,
            "bottom": edge.bottom,
            "doctop": edge.top,
            "width": edge.x1 - edge.x0,
            "height": edge.bottom - edge.top,
            "orientation": "v" if edge.vertical else "h",
        }
        for edge in edges
        if edge.x1 - edge.x0 >= 1 or edge.bottom - edge.top >= 1
    ]
    merged: list[dict[str, Any]] = merge_edges(plain, TOLERANCE, TOLERANCE, TOLERANCE, TOLERANCE) if plain else []
    return [edge for edge in merged if edge["height" if edge["orientation"] == "v" else "width"] >= LENGTH_MIN]


def _crossings(edges: list[dict[str, Any]]) -> dict[Point, tuple[set[int], set[int]]]:
    """Where edges meet: for each point the numbers of the vertical and of the horizontal edges through it."""
    points: dict[Point, tuple[set[int], set[int]]] = {}
    level = sorted(((e["top"], e["x0"], e["x1"], n) for n, e in enumerate(edges) if e["orientation"] == "h"))
    tops = [edge[0] for edge in level]
    for number, edge in enumerate(edges):
        if edge["orientation"] != "v":
            continue
        x, first = edge["x0"], bisect_left(tops, edge["top"] - TOLERANCE)
        for top, x0, x1, other in level[first:]:
            if top > edge["bottom"] + TOLERANCE:
                break
            if x0 - TOLERANCE <= x <= x1 + TOLERANCE:
                through = points.setdefault((x, top), (set(), set()))
                through[0].add(number)
                through[1].add(other)
        if len(points) > CROSSINGS_MAX:
            return {}
    return points


def _cells(points: dict[Point, tuple[set[int], set[int]]]) -> list[Box]:
    """The smallest rectangles whose corners are crossings and whose sides are edges."""
    below: dict[float, list[float]] = defaultdict(list)
    right: dict[float, list[float]] = defaultdict(list)
    for x, top in sorted(points):
        below[x].append(top)
        right[top].append(x)
    cells = []
    for x, top in sorted(points):
        cell = _cell((x, top), points, below[x], right[top])
        if cell is not None:
            cells.append(cell)
    return cells


def _cell(
    point: Point, points: dict[Point, tuple[set[int], set[int]]], tops: list[float], xs: list[float]
) -> Box | None:
    x, top = point
    vertical, level = points[point]
    for low in tops[bisect_left(tops, top) + 1 :]:
        if vertical.isdisjoint(points[(x, low)][0]):
            continue
        for far in xs[bisect_left(xs, x) + 1 :]:
            if level.isdisjoint(points[(far, top)][1]):
                continue
            corner = points.get((far, low))
            if (
                corner is not None
                and not corner[0].isdisjoint(points[(far, top)][0])
                and not corner[1].isdisjoint(points[(x, low)][1])
            ):
                return (x, top, far, low)
    return None


def _groups(cells: list[Box]) -> list[list[Box]]:
    """Cells that touch at corners belong to one table; a single cell is only a frame."""
    owner: dict[Point, int] = {}
    parent: list[int] = list(range(len(cells)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for number, (x0, top, x1, bottom) in enumerate(cells):
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom)):
            other = owner.setdefault(corner, number)
            parent[root(other)] = root(number)
    groups: dict[int, list[Box]] = defaultdict(list)
    for number, cell in enumerate(cells):
        groups[root(number)].append(cell)
    found = [group for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: min((cell[1], cell[0]) for cell in group))


def _table(cells: list[Box], placed: list[tuple[float, float, int, Word]]) -> Table | None:
    columns = {x: n for n, x in enumerate(sorted({cell[0] for cell in cells}))}
    tops = {top: n for n, top in enumerate(sorted({cell[1] for cell in cells}))}
    grid: list[list[Cell | None]] = [[None] * len(columns) for _ in tops]
    for cell in cells:
        grid[tops[cell[1]]][columns[cell[0]]] = _filled(cell, placed)
    rows = tuple(tuple(row) for row in grid)
    if not any(sum(1 for filled in row if filled is not None and filled.text) >= 2 for row in rows):
        return None  # boxes below each other are frames around text
    box = (min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells))
    return Table(rows, box)


def _filled(box: Box, placed: list[tuple[float, float, int, Word]]) -> Cell:
    x0, top, x1, bottom = box
    first = bisect_left(placed, (top,))
    last = bisect_left(placed, (bottom,))
    inside = sorted(
        ((number, word.x0, word) for _, x, number, word in placed[first:last] if x0 <= x < x1),
        key=lambda item: item[:2],
    )
    texts: list[str] = []
    line = -1
    for number, _, word in inside:
        if number == line:
            texts[-1] += " " + word.text
        else:
            texts.append(word.text)
            line = number
    return Cell(spelled("\n".join(texts)), box, tuple(word for _, _, word in inside))
