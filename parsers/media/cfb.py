"""Compound File Binary containers ([MS-CFB]): the file system inside .xls, .msg and encrypted Office files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY_MAX = 20_000


class Damaged(Exception):
    """The container does not hold together."""


@dataclass(slots=True)
class Entry:
    """A stream, or a storage with its children by name."""

    name: str
    storage: bool
    start: int = 0
    size: int = 0
    children: dict[str, Entry] = field(default_factory=dict)


class Storage:
    """An opened container: `root`, and `read` of its streams. Every chain is bounded by the size of the file."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise Damaged("no compound file")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Damaged("odd sector size")
        self._sector = 1 << shift
        count = struct.unpack_from("<I", data, 44)[0]
        directory, _, self._cutoff, mini_fat, _, difat, _ = struct.unpack_from("<IIIIIII", data, 48)
        self._fat = self._table(self._fat_sectors(difat, count))
        self._mini_fat = self._table(self._chain(mini_fat, self._fat))
        self.root = self._tree(b"".join(self._bytes(n) for n in self._chain(directory, self._fat)))
        self._mini = b"".join(self._bytes(n) for n in self._chain(self.root.start, self._fat))

    def read(self, entry: Entry, size_max: int) -> bytes:
        """The content of a stream, or Damaged where it is larger than `size_max`."""
        if entry.size > size_max or entry.size > len(self._data):
            raise Damaged("stream too large")
        if entry.size < self._cutoff:
            whole = b"".join(self._mini[n * 64 : n * 64 + 64] for n in self._chain(entry.start, self._mini_fat))
        else:
            whole = b"".join(self._bytes(n) for n in self._chain(entry.start, self._fat))
        return whole[: entry.size]

    def _bytes(self, number: int) -> bytes:
        at = (number + 1) * self._sector
        return self._data[at : at + self._sector]

    def _table(self, sectors: Iterator[int]) -> list[int]:
        whole = b"".join(self._bytes(n) for n in sectors)
        return list(struct.unpack(f"<{len(whole) // 4}I", whole[: len(whole) // 4 * 4]))

    def _fat_sectors(self, difat: int, count: int) -> Iterator[int]:
        listed = list(struct.unpack_from("<109I", self._data, 76))
        seen: set[int] = set()
        while difat < _END - 3 and difat not in seen:
            seen.add(difat)
            block = self._bytes(difat)
            if len(block) < self._sector:
                break
            *more, difat = struct.unpack(f"<{self._sector // 4}I", block)
            listed += more
        yield from (n for n in listed[: max(count, 109)] if n < _END - 3)

    def _chain(self, start: int, table: list[int]) -> Iterator[int]:
        seen: set[int] = set()
        while start < len(table) and start not in seen:
            seen.add(start)
            yield start
            start = table[start]

    def _tree(self, directory: bytes) -> Entry:
        raws = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)][:_ENTRY_MAX]
        if not raws:
            raise Damaged("no directory")
        entries, links = [], []
        for raw in raws:
            length, kind = struct.unpack_from("<HB", raw, 64)
            left, right, child = struct.unpack_from("<III", raw, 68)
            start, size = struct.unpack_from("<IQ", raw, 116)
            name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            entries.append(Entry(name, kind in (1, 5), start, size if self._sector == 4096 else size & 0xFFFFFFFF))
            links.append((left, right, child))
        self._adopt(entries, links)
        return entries[0]

    def _adopt(self, entries: list[Entry], links: list[tuple[int, int, int]]) -> None:
        """Hangs every entry under its storage; siblings form a binary tree."""
        seen = {0}
        waiting = [(0, links[0][2])]
        while waiting:
            parent, number = waiting.pop()
            if number >= len(entries) or number in seen:
                continue
            seen.add(number)
            left, right, child = links[number]
            entries[parent].children[entries[number].name] = entries[number]
            waiting += [(parent, left), (parent, right)]
            if entries[number].storage:
                waiting.append((number, child))
