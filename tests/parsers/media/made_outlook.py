"""Outlook files written by hand: compound files, messages, winmail.dat."""

from __future__ import annotations

import struct

Tree = dict[str, "bytes | Tree"]
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(tree: Tree) -> bytes:
    """A compound file ([MS-CFB]) of 512-byte sectors; small streams go into the mini stream as they must."""
    entries: list[list[int | str | bytes]] = []  # name, kind, child, right, content

    def add(name: str, node: bytes | Tree, kind: int) -> int:
        index = len(entries)
        entries.append([name, kind, _FREE, _FREE, node if isinstance(node, bytes) else b""])
        if isinstance(node, dict):
            before = None
            for key, value in node.items():
                child = add(key, value, 2 if isinstance(value, bytes) else 1)
                if before is None:
                    entries[index][2] = child
                else:
                    entries[before][3] = child
                before = child
        return index

    add("Root Entry", tree, 5)
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        if not data:
            return _END
        first = len(sectors)
        count = -(-len(data) // 512)
        for n in range(count):
            sectors.append(data[512 * n : 512 * n + 512].ljust(512, b"\0"))
            fat.append(first + n + 1 if n < count - 1 else _END)
        return first

    mini, mini_fat, starts = b"", [], []
    for _, kind, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind != 2 or not content:
            starts.append(_END)
        elif len(content) < 4096:
            first, count = len(mini) // 64, -(-len(content) // 64)
            starts.append(first)
            mini += content.ljust(64 * count, b"\0")
            mini_fat += [first + n + 1 for n in range(count - 1)] + [_END]
        else:
            starts.append(store(content))
    starts[0] = store(mini)
    mini_fat_at = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat))
    directory = b""
    for (name, kind, child, right, content), start in zip(entries, starts, strict=True):
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        raw = name.encode("utf-16-le")
        size = len(mini) if kind == 5 else len(content)
        directory += struct.pack("<64sHBBIII", raw, len(raw) + 2, kind, 1, _FREE, right, child)
        directory += bytes(36) + struct.pack("<IQ", start, size)
    directory_at = store(directory)
    fat_at = len(sectors)
    table = [*fat, _FAT]
    sectors.append(struct.pack("<128I", *table, *[_FREE] * (128 - len(table))))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIIII", 0, 1, directory_at, 0, 4096, mini_fat_at, 1, _END, 0, fat_at)
    return head.ljust(512, b"\xff") + b"".join(sectors)


def text(number: int, value: str) -> Tree:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def binary(number: int, value: bytes) -> Tree:
    return {f"__substg1.0_{number:04X}0102": value}


def attachment(n: int, name: str, content: bytes, mime: str = "") -> Tree:
    return {f"__attach_version1.0_#{n:08X}": text(0x3707, name) | binary(0x3701, content) | text(0x370E, mime)}


def message(*parts: Tree) -> Tree:
    whole: Tree = {"__properties_version1.0": bytes(32)}
    for part in parts:
        whole |= part
    return whole


def tnef(attributes: list[tuple[int, int, bytes]]) -> bytes:
    """A winmail.dat of (level, attribute, content)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, number, content in attributes:
        out += struct.pack("<BHHI", level, number, 0, len(content)) + content
        out += struct.pack("<H", sum(content) & 0xFFFF)
    return out


def properties(values: list[tuple[int, int, bytes]]) -> bytes:
    """A block of MAPI properties of variable length: (type, number, content)."""
    out = struct.pack("<I", len(values))
    for kind, number, content in values:
        out += struct.pack("<HHII", kind, number, 1, len(content)) + content + bytes(-len(content) % 4)
    return out
