"""Texts of the company and of its customers, with words to fill in, rendered in a sandbox that can reach nothing.

What a text may do is a list: print a variable, choose by a condition, and a few filters. There are no attributes, calls,
loops, macros or imports in it, so that it reaches no object, no file and no clock, and always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from agent.domain.notices import OwnText
from templates.errors import BadText

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 4_000  # characters of a text, and of what comes of it
FILTERS = frozenset({"upper", "lower", "title", "default"})
VARIABLES = (
    "number", "po_number", "order", "date", "due_date", "supplied_on", "net", "tax", "total", "currency", "reference",
    "customer", "customer_number", "customer_tax_id", "contact", "company", "terms", "discount_until", "delivery_note",
    "ship_to", "corrects", "balance",
)  # fmt: skip
_NODES = frozenset(
    "Template Output TemplateData Name Const If CondExpr Compare Operand And Or Not Filter Concat".split()
)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; what is not known here is empty. Raises BadText for anything but text."""
    if "{" not in text:
        return text[:LONGEST]
    _check(text)
    known = dict.fromkeys(VARIABLES, "") | {name: value for name, value in values.items() if name in VARIABLES}
    return _environment().from_string(text).render(known)[:LONGEST].strip()


def own_text(texts: tuple[OwnText, ...], paper: str, language: str, values: Mapping[str, str]) -> str:
    """The company's text for a paper, in the paper's language where there is one in it; filled in."""
    found = [one for one in texts if one.paper == paper]
    chosen = [one for one in found if one.language == language] or [one for one in found if not one.language]
    return fill(chosen[0].text, values) if chosen else ""


def check(text: str) -> None:
    """Raise BadText, with what is wrong and what may stand there, unless `fill` can take the text."""
    if "{" in text or len(text) > LONGEST:
        _check(text)


@cache
def _check(text: str) -> None:
    from jinja2 import TemplateSyntaxError

    if len(text) > LONGEST:
        raise BadText(text, f"it is longer than {LONGEST} characters")
    try:
        tree = _environment().parse(text)
    except (TemplateSyntaxError, RecursionError) as error:
        raise BadText(text, str(error)) from None
    for node in _walk(tree):
        _check_node(text, node)


def _walk(node: nodes.Node) -> Iterable[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _check_node(text: str, node: nodes.Node) -> None:
    kind = type(node).__name__
    if kind not in _NODES:
        raise BadText(
            text, f"{kind.lower()} is not allowed: variables, conditions and {', '.join(sorted(FILTERS))} are"
        )
    if kind == "Name" and node.name not in VARIABLES:  # type: ignore[attr-defined]
        raise BadText(text, f"{node.name!r} is no variable: known are {', '.join(VARIABLES)}")  # type: ignore[attr-defined]
    if kind == "Filter" and node.name not in FILTERS:  # type: ignore[attr-defined]
        raise BadText(text, f"{node.name!r} is no filter: known are {', '.join(sorted(FILTERS))}")  # type: ignore[attr-defined]


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, cache_size=64
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment
