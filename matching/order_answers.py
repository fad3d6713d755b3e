"""Whether a buyer's "yes" is a yes to everything that we asked, and nothing more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from agent.domain.receivables import Order
from matching.folding import fold_number

# What makes an acceptance one with a "but": another figure, another line, a condition. Eight languages.
_BUT = re.compile(
    r"\b(?:but|except|only|however|instead|provided|unless|if|as long as|subject to|cancel|without|not|change"
    r"|aber|au(?:ß|ss)er|ausgenommen|nur|jedoch|statt|sofern|falls|wenn|vorausgesetzt|stornier\w*|ohne|nicht|ändern"
    r"|mais|sauf|seulement|uniquement|toutefois|cependant|à condition|si|annul\w*|sans|pas|modifi\w*"
    r"|pero|salvo|excepto|solo|sólo|sin embargo|siempre que|si|anul\w*|cancel\w*|sin|no|cambi\w*"
    r"|ma|tranne|salvo|eccetto|soltanto|solo|però|purché|se|annull\w*|senza|non|modific\w*"
    r"|maar|behalve|alleen|slechts|echter|mits|als|annuleer\w*|annuleren|zonder|niet|wijzig\w*)\b"
    r"|ただし|但し|除き|除いて|のみ|だけ|場合|キャンセル|取消|変更|なら|단,|다만|제외|만 |경우|취소|변경|대신|조건",
    re.I,
)
_LINE = re.compile(
    r"\b(?:lines?|items?|pos(?:ition|\.)?|zeile|ligne|poste|l[íi]nea|riga|regel)\s*#?[0-9]{1,5}\b|明細\s*[0-9]|品目\s*[0-9]"
    r"|[0-9]\s*번\s*(?:항목|품목)",
    re.I,
)
_FIGURE = re.compile(r"[0-9][0-9.,'’ ]*[0-9]|[0-9]")


def is_plain_yes(text: str | None, order: Order) -> bool:
    """Whether an acceptance names no condition, no single line, and no figure but those that we asked about."""
    said = " ".join(unicodedata.normalize("NFKC", text or "").split())[:2000]
    for number in (order.po_number, order.number):
        if number:
            said = re.sub(re.escape(unicodedata.normalize("NFKC", number)), " ", said, flags=re.I)
    if _BUT.search(said) or _LINE.search(said):
        return False
    known = _known(order)
    return all(_digits(match.group()) in known for match in _FIGURE.finditer(said))


def _known(order: Order) -> frozenset[str]:
    """The figures that an acceptance of our terms may repeat."""
    texts: list[str] = [order.payment_terms or "", order.quotation or "", order.po_number or "", order.number]
    texts += [d.expected or "" for d in order.discrepancies]
    texts += [str(order.total.plain())] if order.total else []
    if order.total and order.tax:
        texts.append((order.total + order.tax).plain())
    for line in order.lines:
        texts += [str(line.unit_price), str(line.quantity), str(line.requested_on or ""), line.item or ""]
    return frozenset(_all_digits(texts)) | {""}


def _all_digits(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for match in _FIGURE.finditer(text):
            yield _digits(match.group())
        yield fold_number(text)


def _digits(text: str) -> str:
    """A figure by its digits alone, whole amounts without their empty decimals: 18.40, 18,40 and 1840 are one."""
    bare = re.sub(r"[.,][0]{1,2}$", "", text.strip())
    return re.sub(r"[^0-9]", "", bare).strip("0") or ("0" if "0" in bare else "")
