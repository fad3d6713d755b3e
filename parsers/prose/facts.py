"""What a sentence holds, found before anything is understood: cues, money, dates, references with their roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from parsers.lexicon import LabelHit, labels_in
from parsers.lexicon.phrases import Cue, cues_in
from parsers.prose.units import Unit
from parsers.values.amounts import Amount, Found, find_amounts
from parsers.values.dates import FoundDate, find_dates
from parsers.values.folding import fold_width, is_wide_letter
from parsers.values.quantities import Quantity, find_quantities
from parsers.values.references import Span, find_ibans, find_references


class Role(StrEnum):
    """What a number in prose is the number of, as far as its label or its own letters say."""

    INVOICE = "invoice"
    CREDIT = "credit"
    ORDER = "order"
    PAYMENT = "payment"
    DELIVERY = "delivery"
    ITEM = "item"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ref:
    """A document number in a sentence: as printed, without a label before it."""

    start: int
    end: int
    text: str
    role: Role
    labelled: bool = False  # a word before it says what it is


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in a sentence with all the values that its figures allow."""

    start: int
    end: int
    text: str
    values: tuple[Decimal, ...]
    currency: str | None
    negative: bool = False

    @property
    def value(self) -> Decimal | None:
        return self.values[0] if len(self.values) == 1 else None


@dataclass(frozen=True, slots=True)
class Facts:
    """A sentence and everything found in it; places are those of `unit.text`."""

    unit: Unit
    cues: tuple[Cue, ...]
    money: tuple[Money, ...]
    dates: tuple[FoundDate, ...]
    refs: tuple[Ref, ...]
    quantities: tuple[Quantity, ...]
    ibans: tuple[Span, ...]
    labels: tuple[LabelHit, ...]

    @property
    def text(self) -> str:
        return self.unit.text

    def has(self, *names: str) -> bool:
        return any(cue.name in names for cue in self.cues)

    def first(self, *names: str) -> Cue | None:
        return next((cue for cue in self.cues if cue.name in names), None)

    def documents(self, *roles: Role) -> tuple[Ref, ...]:
        return tuple(ref for ref in self.refs if ref.role in roles)


# Letters that begin a number and say what it is, whatever the language of the mail.
_PREFIXES = {
    **dict.fromkeys(
        "INV INVOICE RE RG RNR FA FAC FRA FT FV FVS FACT FS SI RN FAKT FTV FVAT RECH NF NFE".split(), Role.INVOICE
    ),
    **dict.fromkeys("CN CM CR CRN GS NC CRED AV FK KOR".split(), Role.CREDIT),
    **dict.fromkeys("PO OC BC BDC".split(), Role.ORDER),
}
_KNOWN_PREFIX = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(_PREFIXES)})[\s-]([0-9]{{2,12}})(?=\s)")
_FIELDS = {
    "invoice_number": Role.INVOICE,
    "credit_note_number": Role.CREDIT,
    "order_number": Role.ORDER,
    "release_number": Role.ORDER,
    "payment_reference": Role.PAYMENT,
    "delivery_note": Role.DELIVERY,
    "receipt_number": Role.DELIVERY,
    "tracking_number": Role.DELIVERY,
    "item": Role.ITEM,
    "buyer_item": Role.ITEM,
    "supplier_item": Role.ITEM,
    **dict.fromkeys(
        "quotation_number requisition_number rfq_number contract_number project_number vendor_number customer_number"
        " blanket_number claim_number our_reference tax_id phone account_number service_report".split(),
        Role.OTHER,
    ),
}
_LINK = re.compile(
    r"[\s:：#=.º°]*(?:(?:no|nos|nr|nrs|n|num|numero|number|numbers|nummer|is|ist|es|el|est|e|was|lautet|the|n[º°]|nº|№)"
    r"[\s.:º°#]*){0,3}",
    re.IGNORECASE,
)
_CHAIN = re.compile(
    r"\s*(?:[,;/&+、，・]|and|und|et|y|e|en|i|oraz|sowie|ed|与|及び|および|와|과|및|と|as well as|u)?"
    r"\s*(?:and|und|et|y|e|en|i|no\.?|nr\.?|n°|nº|#)?\s*",
    re.IGNORECASE,
)
_AFTER_LABEL = re.compile(r"(?:[A-Za-z]{1,4}[ -])?[A-Za-z0-9]*[0-9][A-Za-z0-9]*(?:[-/._][A-Za-z0-9]+){0,5}")
_BRACKETED = re.compile(r"\([^()]{0,60}\)")
_DIGITS_OF_A_DOCUMENT = 4  # fewer figures with letters are an article far oftener than an invoice


# A figure with blanked-out digits ("USD 2*,***.**", "****0041") is no figure; a sum padded with stars is one.
_MASKED = re.compile(
    r"(?<![\w*])[0-9]*\*[0-9*]*(?:[.,][0-9*]*\*[0-9*]*)+|(?<!\*)\*{2,}[0-9]{2,6}(?![0-9]|[.,][0-9])"
    r"|[0-9X]{2,6}[xX*]{2,}[0-9xX* ]*|(?<!\w)[xX]{2,}[0-9]{2,6}"
)


def masked(text: str) -> bool:
    """Tell whether the text holds sums whose digits are blanked out."""
    return bool(re.search(r"[0-9*]\*[.,]\*", text))


def read_facts(unit: Unit, near: date | None, allowed: frozenset[str] | None, style: str | None) -> Facts:
    """Find everything in a sentence. `style` is the decimal style that the whole mail proves, if it proves one."""
    text = _MASKED.sub(lambda match: "¤" * len(match.group()), unit.text)
    ibans = find_ibans(text)
    dates = tuple(d for d in find_dates(text, near=near) if not _is_reference(text, d) and not _is_number(text, d))
    taken = [(s.start, s.end) for s in ibans] + [(d.start, d.end) for d in dates]
    masked = _mask(text, [*taken, *(match.span(2) for match in _KNOWN_PREFIX.finditer(text))])
    money = tuple(m for f in find_amounts(masked) if (m := _money(f, text, style)) is not None)
    taken += [(m.start, m.end) for m in money]
    quantities = find_quantities(text, skip=taken)
    # A unit behind a figure is no label: Italian "30 pz" holds no Polish goods receipt.
    labels = tuple(
        hit for hit in labels_in(text) if not any(q.start <= hit.span[0] and hit.span[1] <= q.end for q in quantities)
    )
    refs = _references(text, taken, [(q.start, q.end) for q in quantities], labels)
    return Facts(unit, cues_in(text, allowed), money, dates, refs, quantities, ibans, labels)


_NUMBERS_BETWEEN = re.compile(r"(?:[\s.,:;#/&+]|n[or]s?\b|n[º°]|and|und|en|et|y|e|i|oraz|\S*\d\S*)*", re.I)


def _is_number(text: str, found: FoundDate) -> bool:
    """Read “factuur 20260118”: figures without a mark between them, behind the label of a document number."""
    if not found.text.isdigit():
        return False
    hits = [h for h in labels_in(text[: found.start]) if {"invoice_number", "order_number"} & {*h.fields}]
    return bool(hits) and _NUMBERS_BETWEEN.fullmatch(text[hits[-1].span[1] : found.start]) is not None


def _is_reference(text: str, found: FoundDate) -> bool:
    """Read “Rechnung 3/26” is no date: a label of a document number stands right before it, and no year ends it."""
    before = labels_in(text[max(0, found.start - 40) : found.start])
    if not before or found.readings[0].order != "no_year" or not found.readings[0].figures:
        return False
    offset = max(0, found.start - 40)
    linked = _LINK.fullmatch(text[offset + before[-1].span[1] : found.start])
    return linked is not None and before[-1].field in ("invoice_number", "order_number") and before[-1].numbered


def _money(found: Found, text: str, style: str | None) -> Money | None:
    """Keep what can be a sum of money: a currency, cents or grouped thousands; plain figures are none."""
    readings = [r for r in found.readings if _payable(r)]
    if not readings:
        return None
    if len(readings) > 1 and style is not None:
        readings = [r for r in readings if r.style == style] or readings
    first = readings[0]
    if not any(
        r.currency or r.symbol or r.decimals == 2 or r.grouping or r.style in ("comma", "point") for r in readings
    ):
        return None
    if first.grouping and first.style == "none" and not (first.currency or first.symbol):
        return None  # "104 356" without cents and currency is as likely a document number
    shown = fold_width(found.text).strip()
    bracket = shown.startswith("(") and shown.endswith(")")
    values = tuple(dict.fromkeys(abs(r.value) if bracket else r.value for r in readings))
    negative = all(value < 0 for value in values)
    return Money(found.start, found.end, text[found.start : found.end], values, first.currency, negative)


def _payable(reading: Amount) -> bool:
    """Sums have no, two or (few currencies) three decimals; 1.0900 is a rate and 0.184 a unit price."""
    return reading.decimals in (0, 1, 2)


def _mask(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Blank out what is already understood, keeping places: "GS 77 250,00" holds a number and then a sum."""
    for start, end in spans:
        text = text[:start] + "¤" * (end - start) + text[end:]
    return text


def _references(
    text: str, taken: list[tuple[int, int]], counted: list[tuple[int, int]], labels: Sequence[LabelHit]
) -> tuple[Ref, ...]:
    spans = list(find_references(text, skip=taken))
    spans += _labelled_spans(text, labels, [*taken, *counted, *((s.start, s.end) for s in spans)])
    spans = [s for s in spans if not _day_like(text, s, labels)]
    spans.sort(key=lambda span: span.start)
    refs: list[Ref] = []
    for span in spans:
        refs.append(_with_role(text, span, labels, refs))
    return tuple(refs)


_DAY = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[/.-](?:0?[1-9]|[12][0-9]|3[01])")


def _day_like(text: str, span: Span, labels: Sequence[LabelHit]) -> bool:
    """Read “1/29” is a day even where no year is known; only a label right before it makes it a number."""
    if not _DAY.fullmatch(span.text):
        return False
    return not any(
        hit.span[1] <= span.start and _role_of(hit) is not None and _LINK.fullmatch(text[hit.span[1] : span.start])
        for hit in labels
    )


def _labelled_spans(text: str, labels: Sequence[LabelHit], taken: list[tuple[int, int]]) -> list[Span]:
    """Find short numbers that only their label shows to be ones: "credit note 55", "PO 12"."""
    found: list[Span] = []
    for hit in labels:
        if hit.field not in _FIELDS or _FIELDS[hit.field] not in (Role.INVOICE, Role.CREDIT, Role.ORDER, Role.PAYMENT):
            continue
        link = _LINK.match(text, hit.span[1])
        start = link.end() if link else hit.span[1]
        match = _AFTER_LABEL.match(text, start)
        if match is None or any(match.start() < b and a < match.end() for a, b in taken):
            continue
        after = text[match.end() : match.end() + 1]
        if (after.isalpha() and not is_wide_letter(after)) or re.match(r"[.,][0-9]|\s?%", text[match.end() :]):
            continue
        if re.match(r"\s(?:x|pcs?|st|stück|units?|boxes|cartons?)\b", text[match.end() :], re.IGNORECASE):
            continue
        found.append(Span(match.start(), match.end(), match.group()))
        taken.append(match.span())
    return found


def _with_role(text: str, span: Span, labels: Sequence[LabelHit], before: list[Ref]) -> Ref:
    shown = fold_width(span.text)
    letters = re.match(r"[A-Za-z]+", shown)
    prefix = letters.group().upper() if letters else ""
    labelled = _role_by_label(text, span, labels)
    if prefix in _PREFIXES and _PREFIXES[prefix] is Role.ORDER:
        bare = shown[len(prefix) :].lstrip(" -.#/:")
        if shown[len(prefix) : len(prefix) + 1] == " ":
            return Ref(span.end - len(bare), span.end, bare, Role.ORDER, True)
    if labelled is Role.ITEM and prefix in _PREFIXES and _long(shown):
        labelled = None  # "INV-104390 제품": the goods of an invoice
    if labelled is not None:
        return Ref(span.start, span.end, span.text, labelled, True)
    if prefix in _PREFIXES and len(prefix) < len(shown) and (_long(shown) or len(prefix) > 2):
        return Ref(span.start, span.end, span.text, _PREFIXES[prefix], len(prefix) > 1)
    if before and _chained(text[before[-1].end : span.start]) and _alike(before[-1].text, shown):
        return Ref(span.start, span.end, span.text, before[-1].role, before[-1].labelled)
    if prefix and not _long(shown):
        return Ref(span.start, span.end, span.text, Role.ITEM)
    return Ref(span.start, span.end, span.text, Role.UNKNOWN)


def by_prefix(ref: Ref) -> Role:
    """Return what a short number is by its letters where money is paid for it ("RE-901"): no article is paid."""
    letters = re.match(r"([A-Za-z]{2,})[-\s]?[0-9]", fold_width(ref.text))
    return _PREFIXES.get(letters[1].upper(), ref.role) if letters and ref.role is Role.ITEM else ref.role


_ITEM_FIELDS = {"item", "buyer_item", "supplier_item"}


def _long(text: str) -> bool:
    return sum(c.isdigit() for c in text) >= _DIGITS_OF_A_DOCUMENT


def _role_by_label(text: str, span: Span, labels: Sequence[LabelHit]) -> Role | None:
    for hit in reversed(labels):
        if hit.span[1] <= span.start and (role := _role_of(hit)) is not None:
            if not _long(span.text) and _ITEM_FIELDS & {*hit.fields}:
                role = Role.ITEM  # "la référence VX-210"
            gap = text[hit.span[1] : span.start]
            if _LINK.fullmatch(gap) and not (role is Role.PAYMENT and ":" in gap and not hit.numbered):
                return role  # "Remittance: 4711 500.00" begins a list, "Check no.: 14901" names the payment
            break
    if (
        _REFERENCE.search(text[max(0, span.start - 16) : span.start])
        and any(c.isalpha() for c in span.text)
        and _long(span.text)
    ):
        return Role.PAYMENT if not any(span.text.upper().startswith(p) for p in _PREFIXES if len(p) > 1) else None
    if _CHECK_CUT_SHORT.search(text[max(0, span.start - 10) : span.start]):
        return Role.PAYMENT
    if _long(span.text) and _ORDER_CUT_SHORT.search(text[max(0, span.start - 16) : span.start]):
        return Role.ORDER
    for hit in labels:  # Korean and Japanese also put the word behind: "T-3330 계산서"
        if span.end <= hit.span[0] <= span.end + 1 and is_wide_letter(text[hit.span[0]]):
            return _role_of(hit)
    return None


_CHECK_CUT_SHORT = re.compile(r"(?<![^\W_])(?:ck|chk|chq)\.?\s*(?:#|no\.?)?\s*:?\s*$", re.IGNORECASE)
_ORDER_CUT_SHORT = re.compile(
    r"(?<![^\W_])(?:best|bestell|auftr|ord|ped|encom|zam|zamów|cde|cmde)\.\s*(?:-?\s*nr\.?|n[º°]|no\.?|#)?\s*:?\s*$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:\bref(?:erence|erenz|\.)?|\bréférence|\breferencia|\briferimento|\bkenmerk|\bTRN|\bTX)\s*[.:#]?\s*$", re.I
)


def _role_of(hit: LabelHit) -> Role | None:
    return next((_FIELDS[name] for name in hit.fields or (hit.field,) if name in _FIELDS), None)


def _chained(gap: str) -> bool:
    """Read “7781, 7790 and 7803”, "5501 (1.200,00 €) et 5507": what the first is, the others are."""
    return bool(_CHAIN.fullmatch(_BRACKETED.sub(" ", gap)))


def _alike(first: str, second: str) -> bool:
    """Members of one list look alike: letters or none, about as many figures."""

    def shape(text: str) -> tuple[bool, int]:
        return any(c.isalpha() for c in text), sum(c.isdigit() for c in text)

    (letters, figures), (others, count) = shape(first), shape(second)
    return letters == others and (abs(figures - count) <= 3 or count <= 4)
