"""Which kind of paper an extent holds, by its titles, columns and labels; and where one paper ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.domain.documents import AnyDocument, Problem, RemittanceAdvice, unknown_heading
from parsers.kinds.advice import read_advices
from parsers.kinds.bank_list import read_bank_list
from parsers.kinds.bills import asks_for_money, bill_named, is_statement, speaks_of_your_order
from parsers.kinds.collapsed import headerless, lost_headings
from parsers.kinds.delivery import read_delivery
from parsers.kinds.extent import Extent, extent_of
from parsers.kinds.header import head_of
from parsers.kinds.order_number import titled_number
from parsers.kinds.purchase_order import read_orders
from parsers.kinds.words import fields_of, hits_in
from parsers.layout.fields import How
from parsers.layout.segments import Row
from parsers.layout.tables import Grid
from parsers.lexicon import label_of, titles_in
from parsers.lexicon.payee import thanks_for_payment
from parsers.page import Context, Page
from parsers.values.folding import fold_words

ORDER = frozenset(("purchase_order", "order_change", "order_cancellation", "blanket_order", "release"))
DELIVERY = frozenset(
    (
        "delivery_note",
        "proof_of_delivery",
        "goods_receipt",
        "acceptance",
        "service_report",
        "exception_report",
        "delivery_attempted",
    )
)
ADVICE = frozenset(("remittance_advice", "payment_scheduled", "virtual_card"))
BANK = frozenset(("bank_statement",))
_FAMILY = {
    **dict.fromkeys(ORDER, "order"),
    **dict.fromkeys(DELIVERY, "delivery"),
    **dict.fromkeys(ADVICE, "advice"),
    **dict.fromkeys(BANK, "bank"),
}
_SAID = {
    "quote_request": "a request for a quotation, which orders nothing",
    "quotation": "a quotation",
    "requisition": "a requisition",
    "order_acknowledgement": "an order acknowledgement",
    "invoice": "an invoice",
    "pro_forma": "a pro forma invoice",
    "credit_note": "a credit note",
    "debit_memo": "a debit memo",
    "statement": "a statement of account",
    "terms": "terms and conditions",
    "dunning": "a reminder",
    "self_billing": "a self-billing invoice",
    "bank_details": "a notice about bank details",
}
_BILLS = tuple(f"The paper is {_SAID[kind]}" for kind in ("invoice", "pro_forma", "credit_note"))
_HEAD_ROWS = 25
_SUBJECT = re.compile(
    r"[^\W\d_]{2,12} ?[:：] ?(?:(?:re|fw|fwd|aw|wg|tr|rv) ?: ?)*", re.I
)  # "Subject: …" of a mail printed as text


@dataclass(frozen=True, slots=True)
class Headline:
    """A title found where titles stand, with the row and how surely it is one."""

    kind: str
    row: int
    weight: float


def headlines(rows: Sequence[Row], limit: int = _HEAD_ROWS) -> list[Headline]:
    """Return what the head rows call themselves; a title in a row of headings or in a sentence counts little."""
    found: list[Headline] = []
    for index, row in enumerate(rows[:limit]):
        if len(row.segments) > 6:
            continue  # a row of a table
        heading = sum(bool(fields_of(s.text)) for s in row.segments) >= 3
        for text in _texts(row):
            letters = sum(c.isalnum() for c in text) or 1
            for hit in titles_in(text):
                covered = sum(c.isalnum() for c in text[hit.span[0] : hit.span[1]])
                weight = _weight(text, hit.span, covered, letters, heading, index)
                found += [Headline(kind, index, weight - 0.3 * place) for place, kind in enumerate(hit.kinds)]
    return found


def _texts(row: Row) -> list[str]:
    """Return the row's texts; letters spaced out over several segments are one title ("注  文  書")."""
    if len(row.segments) >= 2 and all(len(s.text) == 1 for s in row.segments):
        return ["".join(s.text for s in row.segments)]
    return [segment.text for segment in row.segments]


def _weight(text: str, span: tuple[int, int], covered: int, letters: int, heading: bool, index: int) -> float:
    if heading:
        return 0.2
    behind = text[span[1] :].lstrip(" .")
    if behind[:1] in (":", "：") or (span[0] == 0 and _is_numbered_label(text)):
        return 1.2 if index < 3 else 0.6  # a label with its value: the paper speaks of an order, it is none
    if any(h.start <= span[0] and h.end >= span[1] and h.end - h.start > span[1] - span[0] for h in hits_in(text)):
        return 0.5  # a piece of a longer label: "Order date"
    prefix = _SUBJECT.match(text)
    words = len(text.split())
    weight = 1.0
    if prefix and span[0] == prefix.end():
        weight = 2.2
    elif covered * 10 >= letters * 6:
        weight = 3.0
    elif span[0] == 0 and words <= 12 and any(c.isdigit() for c in text[span[1] :]):
        weight = 2.5
    elif words <= 10 and (span[0] == 0 or not text[span[1] :].strip()):
        weight = 2.0
    if text[span[0] : span[1]].isupper() and covered >= 6:
        weight += 0.5
    if covered <= 3:
        weight -= 1.0  # "PO", "order" and "bill" are words before they are titles
    return weight - 0.03 * index


def _is_numbered_label(text: str) -> bool:
    hit = label_of(text)
    return hit is not None and hit.numbered


def read_all(pages: tuple[Page, ...], context: Context) -> tuple[tuple[AnyDocument, ...], tuple[Problem, ...]]:
    """Part the pages into papers and read each."""
    documents: list[AnyDocument] = []
    problems: list[Problem] = []
    for extent in part_extents(pages, context):
        found, said = read_extent(extent)
        documents += found
        problems += said
        if not context.is_body or found:
            problems += _unknown_headings(extent, found)
    return tuple(documents), tuple(problems)


def _unknown_headings(extent: Extent, found: tuple[AnyDocument, ...]) -> list[Problem]:
    """Headings without a meaning on a paper about payments, or on one that was not understood at all."""
    if not extent.rows or any(not isinstance(document, RemittanceAdvice) for document in found):
        return []
    part = extent.pages[extent.rows[0].page].part
    return [unknown_heading(part, title) for title in extent.unknown_titles]


def read_extent(extent: Extent) -> tuple[tuple[AnyDocument, ...], tuple[Problem, ...]]:
    """Read one paper as what it is; a paper of another kind gives no document and says so."""
    if not extent.rows:
        return (), ()
    lines = _above_tables(extent, headlines(extent.rows))
    titles = frozenset(h.kind for h in lines if h.weight >= 1.5)
    family, reason = decide(extent, lines)
    part = extent.pages[extent.rows[0].page].part
    match family:
        case "order":
            found, said = read_orders(extent, titles)
            if titles & ORDER or any(order.number for order in found):
                return found, said
            what = "The paper has a table of goods, but neither says that it is an order nor has an order's number."
            return (), (Problem(where=part, what=what, code="note"),)
        case "delivery":
            return read_delivery(extent, titles)
        case "advice":
            return read_advices(extent)
        case "bank":
            return read_bank_list(extent)
        case _:
            kind, number = bill_named(extent) if reason.startswith(_BILLS) else (None, None)
            what = (
                f"The paper is {_SAID[kind]}, {number}." if kind else f"{reason[:-1]}, {number}." if number else reason
            )
            return (), ((Problem(where=part, what=what, code="note"),) if reason else ())


def _above_tables(extent: Extent, lines: list[Headline]) -> list[Headline]:
    """Keep the titles above the first table: words in its cells ("Credit note") are no titles of the paper."""
    first = _first_heading(extent)
    if first is None:
        return lines
    above = [line for line in lines if line.row < first]
    return above or [replace(line, weight=line.weight * 0.4) for line in lines]


def _first_heading(extent: Extent) -> int | None:
    starts = [grid.first for grid in extent.row_grids if sum(bool(h.fields) for h in grid.headings) >= 4]
    starts += [grid.first for grid in lost_headings(extent.rows) if len(grid.headings) >= 4]
    for grid in extent.table_grids:
        words = {w for h in grid.headings for w in h.text.split()}
        starts += [i for i, row in enumerate(extent.rows[:60]) if words and set(row.text.split()) <= words][:1]
    return min(starts) if starts else None


def decide(extent: Extent, lines: Sequence[Headline]) -> tuple[str | None, str]:
    """Return the family of the paper, or None and why it is none that is read here."""
    scores: Counter[str] = Counter()
    for line in lines:
        key = _FAMILY.get(line.kind, line.kind)
        scores[key] = max(scores[key], line.weight)  # type: ignore[assignment]
    sellers = speaks_of_your_order(extent)
    if sellers:
        scores["order"] = 0
    said = max(
        ((k, w) for k, w in scores.items() if k in _SAID and k != "statement" and w >= 2.0),
        key=lambda pair: pair[1],
        default=None,
    )
    own = max(scores["order"], scores["delivery"], scores["advice"], scores["bank"])
    if said and own < said[1] - 0.1 and (said[0] != "invoice" or _sells(extent)):
        return None, f"The paper is {_SAID[said[0]]}."
    if own < 3.0 and _sells(extent) and asks_for_money(extent):
        return None, f"The paper is {_SAID['invoice']}."
    for family, weight in (*_by_columns(extent).items(), *_by_labels(extent).items()):
        scores[family] += weight  # type: ignore[assignment]
    if thanks_for_payment(extent.text):
        return None, "The paper is an answer to a payment."
    return _settled(extent, scores, sellers)


def _settled(extent: Extent, scores: Counter[str], sellers: bool) -> tuple[str | None, str]:
    """Return what titles, columns and labels together speak for."""
    if not scores and is_statement((*extent.table_grids, *extent.row_grids)):
        return None, f"The paper is {_SAID['statement']}."
    if not scores:
        return None, "" if extent.context.is_body else "The paper is none that is known here."
    if sellers:
        scores["order"] = 0  # a table of goods too
    if scores["bank"] > 0 and is_statement((*extent.table_grids, *extent.row_grids)):
        scores["bank"], scores["statement"] = 0, scores["bank"]
    if scores["bank"] > 0:
        scores["statement"] -= 1.0  # type: ignore[assignment]  # "Relevé de compte" is what banks call theirs too
    if _tells_of_payment(extent):
        scores["advice"] += 2.0  # type: ignore[assignment]
    best, weight = max(scores.items(), key=lambda pair: (pair[1], pair[0] in _FAMILY.values()))
    if best in _SAID and weight >= 1.0:
        return None, f"The paper is {_SAID[best]}."
    if weight < 2.0:
        return None, "" if extent.context.is_body else "The paper is none that is known here."
    return best, ""


_PAYING = re.compile(
    r"\bpayments? (?:of .{1,40} )?(?:was|were|has been|have been) (?:made|sent|issued|released|transferred)"
    r"|\bwe (?:have )?(?:today )?(?:paid|remitted|transferred)|\bhaben wir .{0,60}(?:uberwiesen|bezahlt|angewiesen)"
    r"|\buberwiesen\b|\b(?:notre|votre) (?:virement|reglement)|\bavons (?:regle|vire|effectue)"
    r"|\bhemos (?:pagado|realizado|transferido)"
    r"|\babbiamo (?:pagato|disposto|effettuato|bonificato)|\bhebben wij .{0,40}(?:betaald|overgemaakt)|\bprzelalismy\b"
    r"|\bpagamos\b|お支払い(?:いた|し)|振り?込み(?:いた|し)ました|송금하였|지급하였|입금하였"
)


_BANK_PAYS = re.compile(
    r"(?:on behalf of our (?:customer|client)|by order of our (?:customer|client)|im auftrag unseres kunden"
    r"|por (?:orden|cuenta)(?: y cuenta)? de nuestro cliente|d['’ ]ordre de notre client|per (?:ordine|conto) del nostro cliente"
    r"|in opdracht van onze (?:klant|client)|por ordem do nosso cliente)"
    r".{0,160}\b(?:pa(?:y|id)|zahl|uberw|pag|regl|vir|betal|betaal|bonific|transf)",
    re.DOTALL,
)


def _tells_of_payment(extent: Extent) -> bool:
    """Whether prose says that money was sent, beside a table of invoices and amounts that asks for nothing."""
    if _BANK_PAYS.search(fold_words(extent.text[:6_000])) and (extent.row_grids or extent.table_grids):
        return True
    for grid in (*extent.table_grids, *extent.row_grids):
        first = {h.fields[0] for h in grid.headings if h.fields}
        named = first & {"invoice_number", "your_document", "reference"} and first & {"amount", "gross", "paid"}
        if named and not first & {"quantity", "unit_price", "balance_after", "due_date"}:
            return bool(_PAYING.search(fold_words(extent.text[:6_000])))
    if extent.row_grids or extent.table_grids or not _PAYING.search(fold_words(extent.text[:6_000])):
        return False
    return any(True for _ in headerless(extent.rows, extent.figures))


def _sells(extent: Extent) -> bool:
    """Whether a table counts goods at a price: an invoice does, an advice about invoices does not."""
    return any("order" in _of_grid(grid) for grid in (*extent.table_grids, *extent.row_grids))


def _by_labels(extent: Extent) -> dict[str, float]:
    """What the labels with a value speak for, where a paper has no table that does."""
    seen: set[str] = set()
    for labelled in head_of(extent.rows[:80], extent.figures).values:
        placed = labelled.how <= How.BESIDE or labelled.numbered
        if placed and labelled.at_start and any(c.isalnum() for c in labelled.value):
            seen.add(labelled.fields[0])
    found: dict[str, float] = {}
    if "tracking_number" in seen and "delivery_date" in seen:
        found["delivery"] = 2.0
    elif "delivery_date" in seen and seen & {"received_by", "delivered_to", "tracking_number"}:
        found["delivery"] = 1.5
    if len(seen & {"payment_reference", "payment_date", "payment_total", "value_date", "advice_number"}) >= 2:
        found["advice"] = 2.5 if _lists_invoices(extent) else 1.5
    elif "payment_reference" in seen and _lists_invoices(extent):
        found["advice"] = 2.0  # the stub of a cheque bears no title
    elif "payment_total" in seen:
        found["advice"] = 1.0
    return found


def _lists_invoices(extent: Extent) -> bool:
    """Whether a table names invoices and amounts, and no goods."""
    for grid in (*extent.table_grids, *extent.row_grids):
        first = {h.fields[0] for h in grid.headings if h.fields}
        if first & {"invoice_number", "your_document"} and first & {"amount", "paid", "gross"}:
            return not first & {"quantity", "unit_price", "balance_after"}
    return False


def _by_columns(extent: Extent) -> dict[str, float]:
    """What the tables' headings speak for."""
    found: Counter[str] = Counter()
    for grid in (*extent.table_grids, *extent.row_grids, *lost_headings(extent.rows)):
        for family, weight in _of_grid(grid).items():
            found[family] = max(found[family], weight)  # type: ignore[assignment]
    return dict(found)


def _of_grid(grid: Grid) -> dict[str, float]:
    fields = [set(h.fields) for h in grid.headings]
    have = set().union(*fields) if fields else set()
    first = {h.fields[0] for h in grid.headings if h.fields}
    numbers = bool(have & {"invoice_number", "your_document", "reference", "document_number"})
    result: dict[str, float] = {}
    if (
        numbers
        and first & {"paid", "discount", "withheld", "deduction", "gross"}
        and not first & {"quantity", "unit_price"}
    ):
        result["advice"] = 2.5 if first & {"paid", "discount", "withheld"} else 1.5
    paying = have & {"payment_reference", "payment_date", "advice_number"}
    if paying and numbers and first & {"paid", "gross", "amount"} and not first & {"quantity", "unit_price"}:
        result["advice"] = max(result.get("advice", 0) + 1.0, 2.0)
    if have & {"quantity", "ordered"} and have & {"unit_price"}:
        result["order"] = 1.5 if "order_number" not in first else 2.5
    elif (
        "quantity" in first
        and first & {"amount", "net_total", "total"}
        and first & {"item", "supplier_item", "description"}
    ):
        result["order"] = 1.0
    if have & {"delivered", "accepted", "rejected", "damaged"} and not have & {"unit_price", "paid"}:
        result["delivery"] = (
            2.0 if len(have & {"delivered", "accepted", "rejected", "damaged", "missing", "ordered"}) >= 2 else 1.0
        )
        if "receipt_number" in first:
            result["delivery"] += 1.0
    if _is_bank(first, have):
        result["bank"] = 3.0
    return result


def _is_bank(first: set[str], have: set[str]) -> bool:
    """Bookings of an account: a date, amounts, a text, and a balance, a value date or both sides; no invoices."""
    dated = bool(have & {"document_date", "value_date", "delivery_date", "payment_date"})
    money = bool(have & {"amount", "debit", "credit", "paid", "credit_note_number"})
    account = bool(have & {"payee_account", "balance_after", "closing_balance", "value_date", "bank_reference"})
    return (
        dated
        and money
        and account
        and not first & {"invoice_number", "your_document", "gross", "discount", "quantity", "due_date"}
    )


# Where one paper ends and the next begins.


def part_extents(pages: tuple[Page, ...], context: Context) -> list[Extent]:
    """Return the papers that the pages hold: a new one begins where a title stands again with another number."""
    whole = extent_of(pages, context)
    starts = _starts(whole)
    if len(starts) < 2:
        return [whole]
    chunks = [(start, starts[i + 1] if i + 1 < len(starts) else len(whole.rows)) for i, start in enumerate(starts)]
    chunks[0] = (0, chunks[0][1])
    merged: list[tuple[int, int, str | None]] = []
    for start, end in chunks:
        identity = _identity(whole, start, end)
        if merged and (identity is None or merged[-1][2] is None or identity == merged[-1][2]):
            merged[-1] = (merged[-1][0], end, merged[-1][2] or identity)
        else:
            merged.append((start, end, identity))
    if len(merged) < 2:
        return [whole]
    return [_sub_extent(whole, start, end) for start, end, _ in merged]


def _starts(whole: Extent) -> list[int]:
    """Return the rows where a paper may begin: the head of the block or page in which a title stands."""
    starts: list[int] = []
    family: str | None = None
    if whole.of_cells:
        return starts
    for line in headlines(whole.rows, 5_000):
        if line.weight + 0.03 * line.row < 2.4 or line.kind not in _FAMILY:
            continue
        family = family or _FAMILY[line.kind]
        start = _block_start(whole.rows, line.row)
        fresh = start == 0 or whole.rows[start - 1].page != whole.rows[start].page
        if _FAMILY[line.kind] != family and not fresh:
            continue  # "Purchase order  AG-4471" inside a goods receipt names what was received
        if start not in starts:
            starts.append(start)
    return sorted(starts)


def _block_start(rows: Sequence[Row], index: int) -> int:
    start = index
    while start > 0 and index - start < 8:
        above, here = rows[start - 1], rows[start]
        if above.page != here.page:
            break
        if here.top - above.top > 1.7 * max(here.bottom - here.top, 8.0) and index - start >= 0 and start != index:
            break
        if start == index and here.top - above.top > 1.7 * max(here.bottom - here.top, 8.0):
            break
        start -= 1
    return start


def _identity(whole: Extent, start: int, end: int) -> str | None:
    """Return the kind and number of a paper, as far as its head tells."""
    rows = whole.rows[start : min(end, start + 40)]
    lines = headlines(rows)
    families = {_FAMILY[h.kind] for h in lines if h.kind in _FAMILY and h.weight >= 2.0}
    family = min(families, default="")
    head = head_of(rows, whole.figures)
    fields = {
        "order": ("order_number",),
        "advice": ("payment_reference", "advice_number"),
        "delivery": ("receipt_number", "delivery_note", "tracking_number", "service_report"),
    }.get(family)
    if fields is None:
        return None
    found = head.number(*fields)
    if found is None and family == "order":
        titled = titled_number(Extent(whole.pages, rows, whole.context, False), head)
        return f"{family}:{titled[0]}" if titled else None
    return f"{family}:{found.value}" if found else None


def _sub_extent(whole: Extent, start: int, end: int) -> Extent:
    """Return a part of the rows as an extent; whole pages keep their declared tables."""
    rows = whole.rows[start:end]
    inside = {row.page for row in rows}
    outside = {row.page for row in (*whole.rows[:start], *whole.rows[end:])}
    if not inside & outside:
        pages = tuple(whole.pages[i] for i in sorted(inside))
        return extent_of(pages, whole.context)
    return Extent(whole.pages, rows, whole.context, False)
