"""Glyphs become words, and words become lines.

Glyphs are first joined in the order in which they were painted, and only then by place: text that runs over into its
neighbour's column stays whole, where sorting by place alone would shuffle both together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from parsers.media.pdf_ink import SKEWED, Drawing, Edge, Glyph, Ink, turned, turned_box
from parsers.media.writing import logical, spelled
from parsers.page import Line, Word

GAP = 0.18  # of the font size: a wider gap parts words even where no space is painted
LIKELY_GAP = 0.1  # wide enough where the source takes it for a space, or a figure follows a letter
NO_GAP = 0.06  # a painted space that leaves less than this is none to the eye
SAME_PLACE = 0.12  # a glyph painted again within this is the same glyph, printed twice to look bold
SAME_BASELINE = 0.3
LETTERS_APART = 0.8  # wider, and single letters are columns of their own
SMALL = 0.85  # of its neighbour's size: may be an index standing higher or lower
SHARED = frozenset("ft")  # letters that a ligature repeats in one box: ff, ffi, tt


class _Run:
    """Glyphs painted one after another without a gap."""

    __slots__ = ("after", "base", "before", "bold", "bottom", "chars", "ink", "size", "top", "x0", "x1", "xs")

    def __init__(self, glyph: Glyph, spaced: bool) -> None:
        text, self.x0, top, self.x1, bottom, self.ink = glyph
        high = bottom - top
        self.size = self.ink.size if self.ink.size > 0 else max(high, 1.0)
        self.base, self.bold = self.ink.y, self.ink.bold
        if not 0 < high <= 4 * self.size:  # a font without usable metrics
            top, bottom = self.base - 0.9 * self.size, self.base + 0.25 * self.size
        self.top, self.bottom = top, bottom
        self.chars, self.xs = [text], [self.x0]
        self.before, self.after = spaced, False

    @property
    def text(self) -> str:
        return "".join(self.chars)

    def fits(self, ink: Ink) -> bool:
        """Whether ink stands on this base line in this size."""
        near = abs(ink.y - self.base) <= 0.1 * self.size
        return near and abs(ink.size - self.size) <= 0.2 * self.size


def lines_of(drawing: Drawing) -> list[Line]:
    """All lines of the drawing: upright ones top-down, then those that run along another direction."""
    upright = [glyph for glyph in drawing.glyphs if glyph[5].turn == 0]
    lines = _upright_lines(upright, [edge for edge in drawing.edges if edge.vertical])
    if len(upright) == len(drawing.glyphs):
        return lines
    for turn in (90, 270, 180):
        lines += _side_lines(drawing, turn)
    return lines + _skewed_lines(drawing)


def _side_lines(drawing: Drawing, turn: int) -> list[Line]:
    aside = Drawing(drawing.width, drawing.height, [glyph for glyph in drawing.glyphs if glyph[5].turn == turn])
    if not aside.glyphs:
        return []
    seen = turned(aside, turn)
    back = (360 - turn) % 360

    def home(word: Word) -> Word:
        return Word(word.text, *turned_box(word.box, back, seen.width, seen.height), word.size, word.bold)

    return [Line(tuple(home(word) for word in line.words)) for line in _upright_lines(seen.glyphs, [])]


def _skewed_lines(drawing: Drawing) -> list[Line]:
    """Text across the page, such as a watermark: one line for each run of paint, in its painted order."""
    lines: list[Line] = []
    words: list[Word] = []
    chars: list[Glyph] = []
    ink: Ink | None = None

    def end_word() -> None:
        if chars:
            text = spelled("".join(glyph[0] for glyph in chars))
            x0, top = min(g[1] for g in chars), min(g[2] for g in chars)
            x1, bottom = max(g[3] for g in chars), max(g[4] for g in chars)
            words.append(Word(text, x0, top, x1, bottom, round(chars[0][5].size, 2), chars[0][5].bold))
            chars.clear()

    def end_line() -> None:
        end_word()
        if words:
            lines.append(Line(tuple(words)))
            words.clear()

    for glyph in drawing.glyphs:
        if glyph[5].turn != SKEWED:
            continue
        if glyph[5] is not ink:
            end_line()
            ink = glyph[5]
        if not glyph[0].strip():
            end_word()
        else:
            chars.append(glyph)
    end_line()
    return lines


def _upright_lines(glyphs: Sequence[Glyph], rules: Sequence[Edge]) -> list[Line]:
    fence = _Fence(rules)
    rows = _with_indices(_rows(_runs(glyphs, fence)))
    return [Line(words) for words in (_words(row, fence) for row in rows) if words]


class _Fence:
    """The vertical rules of a page: what stands on both sides of one is never one word."""

    def __init__(self, rules: Iterable[Edge]) -> None:
        self.rules = sorted(rules, key=lambda edge: edge.x0)
        self.xs = [edge.x0 for edge in self.rules]

    def parts(self, left: float, right: float, y: float) -> bool:
        """Whether a rule runs between two places at this height."""
        for rule in self.rules[bisect_left(self.xs, left) : bisect_right(self.xs, right)]:
            if rule.top <= y <= rule.bottom:
                return True
        return False


def _runs(glyphs: Iterable[Glyph], fence: _Fence) -> list[_Run]:
    runs: list[_Run] = []
    run: _Run | None = None
    spaced = likely = False
    for glyph in glyphs:
        text, x0, _, x1, _, ink = glyph
        if not text:
            likely = True
            continue
        if text == " " or text.isspace():
            spaced = True
            if run is not None:
                run.after = True
            continue
        if run is not None and (ink is run.ink or run.fits(ink)):
            gap, size = x0 - run.x1, run.size
            step = x0 - run.xs[-1]
            broken = spaced and (gap > NO_GAP * size or ink is not run.ink)
            if ink is not run.ink and not broken:
                broken = fence.parts(run.x1 - 0.2 * size, x0 + 0.2 * size, (run.top + run.bottom) / 2)
            narrow = likely or (gap > 0 and _turns(run.chars[-1], text))
            if not broken and gap <= (LIKELY_GAP if narrow else GAP) * size and step >= -0.01:
                if text == run.chars[-1] and step < SAME_PLACE * size and not (step == 0 and text in SHARED):
                    continue
                run.chars.append(text)
                run.xs.append(x0)
                run.after = spaced = likely = False
                run.x1 = max(run.x1, x1)
                continue
        near = likely and run is not None and x0 - run.x1 > LIKELY_GAP * run.size
        run = _Run(glyph, spaced or near)
        runs.append(run)
        spaced = likely = False
    return runs


def _rows(runs: list[_Run]) -> list[list[_Run]]:
    """Runs on one base line, from the top of the page down."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (run.base, run.x0)):
        for row in reversed(rows[-6:]):
            first = row[0]
            apart = run.base - first.base
            if apart <= SAME_BASELINE * min(run.size, first.size) and (apart <= 0.1 * run.size or _free(row, run)):
                row.append(run)
                break
        else:
            rows.append([run])
    return rows


def _free(row: list[_Run], run: _Run) -> bool:
    """Whether nothing in the row stands where the run stands."""
    slack = 0.3 * run.size
    return all(other.x1 <= run.x0 + slack or other.x0 >= run.x1 - slack for other in row)


def _with_indices(rows: list[list[_Run]]) -> list[list[_Run]]:
    """Rows that are nothing but raised or lowered small print beside their neighbour's words join the neighbour."""
    joined: list[list[_Run]] = []
    waiting: list[_Run] = []
    for row in rows:
        if waiting and _beside(waiting, row):
            row.extend(waiting)
        elif waiting:
            joined.append(waiting)
        waiting = []
        if joined and _beside(row, joined[-1]):
            joined[-1].extend(row)
        elif len(row) <= 8:
            waiting = row
        else:
            joined.append(row)
    if waiting:
        joined.append(waiting)
    return joined


def _beside(small: list[_Run], row: list[_Run]) -> bool:
    """Whether each run of `small` is print of lesser size that touches a run of the row from the side."""
    for run in small:
        middle = (run.top + run.bottom) / 2
        if not any(
            run.size <= SMALL * other.size
            and other.top <= middle <= other.bottom
            and -0.1 * other.size <= min(abs(run.x0 - other.x1), abs(other.x0 - run.x1)) <= 0.35 * other.size
            and (run.x0 >= other.x1 - 0.2 * other.size or run.x1 <= other.x0 + 0.2 * other.size)
            for other in row
        ):
            return False
    return True


def _words(row: list[_Run], fence: _Fence) -> tuple[Word, ...]:
    groups: list[list[_Run]] = []
    current: list[_Run] = []
    for run in _once(sorted(row, key=lambda run: run.x0)):
        if current and not _continues(current[-1], run, fence):
            groups.append(current)
            current = []
        current.append(run)
    if current:
        groups.append(current)
    words = (_word(group) for group in _unspaced(groups))
    return tuple(word for word in words if word.text)


def _unspaced(groups: list[list[_Run]]) -> list[list[_Run]]:
    """Letters set wide apart, as headings are, become one word: single letters of one run of paint, equally apart.

    Never digits: single figures in narrow columns look just the same.
    """
    if sum(1 for group in groups if _is_letter(group)) < 4:
        return groups
    joined: list[list[_Run]] = []
    chain: list[_Run] = []
    for group in groups:
        if _is_letter(group) and chain and _equally_apart([*chain, group[0]]):
            chain.append(group[0])
            continue
        joined += [chain] if len(chain) >= 4 else [[run] for run in chain]
        chain = []
        if _is_letter(group):
            chain = [group[0]]
        else:
            joined.append(group)
    return joined + ([chain] if len(chain) >= 4 else [[run] for run in chain])


def _is_letter(group: list[_Run]) -> bool:
    return len(group) == 1 and len(group[0].chars) == 1 and group[0].chars[0].isalpha()


def _equally_apart(runs: list[_Run]) -> bool:
    if runs[-1].ink is not runs[0].ink or any(run.before for run in runs[1:]):
        return False
    gaps = [right.x0 - left.x1 for left, right in pairwise(runs)]
    return max(gaps) <= LETTERS_APART * runs[0].size and max(gaps) - min(gaps) <= 0.1 * runs[0].size


def _once(runs: list[_Run]) -> list[_Run]:
    """The runs of a row without glyphs that were painted over the same glyph again."""
    kept: list[_Run] = []
    reach = float("-inf")
    for run in runs:
        if run.x0 < reach - SAME_PLACE * run.size:
            _drop_repeats(run, kept)
            if not run.chars:
                continue
        kept.append(run)
        reach = max(reach, run.x1)
    return sorted(kept, key=lambda run: run.x0)


def _drop_repeats(run: _Run, kept: list[_Run]) -> None:
    near = SAME_PLACE * run.size
    for other in kept:
        if other.x1 <= run.x0 or abs(other.base - run.base) > near or abs(other.size - run.size) > near:
            continue
        known = list(zip(other.chars, other.xs, strict=True))
        left = [
            (char, x)
            for char, x in zip(run.chars, run.xs, strict=True)
            if not any(char == c and abs(x - place) <= near for c, place in known)
        ]
        if len(left) < len(run.chars):
            other.bold = True
            run.chars, run.xs = [char for char, _ in left], [x for _, x in left]
            if not left:
                return
            run.x0 = run.xs[0]


def _turns(last: str, first: str) -> bool:
    """Whether a word hardly goes on like this: a figure behind a letter, a capital behind a small letter."""
    return (last.isalpha() and first.isdigit()) or (last.islower() and first.isupper())


def _continues(left: _Run, run: _Run, fence: _Fence) -> bool:
    """Whether two runs side by side are one word to the eye."""
    size = max(left.size, run.size)
    gap = run.x0 - left.x1
    # What is painted on its own, or a figure behind a letter, may be the next cell of a tight table.
    apart = left.ink is not run.ink or _turns(left.chars[-1], run.chars[0])
    limit = (LIKELY_GAP if apart else GAP) * min(left.size, run.size)
    if left.after or run.before or gap > limit or gap < -0.5 * size:
        return False
    # an index or a footnote mark must not become a digit of the figure beside it
    if abs(left.base - run.base) > 0.1 * size or abs(left.size - run.size) > 0.2 * size:
        return False
    return not fence.parts(left.x1 - 0.2 * size, run.x0 + 0.2 * size, (run.top + run.bottom) / 2)


def _word(runs: list[_Run]) -> Word:
    if len(runs) == 1:
        run = runs[0]
        text = spelled(logical("".join(run.chars)))
        return Word(text, run.x0, run.top, run.x1, run.bottom, round(run.size, 2), run.bold)
    text = spelled(logical("".join(run.text for run in runs)))
    return Word(
        text,
        min(run.x0 for run in runs),
        min(run.top for run in runs),
        max(run.x1 for run in runs),
        max(run.bottom for run in runs),
        round(runs[0].size, 2),
        all(run.bold for run in runs),
    )
