"""Where the values stand that a queue item is about: the line of the paper, with the value in it."""

from __future__ import annotations

from typing import Any

from agent.cli.output import clean

Plain = dict[str, Any]
_HEAD = (
    "number",
    "payment_reference",
    "payer.name",
    "total",
    "paid_on",
    "currency",
    "order_numbers[0]",
    "delivered_on",
)
_MOST = 40


def source_lines(document: Plain, line: int | None) -> list[Plain]:
    """The values of a document that matter for one of its lines (or for its head), in reading order.

    Each is `part`, `page`, `field`, `value`, `text` as it stands in the source, and `line`: all that was read on the same
    line of the paper.
    """
    evidence: dict[str, Plain] = document.get("evidence") or {}
    wanted = [path for path in evidence if path.startswith(f"lines[{line}].")] if line is not None else []
    wanted = wanted or [path for path in _HEAD if path in evidence]
    if line is None:
        wanted += [path for path in evidence if path.startswith("lines[")][: _MOST - len(wanted)]
    found = []
    for path in wanted[:_MOST]:
        value = value_at(document, path)
        if value is None:
            continue
        place = evidence[path]
        found.append(
            {
                "part": place["part"],
                "page": place["page"],
                "field": path,
                "value": value,
                "text": clean(place["text"]),
                "line": _whole_line(place, evidence),
            }
        )
    return found


def _whole_line(place: Plain, evidence: dict[str, Plain]) -> str:
    """All values of the paper that stand on the same line, from left to right."""
    here = place.get("place")
    if not here:
        return clean(place["text"])
    beside = [
        one
        for one in evidence.values()
        if one.get("place") and (one["part"], one["page"]) == (place["part"], place["page"]) and _level(one, here)
    ]
    ordered = sorted(beside, key=lambda one: float(one["place"][0]))
    return "  ".join(dict.fromkeys(clean(one["text"]) for one in ordered))


def _level(one: Plain, here: list[float]) -> bool:
    top, bottom = float(one["place"][1]), float(one["place"][3])
    height = max(abs(float(here[3]) - float(here[1])), abs(bottom - top), 1.0)
    return abs(top - float(here[1])) < height / 2


def in_text(text: str, written: str) -> str | None:
    """The line of a mail's text in which something is written."""
    for line in text.splitlines():
        if written and written in clean(line):
            return clean(line)
    return None


def value_at(document: Plain, path: str) -> str | None:
    """The value that a path such as `lines[0].amount` names, as a person reads it."""
    here: Any = document
    for step in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            here = here.get(step) if isinstance(here, dict) else None
        if here is None:
            return None
    return clean(here) if not isinstance(here, dict | list) else None
