"""Makes the fonts beside this file from the upstream ones; run by hand when those change, never at run time.

    python templates/fonts/subset.py NOTO_SANS_FOLDER NOTO_SANS_CJK_FOLDER LIBERATION_SANS_FOLDER

Needs fontTools. The result is renamed: the licence (OFL 1.1) asks that for reserved names, and a subset that bears
the name of the full font would be mixed up with it. `coverage.txt` lists what can be shown, as code point ranges.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
LATIN = "Paper Sans"
CJK = "Paper Sans CJK"
CJK_STRONG = "Paper Strong CJK"
SLIP = "Slip Sans"  # of Liberation Sans 2.1.5, one of four fonts that a Swiss payment slip may be set in


def _two_byte(codec: str) -> set[int]:
    found = set()
    for high in range(0x81, 0xFF):
        for low in range(0x31, 0xFF):
            try:
                text = bytes((high, low)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1 and not 0xE000 <= ord(text) <= 0xF8FF:
                found.add(ord(text))
    return found


def _wide() -> set[int]:
    """Kana, CJK punctuation and full-width forms: what every Japanese or Korean text needs beside its letters."""
    blocks = (
        (0x3000, 0x30FF),
        (0x3130, 0x318F),
        (0x3200, 0x33FF),
        (0xFF01, 0xFFEE),
        (0x2460, 0x24FF),
        (0x2500, 0x257F),
    )
    return {code for first, last in blocks for code in range(first, last + 1)}


def _latin() -> set[int]:
    blocks = ((0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF),
              (0x2000, 0x2027), (0x202F, 0x205F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F),
              (0x2190, 0x2193), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0xFB00, 0xFB04), (0xFFFD, 0xFFFD))  # fmt: skip
    return {code for first, last in blocks for code in range(first, last + 1)}


def _cut(font: TTFont, codes: Iterable[int], features: list[str], name: str, target: Path) -> list[int]:
    options = subset.Options(
        layout_features=features, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True, hinting=False,
        desubroutinize=False, drop_tables=["BASE", "VORG", "vhea", "vmtx", "DSIG", "meta"],
    )  # fmt: skip
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    style = font["name"].getDebugName(2) or "Regular"
    names = {1: name, 3: f"{name} {style}", 4: f"{name} {style}", 6: f"{name.replace(' ', '')}-{style}"}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [names[6]]
        cff.topDictIndex[0].FullName, cff.topDictIndex[0].FamilyName = names[4], name
    font.recalcTimestamp = False
    font.save(target)
    return sorted(font.getBestCmap())


def _ranges(codes: list[int]) -> str:
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in spans)


def _slip() -> set[int]:
    """What a Swiss payment slip may hold (SIX, IG QR-bill 2.3, 4.1.1)."""
    return {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), 0x20AC}


def slip(liberation: Path) -> None:
    for style in ("Regular", "Bold"):
        font = TTFont(liberation / f"LiberationSans-{style}.ttf", lazy=True)
        _cut(font, _slip(), ["kern"], SLIP, HERE / f"SlipSans-{style}.ttf")


def main(latin: Path, cjk: Path) -> None:
    covered: set[int] = set()
    keep = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"]
    for style in ("Regular", "Bold"):
        font = TTFont(latin / f"NotoSans-{style}.ttf", lazy=True)
        covered.update(_cut(font, _latin(), keep, LATIN, HERE / f"PaperSans-{style}.ttf"))
    latin_has = frozenset(covered)
    # Bold is a family of its own, so that a rare character in bold text falls back to the regular one.
    everyday = _two_byte("euc_kr") | _two_byte("shift_jis") | _wide()
    for style, codes in (
        ("Regular", everyday | _two_byte("cp949") | _two_byte("cp932") | _two_byte("gb2312")),
        ("Bold", {c for c in everyday if not 0x4E00 <= c <= 0x9FFF} | _two_byte("shift_jis")),
    ):
        font = TTFont(cjk / f"NotoSansCJK-{style}.ttc", fontNumber=0, lazy=True)
        name = CJK if style == "Regular" else CJK_STRONG
        covered.update(_cut(font, codes - latin_has, [], name, HERE / f"PaperSansCJK-{style}.otf"))
    (HERE / "coverage.txt").write_text(_ranges(sorted(covered)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    slip(Path(sys.argv[3]))
