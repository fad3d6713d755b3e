"""Domain names: their A-label form, the organisation they belong to, and names made to look like others."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Scripts that one language writes side by side (UTS 39: Japanese, Korean, Han with Bopomofo).
_TOGETHER = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"})
# Letters of other scripts that look like Latin ones in common fonts, and what they look like.
_LOOKS_LIKE = dict(
    zip(
        "аеорсухѕіјԁһӏԛԝмтнкгпьвαβγικνορτυχωεηѵցոսօ",
        "aeopcyxsijdhlqwmthkrnbbabyikvoptuxwenvgnuo",
        strict=True,
    )
)
# Shapes within ASCII that are taken for each other.
_SHAPES = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("-", ""))


def a_label(domain: str) -> str | None:
    """Return the domain in ASCII (RFC 5890 A-labels), lower case, without a closing dot; None if it is none."""
    name = unicodedata.normalize("NFKC", domain.strip()).lower().rstrip(".")
    if name.startswith("[") and name.endswith("]"):
        return name if re.fullmatch(r"\[[0-9a-z:.]{3,45}\]", name) else None
    if not name or len(name) > 253:
        return None
    labels = [_a_label_of(label) for label in name.split(".")]
    if any(label is None for label in labels):
        return None
    return ".".join(label for label in labels if label is not None)


def _a_label_of(label: str) -> str | None:
    if label.isascii():
        return label if _LABEL.fullmatch(label) else None
    try:
        encoded = "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        return None
    written = all(c.isalnum() or c in "-_" or unicodedata.combining(c) for c in label)
    return encoded if written and len(encoded) <= 63 else None


def u_label(domain: str) -> str:
    """Return the domain as its owner writes it, A-labels decoded."""
    return ".".join(_u_label_of(label) for label in domain.split("."))


def _u_label_of(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


@lru_cache(maxsize=4_096)
def organisation(domain: str) -> str | None:
    """Return the organisational domain (public suffix and one label, RFC 7489 3.2), None for a suffix itself."""
    found = _suffixes().privatesuffix(domain.lower().rstrip("."))
    return str(found) if found else None


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # type: ignore[import-untyped,unused-ignore]

    return PublicSuffixList()


def same_organisation(left: str | None, right: str | None) -> bool:
    """Return whether both names belong to one organisational domain (relaxed alignment of RFC 7489)."""
    if not left or not right:
        return False
    ours = organisation(left)
    return ours is not None and ours == organisation(right)


def scripts(label: str) -> frozenset[str]:
    """Return the scripts of a label's letters, by the first word of their Unicode names."""
    return frozenset(unicodedata.name(c, "UNKNOWN").split()[0] for c in label if c.isalpha())


def domain_warnings(domain: str) -> tuple[str, ...]:
    """Return `mixed_script_domain:…` and `confusable_domain:…` for a domain that pretends to be another."""
    found: list[str] = []
    for label in u_label(domain).split("."):
        if label.isascii():
            continue
        used = scripts(label)
        if len(used) > 1 and not used <= _TOGETHER:
            found.append(f"mixed_script_domain:{domain}")
        elif all(c in _LOOKS_LIKE or c in "-0123456789" for c in label):
            found.append(f"confusable_domain:{domain}")
    return tuple(dict.fromkeys(found))


def skeleton(domain: str) -> str:
    """Return what the domain looks like at a glance: two domains of one skeleton are taken for each other."""
    shape = "".join(_LOOKS_LIKE.get(c, c) for c in unicodedata.normalize("NFKD", u_label(domain).lower()))
    shape = "".join(c for c in shape if not unicodedata.combining(c))
    for written, seen in _SHAPES:
        shape = shape.replace(written, seen)
    return shape


def looks_like(left: str, right: str) -> bool:
    """Return whether two different organisations' domains are taken for each other: one shape, or one letter off.

    The same name under another suffix is not counted: firms own several, and no rule tells theirs from others'.
    """
    one, other = organisation(left) or left, organisation(right) or right
    if one == other:
        return False
    if skeleton(one) == skeleton(other):
        return True
    a, b = one.split(".")[0], other.split(".")[0]
    return a != b and min(len(a), len(b)) >= 6 and _one_edit_apart(a, b)


def _one_edit_apart(left: str, right: str) -> bool:
    """Return whether one letter was added, dropped, replaced, or two neighbours exchanged."""
    if abs(len(left) - len(right)) > 1 or max(len(left), len(right)) > 63:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    a, b = left[start:], right[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[1::-1])
