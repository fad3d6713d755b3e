"""Cutting the words of a mail into sentences and list lines, with places, wrapped lines put together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsers.values.folding import fold_words

TEXT_MAX = 40_000  # a longer mail is no letter: what stands behind is not read as prose
UNITS_MAX = 600


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence or list line. `start` is its place in the text that was cut; `paragraph` counts blank lines."""

    text: str
    start: int
    paragraph: int

    @property
    def question(self) -> bool:
        return self.text.rstrip(" \"')»”").endswith(("?", "？"))

    @property
    def tabular(self) -> bool:
        """Whether it is a row of a table written with blanks, tabs or bars: not prose, whatever words it holds."""
        return len(_COLUMN_GAP.findall(self.text.strip())) >= 2

    @property
    def listed(self) -> bool:
        """Whether it begins like a member of a list."""
        return bool(_BULLET.match(self.text))


_COLUMN_GAP = re.compile(r"\S(?: {3,}|\t+| \| )(?=\S)")
_BULLET = re.compile(r"\s*(?:[-*•·–—>]|\(?[0-9]{1,2}[.)]|[a-z]\))\s+")
_LABELLED = re.compile(r"\s*[^\W\d_][^:\n]{0,30}:\s")
_TERMINAL = (".", "!", "?", ":", ";", "。", "！", "？", "：")
# "Factura 104345 4.840,00 EUR": a number and its sum are a row of a list, however long the line above is.
_LIST_ROW = re.compile(
    r"[^\W\d_]{0,14}[\s.:#]*\S*[0-9]{4,}\S*[\s:]+(?:\S{1,3}\s?)?[0-9][0-9.,' ]*[.,][0-9]{2}(?:\s?\S{1,3})?"
)
_WRAP_WIDTH = 55  # a line as long as this was broken by the mail program, not by its writer
# Abbreviations of trade and letters, in all languages, that a full stop does not end a sentence behind.
_ABBREVIATIONS = frozenset(
    """no nr nos num inv fra fras art abs st stk ste stck ca inkl exkl abzgl zzgl zz ref refs n ft fatt vs ns
    rif pos ord mr mrs ms dr co inc ltd approx incl excl ea pcs pc tel uds ud szt tj itp bzgl ggf evtl kg vol
    p s d e g i u a o cad rg re fa bl cde qte dt fact fakt zam poz ul al bd pl av fr herr hr z b bspw vgl usw
    etc dept acct cf eg ie est min max jan feb mar apr jun jul aug sep sept oct okt nov dec dez mrz febr janv
    fevr avr juil dic ene abr ago set out mag giu lug ott gen wrz paz lis gru sty lut kwi cze lip sie mon tue
    wed thu fri sat sun mo di mi do sa so att attn sig spett vto dto imp cant prod cod codice c h tfno fig
    ext dtd qty qté ct gem lt bzw mwst r k m f w l t""".split()
)
# Words cut short before a number: "zu Best. 4501" goes on, "Best. Tom" does not.
_BEFORE_NUMBERS = frozenset(
    "best bestell auftr lief rechn kd liefersch order doc com cmde enc fac alb ped encom zamow pedido kst pkt".split()
)
_END = re.compile(r";(?=\s)|[.!?](?=[\s\"')»”]|$)[\"')»”]*|[。！？]")

_NUMBERED = re.compile(r"(?<=\S)\s+(?=\(?[2-9]\)\s)")  # "1) … 2) … 3) …" in one line


def split_units(text: str) -> tuple[Unit, ...]:
    """Return the sentences and list lines of a mail's own words, in reading order."""
    units: list[Unit] = []
    paragraph = 0
    for start, line in _logical_lines(text[:TEXT_MAX]):
        if not line.strip():
            paragraph += 1
            continue
        for begin, end in _sentences(line):
            if line[begin:end].strip() and len(units) < UNITS_MAX:
                units.append(Unit(line[begin:end], start + begin, paragraph))
    return tuple(units)


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Join wrapped lines; line breaks become blanks, so that places stay as they are."""
    joined: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        if joined and _continues(joined[-1][1], line):
            joined[-1] = (joined[-1][0], joined[-1][1] + " " + line)
        else:
            joined.append((start, line))
        start += len(line) + 1
    return joined


def _continues(before: str, line: str) -> bool:
    last = before.rstrip()
    here = line.strip()
    if not last or not here or last.endswith(_TERMINAL) or _BULLET.match(line) or _LABELLED.match(line):
        return False
    if (
        len(_COLUMN_GAP.findall(last)) >= 2
        or len(_COLUMN_GAP.findall(here)) >= 2
        or re.search(r"[0-9][.,][0-9]{2}$", last)
    ):
        return False  # rows of a table, and list lines that end with a sum, stand for themselves
    if len(here) < 50 and _LIST_ROW.fullmatch(here):
        return False
    if here[0].islower() and len(last) > 25 and any(c.isalpha() for c in last):
        return True
    width = len(last.split("\n")[-1])
    return (width >= _WRAP_WIDTH and not here[0].isdigit()) or (last.endswith(",") and width > 30)


def _sentences(line: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    begin = 0
    ends = [*_END.finditer(line), *_NUMBERED.finditer(line)]
    for match in sorted(ends, key=lambda m: m.start()):
        if not _ends_here(line, match):
            continue
        pieces.append((begin, match.end()))
        begin = match.end()
    if begin < len(line):
        pieces.append((begin, len(line)))
    return pieces


def _ends_here(line: str, match: re.Match[str]) -> bool:
    if match.re is _NUMBERED:
        return True
    mark = match.group()[0]
    rest = line[match.end() :].lstrip()
    if mark != ".":
        return True
    word = re.search(r"([^\W\d_]+|[0-9]+)$", line[: match.start()])
    if rest and rest[0].islower():
        return False
    if word is None or not rest:
        return True
    token = fold_words(word.group())
    if len(word.group()) == 1 and word.group().isupper() and rest[0].isupper():
        return False  # an initial: "J. Ibáñez"
    if token in _BEFORE_NUMBERS and rest[0].isdigit():
        return False
    if len(token) <= 4 and re.search(r"[0-9]\s$", line[: word.start()]) and re.match(r"\S*[0-9]", rest):
        return False  # a unit cut short: "5 Ktn. CB-450"
    if token.isdigit():  # "13. März" is an ordinal, "1. Invoice 45 …" a list; "by March 24. Then" ends a sentence
        numbered = not line[: word.start()].strip(" \t(*-•")
        return not numbered and not (len(token) <= 2 and _MONTH_NEXT.match(fold_words(rest)))
    return not (token in _ABBREVIATIONS and line[match.start() - 1 : match.start()].isalpha())


_MONTH_NEXT = re.compile(
    r"(?:jan|feb|mar|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|janv|fev|avr|juin|juil|aou|ene|abr|ago"
    r"|dic|mrz)[a-z]*"
)
