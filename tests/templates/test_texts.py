"""Texts with words to fill in: variables and conditions, and nothing that could reach anything else."""

from __future__ import annotations

import time

import pytest

from templates.errors import BadText
from templates.texts import LONGEST, VARIABLES, check, fill


def test_variables_conditions_and_filters_are_filled_in() -> None:
    text = "Order {{ po_number }}{% if due_date %}, due {{ due_date }}{% else %}, due at once{% endif %} – {{ company|upper }}"
    values = {"po_number": "4711", "company": "Nord"}
    assert fill(text, values) == "Order 4711, due at once – NORD"
    assert fill(text, values | {"due_date": "3 May"}) == "Order 4711, due 3 May – NORD"


def test_what_is_filled_in_is_never_a_pattern() -> None:
    assert (
        fill("{{ customer }}", {"customer": "{{ company }} {% raw %}", "company": "secret"})
        == "{{ company }} {% raw %}"
    )


def test_what_is_not_known_of_a_paper_is_empty() -> None:
    assert all(fill("[{{ " + name + " }}]", {}) == "[]" for name in VARIABLES)


@pytest.mark.parametrize(
    "text",
    [
        "{{ number.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for x in number %}{{ x }}{% endfor %}",
        "{{ range(9) }}",
        "{{ secret }}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 999999 }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ number|attr('__class__') }}",
        "{{ number|format(1) }}",
        "{{ number['x'] }}",
        "{{ self }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% set x = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% call a() %}{% endcall %}",
        "{{ lipsum() }}",
        "{{",
        "{{ " + "(" * 2000 + "number" + ")" * 2000 + " }}",
        "{{ number }}" + "x" * LONGEST,
    ],
)
def test_everything_else_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(BadText, match="cannot be used"):
        check(text)
    with pytest.raises(BadText):
        fill(text, {})


def test_a_text_takes_no_time() -> None:
    text = ("{% if number %}{{ number ~ number ~ number }}{% endif %}" * 60)[:LONGEST]
    began = time.perf_counter()
    assert len(fill(text[: text.rindex("{% endif %}") + 11], {"number": "9" * 1000})) <= LONGEST
    assert time.perf_counter() - began < 0.5
