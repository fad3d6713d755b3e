"""Deliveries told in prose: what arrived, what is short, damaged or refused; and never what is still under way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from agent.domain.documents import DeliveredLine, DeliveryConfirmation, DeliveryLevel, Evidence, Flag
from parsers.prose.facts import Facts, Role
from parsers.prose.goods import Goods, goods_in, of_how_many
from parsers.prose.intents import dated_delivery, references_of_ours, subject_orders
from parsers.prose.mail import Mail
from parsers.prose.when import Day, past_day
from parsers.values.folding import fold_words, is_wide_letter
from parsers.values.quantities import number_word

_KINDS = ("short", "damaged", "rejected", "accepted", "d_quantity", "d_not_received", "d_quality")
_CALLED = {"d_quantity": "short", "d_not_received": "short", "d_quality": "damaged"}
# What follows such a word is not what came in good order, whatever is said of it.
_BUT = re.compile(
    r"(?<![^\W\d_])(?:but|except|however|aber|jedoch|bis auf|allerdings|außer|mais|sauf|hormis|pero|salvo|excepto|menos|ma|però|tranne"
    r"|eccetto|maar|behalve|echter|mas|exceto|ale|oprócz|z wyjątkiem|jednak)(?![^\W\d_])|으나|지만|는데|を除|ですが|したが|ものの",
    re.IGNORECASE,
)


def read_delivery(block: Sequence[Facts], mail: Mail) -> DeliveryConfirmation | None:
    """Read the sentences about one delivery; None where no order or delivery note is named to which it belongs."""
    orders = _numbers(block, mail, Role.ORDER)
    notes = _numbers(block, mail, Role.DELIVERY)
    if not orders and not notes:
        return None
    refused = any(f.has("refused") for f in block)
    lines = _of_one_item([line for facts in block for line in _lines(facts)])
    packages = _packages(lines)
    if packages:
        lines = ()
    evidence: dict[str, Evidence] = {"level": mail.evidence(block[0].text)}
    day = next(
        (
            d
            for f in block
            if (f.has("received", "accepted") or dated_delivery(f)) and (d := past_day(f, mail.sent, mail.order))
        ),
        None,
    )
    if day:
        evidence["delivered_on"] = mail.evidence(day.text)
    if orders:
        evidence["order_numbers"] = mail.evidence(", ".join(orders))
    for number in range(len(lines)):
        evidence[f"lines[{number}]"] = mail.evidence(" ".join(f.text for f in block))
    signer = _signer(mail.text)
    if signer:
        evidence["received_by"] = mail.evidence(signer)
        day = day or _signed_on(mail, evidence)
    level = DeliveryLevel.SIGNED if signer else DeliveryLevel.RECEIPT
    if refused or _accepted(block):
        level = DeliveryLevel.ACCEPTANCE
    return DeliveryConfirmation(
        confidence=0.85 if orders else 0.6,
        source=mail.source,
        language=mail.language,
        evidence=evidence,
        flags=(Flag.REFUSED,) if refused else (),
        level=level,
        delivered_on=day.value if day and not refused else None,
        order_numbers=orders,
        invoice_numbers=_numbers(block, mail, Role.INVOICE, subject=False),
        delivery_note_number=notes[0] if len(notes) == 1 else None,
        received_by=signer,
        packages=packages,
        complete=_complete(block, lines, refused) if not packages or packages[0] == packages[1] else False,
        lines=lines,
        remarks=" ".join(" ".join(f.text for f in block).split())[:500],
    )


_SIGNED = re.compile(
    r"(?<![^\W_])(?:signed(?: (?:by|for by))?|signature|firmado(?: por)?|fdo\.?|firma|unterschrift|unterschrieben von|gez\.|signé(?: par)?"
    r"|firmato(?: da)?|getekend(?: door)?|ondertekend door|assinado(?: por)?|podpisan[oa](?: przez)?|podpis|서명|인수자|受領者|受取人)"
    r"\s*[.:：]*\s*(?P<name>[^\W\d_][\w.'’-]{0,24}(?: [^\W\d_][\w.'’-]{0,24}){0,3})",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})\. ")
_NAMED = re.compile(r"[^\W\d_]")


def _signer(text: str) -> str | None:
    """Return who signed for the goods: a name behind "signed by", "Unterschrift:", "Fdo."."""
    for match in _SIGNED.finditer(text):
        words = _SENTENCE_END.split(match["name"])[0].split(" ")
        while words and not (words[-1][:1].isupper() or is_wide_letter(words[-1][:1])):
            words.pop()
        name = " ".join(words).rstrip(".,")
        if words and words[0][:1] == words[0][:1].upper() and len(_NAMED.findall(name)) >= 2:
            return name
    return None


def _signed_on(mail: Mail, evidence: dict[str, Evidence]) -> Day | None:
    """Return the day beside a signature where it is the only one in the mail."""
    days = {day.value: day for facts in mail.facts if (day := past_day(facts, mail.sent, mail.order))}
    if len(days) != 1:
        return None
    day = next(iter(days.values()))
    evidence["delivered_on"] = mail.evidence(day.text)
    return day


def _numbers(block: Sequence[Facts], mail: Mail, role: Role, *, subject: bool = True) -> tuple[str, ...]:
    refs = [ref.text for facts in block for ref in facts.refs if ref.role is role]
    if not refs and role is Role.ORDER and any(dated_delivery(f) for f in block):
        refs = [ref.text for ref in references_of_ours(block)]
    if not refs and subject:
        refs = [
            ref.text for ref in subject_orders(mail) if ref.role in (role, Role.UNKNOWN if role is Role.ORDER else role)
        ]
    return tuple(dict.fromkeys(refs))


def _of_one_item(lines: list[DeliveredLine]) -> tuple[DeliveredLine, ...]:
    """Make one line of what several sentences say of the same item: 70 came in, 68 passed, 2 did not."""
    named = [line for line in lines if line.item]
    others = [line for line in lines if not line.item and not line.description]
    if len(named) != 1 or len(others) != len(lines) - 1 or not others:
        return tuple(lines)
    merged = named[0]
    for line in others:
        for name in ("ordered", "delivered", "accepted", "damaged", "rejected", "missing"):
            value = getattr(line, name)
            if value is None:
                continue
            if getattr(merged, name) is not None:
                return tuple(lines)
            merged = replace(merged, **{name: value})
    return (merged,)


_PACKAGES = re.compile(
    r"(?:pallet|skid|parcel|package|palette|paket|packstuck|colis|pale|bulto|paquete|colli|bancal|palet|volume|paczk)"
    r"[a-z]*|パレット|個口|팔레트|파렛트"
)


def _packages(lines: Sequence[DeliveredLine]) -> tuple[int, int] | None:
    """Read “2 of 3 pallets arrived”: packages of a consignment, no quantity of goods."""
    if len(lines) != 1 or lines[0].item or lines[0].description:
        return None
    line = lines[0]
    if line.delivered is None or line.ordered is None or not _PACKAGES.fullmatch(fold_words(line.unit or "")):
        return None
    return int(line.delivered), int(line.ordered)


def _accepted(block: Sequence[Facts]) -> bool:
    return any(f.has("accepted") for f in block) and not any(f.has("short", "damaged") for f in block)


def _complete(block: Sequence[Facts], lines: Sequence[DeliveredLine], refused: bool) -> bool | None:
    """Say complete only where the words do and nothing contradicts them."""
    wrong = any(line.missing or line.damaged or line.rejected for line in lines)
    if any(_contrary(f, len(f.text)) and not _denied(f) for f in block):
        return None if refused else False
    if refused or wrong or any(f.has("short", "damaged", "rejected") and not _denied(f) for f in block):
        return None if refused else False
    return True if any(f.has("complete") for f in block) else None


def _denied(facts: Facts) -> bool:
    """Read “without damage”, "keine Schäden": the word is there, and denied."""
    return facts.has("complete")


def _lines(facts: Facts) -> list[DeliveredLine]:
    share = of_how_many(facts)
    goods = goods_in(facts)
    wanting = facts.has("short", "d_not_received", "damaged", "rejected") and not facts.has("received")
    if share is not None and wanting:
        goods = [g for g in goods if g.item and not share[2] <= g.start < share[3]]
        if not goods:
            return [_wanting_line(facts, share)]
    elif share is not None:
        return [_share_line(facts, share, goods)]
    found: list[DeliveredLine] = []
    for g in goods:
        kind = _kind(facts, g)
        if kind is None or g.quantity is None:
            continue
        if figure := _figure_between(facts, g):
            line = _of_which(g, figure)
            found += [line] if line is not None else []
            if line is not None or kind in _WRONG:
                continue  # "10 PU-100 and one was damaged": whose figure the word is about, is not the first one's
        found.append(
            DeliveredLine(
                item=g.item,
                description=g.description,
                unit=g.unit,
                delivered=g.quantity if kind == "received" else None,
                missing=g.quantity if kind == "short" else None,
                damaged=g.quantity if kind == "damaged" else None,
                rejected=g.quantity if kind == "rejected" else None,
                accepted=g.quantity if kind == "accepted" else None,
            )
        )
    return found


_WRONG = ("short", "damaged", "rejected")
_FIGURE = re.compile(r"(?<![\w.,/-])(?:[0-9]{1,6}(?![\w.,/-]*[0-9])|[^\W\d_]{2,12})(?![\w-])")
_OF_WHICH = re.compile(
    r"(?<![^\W\d_])(?:of which|of these|of those|of them|davon|hiervon|dont|di cui|de (?:los|las) (?:que|cuales)|de ellos|de ellas|waarvan"
    r"|daarvan|hiervan|d[oa]s quais|z czego|w tym)\s*[:,]?\s*$|(?:うち|そのうち|그\s?중|이\s?중)\s*[、,]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Figure:
    value: Decimal
    kind: str  # what is said of it
    shared: bool  # "of which" stands before it


def _figure_between(facts: Facts, goods: Goods) -> _Figure | None:
    """The figure between goods and the word for what is wrong, as in "6 PU-200, of which 1 damaged"."""
    cue = next((c for c in facts.cues if c.name in _KINDS and c.span[0] >= goods.start), None)
    kind = _CALLED.get(cue.name, cue.name) if cue else ""
    if cue is None or kind not in _WRONG or goods.quantity is None:
        return None
    taken = [(r.start, r.end) for r in facts.refs] + [(d.start, d.end) for d in facts.dates]
    own = False
    figures: list[tuple[Decimal, int]] = []
    for match in _FIGURE.finditer(facts.text, goods.start, cue.span[0]):
        value = Decimal(match[0]) if match[0].isdigit() else number_word(match[0])
        if value is None or any(a < match.end() and match.start() < b for a, b in taken):
            continue
        if not own and value == goods.quantity:
            own = True
            continue
        figures.append((value, match.start()))
    if not figures:
        return None
    value, start = figures[-1]
    return _Figure(value, kind, bool(_OF_WHICH.search(facts.text[goods.start : start])))


def _of_which(goods: Goods, wrong: _Figure) -> DeliveredLine | None:
    """The line of "6 PU-200 delivered, of which 1 damaged"; None where the words between do not say that it is a share."""
    if not wrong.shared or goods.quantity is None or wrong.value > goods.quantity:
        return None
    short = wrong.kind == "short"
    return DeliveredLine(
        item=goods.item,
        unit=goods.unit,
        delivered=None if short else goods.quantity,
        ordered=goods.quantity if short else None,
        missing=wrong.value if short else None,
        damaged=wrong.value if wrong.kind == "damaged" else None,
        rejected=wrong.value if wrong.kind == "rejected" else None,
    )


def _wanting_line(facts: Facts, share: tuple[Decimal, Decimal, int, int]) -> DeliveredLine:
    """Read “1 of 2 pallets not received”, "3 of 20 broken": the first figure is what is wrong."""
    wrong, ordered, _, _ = share
    unit = next((q.unit for q in facts.quantities), None)
    if facts.has("damaged"):
        return DeliveredLine(unit=unit, ordered=ordered, damaged=wrong)
    if facts.has("rejected"):
        return DeliveredLine(unit=unit, ordered=ordered, rejected=wrong)
    return DeliveredLine(unit=unit, ordered=ordered, missing=wrong)


def _share_line(facts: Facts, share: tuple[Decimal, Decimal, int, int], goods: Sequence[Goods]) -> DeliveredLine:
    arrived, ordered, _, end = share
    item = next((g.item for g in goods if g.item and g.start <= end + 40), None)
    unit = next((g.unit for g in goods if g.unit), None)
    rest = [g.quantity for g in goods if g.start > end and _kind(facts, g) == "short"]
    missing = (
        ordered - arrived if facts.has("short") and (not rest or ordered - arrived in rest or None in rest) else None
    )
    if missing is None and rest == [ordered - arrived]:
        missing = ordered - arrived
    return DeliveredLine(item=item, unit=unit, ordered=ordered, delivered=arrived, missing=missing)


def _kind(facts: Facts, goods: Goods) -> str | None:
    """Decide what is said of a quantity by the nearest word before it, else behind it."""
    kind = _said_of(facts, goods)
    return None if kind == "received" and _contrary(facts, goods.start) else _CALLED.get(kind or "", kind)


def _contrary(facts: Facts, start: int) -> bool:
    """Tell whether a "but" stands between what was received and a quantity: nobody can say that it came."""
    received = [c for c in facts.cues if c.name == "received" and c.span[1] <= start]
    return bool(received) and bool(_BUT.search(facts.text[received[-1].span[1] : start]))


def _said_of(facts: Facts, goods: Goods) -> str | None:
    before = [c for c in facts.cues if c.name in (*_KINDS, "received") and c.span[1] <= goods.start]
    after = [c for c in facts.cues if c.name in (*_KINDS, "received") and c.span[0] >= goods.start]
    apart = before and any(c in ",;、，" for c in facts.text[before[-1].span[1] : goods.start])
    if apart and after and after[0].name != "received" and after[0].span[0] - goods.end <= 3:
        return after[0].name  # "they arrived, 2 broken"
    if before and before[-1].span[1] + 3 >= goods.start:
        return before[-1].name
    if after:
        return after[0].name
    return before[-1].name if before else None
