"""XML without network, entities or bombs, read by local names: the one home of lxml.etree among these formats."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from parsers.edi.figures import clean, date_of, decimal_of
from parsers.page import Limits

if TYPE_CHECKING:
    from lxml import etree

_DEPTH_MAX = 60  # UBL, CII, camt and cXML stay below thirty
_HEAD_BYTES = 65_536


class Node:
    """One element. Paths are local names joined by `/`, whatever the namespaces and prefixes."""

    __slots__ = ("_element",)

    def __init__(self, element: Any) -> None:
        self._element = element

    @property
    def name(self) -> str:
        """The local name."""
        return str(self._element.tag).rpartition("}")[2]

    @property
    def namespace(self) -> str:
        return str(self._element.tag).rpartition("}")[0].lstrip("{")

    @property
    def value(self) -> str | None:
        """The element's own text, cleaned; None where there is none."""
        return clean(self._element.text)

    @property
    def number(self) -> Decimal | None:
        """The element's own text as an xs:decimal."""
        return decimal_of(self.value)

    @property
    def all_text(self) -> str | None:
        """The text of the element and all below it."""
        return clean(" ".join(piece for piece in self._element.itertext() if piece.strip()))

    @property
    def text(self) -> str:
        """The element as it stands, without namespace declarations, for evidence."""
        prefix = f"{self._element.prefix}:" if self._element.prefix else ""
        attributes = "".join(
            f' {str(key).rpartition("}")[2]}="{value}"' for key, value in list(self._element.attrib.items())[:5]
        )
        name = prefix + self.name
        return f"<{name}{attributes}>{(self.all_text or '')[:150]}</{name}>"

    def attribute(self, name: str) -> str | None:
        return clean(self._element.get(name))

    def every(self, path: str) -> Iterator[Node]:
        """All elements that the path leads to, in document order."""
        first, _, rest = path.partition("/")
        for child in self._element.iterchildren("{*}" + first):
            if rest:
                yield from Node(child).every(rest)
            else:
                yield Node(child)

    def first(self, path: str) -> Node | None:
        return next(self.every(path), None)

    def get(self, *paths: str) -> str | None:
        """The value of the first of the paths that leads to one."""
        return next((value for path in paths for node in self.every(path) if (value := node.value)), None)

    def amount(self, *paths: str) -> Decimal | None:
        return decimal_of(self.get(*paths))

    def day(self, *paths: str) -> date | None:
        return date_of(self.get(*paths))

    def found(self, *paths: str) -> Node | None:
        """The first element with a value that one of the paths leads to."""
        return next((node for path in paths for node in self.every(path) if node.value), None)

    def children(self) -> Iterator[Node]:
        return (Node(child) for child in self._element.iterchildren("*"))


def root_of(data: bytes) -> tuple[str, str] | None:
    """Return local name and namespace of the root element of what may be XML, even where the file is cut short."""
    from lxml import etree

    head = (
        data.lstrip(b"\xef\xbb\xbf \t\r\n")[:_HEAD_BYTES] if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else data
    )
    if not head[:60].replace(b"\x00", b"").startswith((b"<", b"\xff\xfe<", b"\xfe\xff<")):
        return None
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    with contextlib.suppress(etree.XMLSyntaxError):
        parser.feed(head[:_HEAD_BYTES])
    try:
        for _, element in parser.read_events():
            node = Node(element)
            return node.name, node.namespace
    except etree.XMLSyntaxError:
        return None
    return None


_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "recover": False,
}


def tree_of(data: bytes, limits: Limits) -> Node | str:
    """Return the root element, or one sentence that says why the file is not read."""
    from lxml import etree

    if len(data) > limits.bytes_max:
        return f"the XML is larger than {limits.bytes_max} bytes"
    if data[:1].isspace() or data.startswith(b"\xef\xbb\xbf"):
        data = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        root = etree.fromstring(data, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        return f"the XML is broken or cut short: {str(error)[:200]}"
    if _has_entities(root):
        return "the XML defines entities of its own, which no business document needs; it is not read"
    return _within(root, limits) or Node(root)


def _has_entities(root: etree._Element) -> bool:
    dtd: Any = root.getroottree().docinfo.internalDTD
    return dtd is not None and next(iter(dtd.iterentities()), None) is not None


def _within(root: etree._Element, limits: Limits) -> str | None:
    """Walk once without recursion; say what is too deep or too much."""
    depth = count = 0
    from lxml import etree

    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > _DEPTH_MAX:
            return f"the XML is nested deeper than {_DEPTH_MAX} levels"
        if count > limits.cells_max * 5:
            return f"the XML holds more than {limits.cells_max * 5} elements"
    return None
