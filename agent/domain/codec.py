"""Values to plain JSON data and back: the one way that documents travel between processes, the store and scripts.

JSON and nothing else: what a reading worker sends is untrusted, and unpickling it would run it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from agent.domain.documents import CLASS_OF, Document, Kind, MailFacts
from agent.domain.money import plain

# The machine interface says "from"; Python cannot.
_RENAMED: dict[tuple[type, str], str] = {(MailFacts, "from_address"): "from"}


def to_plain(value: Any) -> Any:
    """Turn a value into what json.dumps takes: money and quantities as strings, dates as ISO 8601."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [to_plain(inner) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _RENAMED.get((type(value), field.name), field.name): to_plain(getattr(value, field.name))
            for field in fields(value)
        }
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: Any, plain_value: Any) -> Any:
    """Build a value of `kind` from plain data; raise ValueError or TypeError where it is not of that form."""
    return _builder(kind)(plain_value)


def document_from_plain(plain_value: Mapping[str, Any]) -> Document:
    """Build the document that `plain_value["kind"]` names."""
    document = from_plain(CLASS_OF[Kind(plain_value["kind"])], plain_value)
    assert isinstance(document, Document)
    return document


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is dict:
        inner = _builder(arguments[1])
        return lambda data: {key: inner(value) for key, value in data.items()}
    if kind in (Decimal, str, int, float):
        return _scalar(kind)
    if kind is bool:
        return _exactly(bool)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"{kind} cannot be read from plain data")


def _exactly(kind: type) -> Callable[[Any], Any]:
    def build(data: Any) -> Any:
        if not isinstance(data, kind):
            raise TypeError(f"{data!r} is not of {kind.__name__}")
        return data

    return build


def _scalar(kind: Any) -> Callable[[Any], Any]:
    allowed: tuple[type, ...] = {Decimal: (str, int), float: (int, float)}.get(kind, (kind,))

    def build(data: Any) -> Any:
        if not isinstance(data, allowed) or (isinstance(data, bool) and kind is not bool):
            raise TypeError(f"{data!r} is not of {kind.__name__}")
        return kind(data)

    return build


def _union(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    documents = [a for a in arguments if isinstance(a, type) and issubclass(a, Document)]
    if documents:
        return document_from_plain
    builders = [_builder(a) for a in arguments if a is not type(None)]

    def build(data: Any) -> Any:
        if data is None and type(None) in arguments:
            return None
        for builder in builders:
            try:
                return builder(data)
            except (TypeError, ValueError):
                continue
        raise TypeError(f"{data!r} fits none of {arguments}")

    return build


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _builder(arguments[0])
        return lambda data: tuple(inner(value) for value in data)
    builders = [_builder(a) for a in arguments]
    return lambda data: tuple(builder(value) for builder, value in zip(builders, data, strict=True))


def _dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    names = {_RENAMED.get((kind, f.name), f.name): f.name for f in fields(kind)}
    builders: dict[str, Callable[[Any], Any]] = {}

    def build(data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise TypeError(f"{kind.__name__} is not a mapping")
        values: dict[str, Any] = {}
        for outer, value in data.items():
            if outer not in names:
                raise TypeError(f"{kind.__name__} has no field {outer!r}")
            if outer not in builders:
                builders[outer] = _builder(hints[names[outer]])
            values[names[outer]] = builders[outer](value)
        return kind(**values)

    return build
