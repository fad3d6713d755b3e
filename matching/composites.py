"""Several numbers in one field: "104355/56", "104340-43", "104355 & 356", "INV-104300 to 104303", "104 356"."""

from __future__ import annotations

import re

from matching.keys import MOST_EXPANDED, Number, fold, number_of

_RANGE = re.compile(r"^(.*?)(\d{1,18})\s*(?:-|TO|BIS|AU|A|AL|T/M|~|〜|から|부터)\s*(?:[^\W\d_]{0,6}[-. ]?)(\d{1,18})$")
_LIST = re.compile(r"\s*(?:[,;/&+、]|\bAND\b|\bUND\b|\bET\b|\bY\b|\bE\b|\bEN\b)\s*")
_TAIL = re.compile(r"^(?:[^\W\d_]{0,8}[-. ]?)?(\d{1,18})$")
_HEAD = re.compile(r"^(.*?)(\d{1,18})$")


def expansions(reference: str) -> tuple[tuple[Number, ...], ...]:
    """Return the readings of the text as several numbers, each reading a tuple; none where it reads as one.

    A shorter later number replaces the end of the first: 104355/56 is 104355 and 104356.
    """
    text = fold(reference)
    readings = (_as_list(text), _as_range(text), _as_pair(text), _as_ending(text))
    found = [reading for reading in readings if len(reading) > 1]
    return tuple(dict.fromkeys(found))


def _as_list(text: str) -> tuple[Number, ...]:
    parts = [part for part in _LIST.split(text) if part][: MOST_EXPANDED + 1]
    if not 2 <= len(parts) <= MOST_EXPANDED:
        return ()
    head = _HEAD.match(parts[0])
    if head is None:
        return ()
    prefix, first = head.group(1), head.group(2)
    found = [number_of(parts[0])]
    for part in parts[1:]:
        tail = _TAIL.match(part)
        if tail is None:
            return ()
        found.append(number_of(prefix + _completed(first, tail.group(1))))
    return _all(found)


def _as_range(text: str) -> tuple[Number, ...]:
    bounds = _bounds(text)
    if bounds is None:
        return ()
    prefix, first, last = bounds
    if not int(first) < int(last) <= int(first) + MOST_EXPANDED - 1:
        return ()
    return _all([number_of(f"{prefix}{n:0{len(first)}d}") for n in range(int(first), int(last) + 1)])


def _as_pair(text: str) -> tuple[Number, ...]:
    """A dash may also join just two numbers."""
    bounds = _bounds(text)
    if bounds is None or int(bounds[2]) == int(bounds[1]):
        return ()
    return _all([number_of(bounds[0] + bounds[1]), number_of(bounds[0] + bounds[2])])


def _as_ending(text: str) -> tuple[Number, ...]:
    """A stroke may be part of the number, and the last one join the end of another: F25/0574/75."""
    whole, stroke, ending = text.rpartition("/")
    first = _HEAD.match(whole.rstrip())
    ending = ending.strip()
    if not stroke or first is None or not (ending.isascii() and ending.isdigit()) or len(ending) >= len(first.group(2)):
        return ()
    return _all([number_of(whole), number_of(first.group(1) + _completed(first.group(2), ending))])


def _bounds(text: str) -> tuple[str, str, str] | None:
    match = _RANGE.match(text)
    if match is None or len(match.group(3)) > len(match.group(2)):
        return None
    prefix, first = match.group(1), match.group(2)
    return prefix, first, _completed(first, match.group(3))


def _completed(first: str, tail: str) -> str:
    return first[: len(first) - len(tail)] + tail if len(tail) < len(first) else tail


def _all(numbers: list[Number | None]) -> tuple[Number, ...]:
    found = [number for number in numbers if number is not None]
    return tuple(dict.fromkeys(found)) if len(found) == len(numbers) else ()


def joined(reference: str) -> tuple[Number, ...]:
    """Return neighbouring groups of digits read as one number: "104 356", "540 6423", "60-67132 12"."""
    words = fold(reference).split(" ")
    found: list[Number | None] = []
    for size in (2, 3):
        for i in range(min(len(words), 40) - size + 1):
            group = words[i : i + size]
            if all(word.isascii() and word.isdigit() for word in group[1:]) and group[0][-1:].isdigit():
                found.append(number_of("".join(group)))
    return tuple(dict.fromkeys(number for number in found if number is not None))
