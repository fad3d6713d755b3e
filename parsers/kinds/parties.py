"""Names of parties: the letterhead, names behind labels, names in headlines, blocks of address lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.kinds.header import Found, Head
from parsers.kinds.words import fields_of, hits_in
from parsers.layout.columns import is_numeric
from parsers.layout.fields import How, Labelled
from parsers.layout.segments import Row, Segment
from parsers.lexicon import titles_in
from parsers.values.currencies import is_currency
from parsers.values.dates import find_dates
from parsers.values.folding import fold_words

_LEGAL = re.compile(
    r"(?:\b(?:inc|llc|ltd|limited|plc|corp|corporation|company|co|gmbh|ag|kg|kgaa|ohg|se|sa|sas|sarl|s\.a\.s|s\.a|s\.l"
    r"|sl|slu|s\.r\.l|srl|s\.p\.a|spa|bv|b\.v|nv|n\.v|ab|as|a/s|oy|oyj|aps|sp\. ?z ?o\.? ?o|s\.r\.o|a\.s|ltda|lda|s/a"
    r"|l\.p|e\.k|ohg|n\.a|pty|pte|pvt|llp|lp|group|holdings?|trust|council|university|hospital|authority|gruppe|groupe|grupo)\b)"
    r"|株式会社|有限会社|合同会社|\(株\)|（株）|㈱|주식회사|\(주\)|（주）|㈜|유한회사|有限公司",
    re.I,
)
_ADDRESSEE = re.compile(r"(?:御中|貴中|様|殿|귀중|귀하|님께)\s*$")
_WIDE_LEGAL = re.compile(r"株式会社|有限会社|合同会社|\(株\)|（株）|㈱|주식회사|\(주\)|（주）|㈜|유한회사|有限公司")
_CUT = re.compile(r" [·•|–—] | - |\s{2,}|, (?=\d|[A-Z]{2} )|; ")
_HEADLINES = (
    re.compile(
        r"^(?:payment|pago|paiement|pagamento|zahlung|betaling) (?:from|de|da|von|van) (?P<name>[^\n:]{2,60}?)\s*$",
        re.I,
    ),
    re.compile(r"\bfrom (?P<name>[^\n:]{2,60}?)\s*$", re.I),
    re.compile(
        r"^(?:\w{2,10}: )?(?P<name>[^\n:]{2,60}?) (?:has (?:issued|paid|sent|made|initiated|scheduled)|paid you)\b",
        re.I,
    ),
    re.compile(
        r"(?:bestellung|auftrag|order|commande|pedido|ordine|zam[oó]wienie|encomenda) (?:von|from|de|da|van|od) (?:la |der )?"
        r"(?P<name>[^\n:]{2,60}?) (?:vom|dated|of|du|del|van|z dnia|em|on)\b",
        re.I,
    ),
    re.compile(
        r"(?:behalf of|orden de|im auftrag (?:von|der)|ordre de)(?: (?:our|nuestro|unseres?|notre) \w+)? "
        r"(?P<name>[A-ZÀ-Ý][^\n:()]{2,60}?)(?= \(|,? [a-zà-ý]{2,} |$)"
    ),
)
_TITLED = _HEADLINES[1]  # "… from X" counts where the line is a title
_HEAD_ROWS = 14


def clean_name(text: str) -> str | None:
    """Return the name that a line begins with, without address, department and titles behind it."""
    pieces = [piece.strip(" ,;:*") for piece in _CUT.split(text.strip(" :*|·"))]
    firms = [piece for piece in pieces if _LEGAL.search(piece) and not any(c.isdigit() for c in piece)]
    plain = firms[0] if firms and not _LEGAL.search(pieces[0]) else pieces[0]
    if not plain[:1].isalnum() and plain[:1] not in "(（㈜㈱":
        return None
    if _WIDE_LEGAL.search(plain):
        plain = _wide_firm(plain)
    if ", " in plain:
        head, tail = plain.split(", ", 1)
        if any(c.isdigit() for c in tail) or not _LEGAL.search(tail):
            plain = head
    plain = plain.rstrip(" ,;、，")
    letters = sum(c.isalpha() for c in plain)
    digits = sum(c.isdigit() for c in plain)
    if letters < 3 or digits > letters or len(plain) > 80 or "@" in plain or plain.lower().startswith(("http", "www.")):
        return None
    return plain


def _wide_firm(text: str) -> str:
    """The firm in a line of Han, Kana or Hangul: the word with the legal form, with its neighbour where it stands alone.

    "한빛전자 주식회사" and "주식회사 한빛전자" are one name each; "株式会社青空" is one word.
    """
    words = text.split()
    for index, word in enumerate(words):
        if not (match := _WIDE_LEGAL.search(word)):
            continue
        if match.group() != word:
            return word if len(word) > 3 else text
        other = index - 1 if index else index + 1
        if 0 <= other < len(words) and not fields_of(words[other]):
            return " ".join(words[min(index, other) : max(index, other) + 1])
        return " ".join(words[index : index + 2])
    return text


_LETTERS = str.maketrans({"0": "O", "1": "I", "5": "S", "8": "B", "l": "I"})


def unscanned(name: str) -> str:
    """Return a scanned name with the figures in its words made the letters they stand for ("C0NSTRUCTI0N")."""
    return " ".join(
        word.translate(_LETTERS)
        if sum(c.isupper() for c in word) >= 2 and sum(c.isdigit() for c in word) * 3 <= len(word)
        else word
        for word in name.split()
    )


def has_legal_form(text: str) -> bool:
    return bool(_LEGAL.search(text))


_CLOSING = re.compile(
    r"\W*(?:(?:mit|viele|beste|freundliche)\w* .{0,14}gr(?:ü|ue)(?:ß|ss)e|(?:best|kind|warm)\w* regards|sincerely|yours|thank you"
    r"|cordialement|bien à vous|saludos|atentamente|atenciosamente|cordiali saluti|distinti saluti|met vriendelijke|z poważaniem)",
    re.I,
)
_STREET = re.compile(
    r"\b(?:street|st\.|road|rd|avenue|ave|lane|drive|boulevard|blvd|suite|floor|p\.? ?o\.? box|postfach|rue|via|viale|calle"
    r"|c/|avda|rua|ul\.|ulica|aleja)\b|(?:strasse|stra(?:ß|ss)e|str\.|weg|platz|allee|straat|laan|plein|gatan|vej)\b",
    re.I,
)


def is_addressee(text: str) -> bool:
    """Whether the line addresses someone ("… 御中"): the receiver of the paper, never its author."""
    return bool(_ADDRESSEE.search(text.strip()))


def _is_name(segment: Segment, own: Sequence[str]) -> str | None:
    text = segment.text
    if is_addressee(text) or is_numeric(text) or len(text) > 120 or ": " in text or text.endswith((":", ",")):
        return None
    text = without_title(text)
    if not text or fields_of(text) or find_dates(text):
        return None
    hits = hits_in(text)
    named = has_legal_form(text)
    if hits and hits[0].start == 0 and sum(c.isdigit() for c in text[hits[0].end :]) >= 2 and not named:
        return None
    if _CLOSING.match(text):
        return None
    if hits and sum(h.end - h.start for h in hits) * 2 >= len(text.replace(" ", "")) and not has_legal_form(text):
        return None
    name = None if _is_sentence(text) and not has_legal_form(text) else clean_name(text)
    if name and sum(c.isdigit() for c in name) >= 3 and not named:
        return None  # the name of a report or a form: "RPT AP0441R1"
    if name and _STREET.search(name) and any(c.isdigit() for c in name) and not named:
        return None
    if name is None or _is_own(name, own) or (_is_sentence(name) and not named) or is_currency(name):
        return None
    return name


_NUMBER_BEHIND = re.compile(r"[ :.#°º-]*(?:n[or]\.?|number)?[ :.#°º-]*[\w/.-]*\d[\w/.-]*", re.I)


def without_title(text: str) -> str:
    """Return a line without the title of the document in it: "ORDER FORM - Wexcombe Borough Council"."""
    hits = titles_in(text)
    if not hits:
        return text
    letters = sum(c.isalpha() for c in text)
    covered = sum(hit.span[1] - hit.span[0] for hit in hits)
    rest = text
    for hit in sorted(hits, key=lambda h: -h.span[0]):
        if hit.span[0] == 0 or hit.span[1] == len(text.rstrip()):
            rest = rest[: hit.span[0]] + rest[hit.span[1] :]
        elif _NUMBER_BEHIND.fullmatch(text[hit.span[1] :]):
            rest = rest[: hit.span[0]]
    rest = rest.strip(" -–—:·|*()#")
    return rest if rest != text.strip() and (covered < letters) else ("" if covered * 3 >= letters * 2 else text)


def _is_sentence(text: str) -> bool:
    """Words of prose: many of them, most without a capital, or a full stop or question in between."""
    words = [w for w in text.split() if w.isalpha() and len(w) > 3]
    small = [w for w in words if w[:1].islower()]
    stops = [w for w in text.split()[:-1] if w.endswith(".") and len(w) > 4 and not _LEGAL.fullmatch(w.strip("."))]
    ended = text.rstrip().endswith(".") and len(text.split()) >= 3 and not _LEGAL.search(text)
    return (
        ended
        or len(text.split()) > 9
        or "?" in text
        or bool(stops)
        or (len(words) >= 3 and len(small) * 2 > len(words))
    )


def _is_own(name: str, own: Sequence[str]) -> bool:
    folded = fold_words(name)
    return any(len(o) >= 4 and (fold_words(o) in folded or folded in fold_words(o)) for o in own)


def letterhead(
    rows: Sequence[Row],
    own: Sequence[str],
    labelled: frozenset[tuple[int, float, float]] = frozenset(),
    skipped: frozenset[int] = frozenset(),
) -> tuple[str, Segment] | None:
    """Return the name in the head of the paper: one with a legal form before the first that looks like a name.

    `own` are names that are not the author's (ours, the supplier's); `labelled` are places of values with a label.
    """
    for index, row in enumerate(rows[:_HEAD_ROWS]):
        for segment in row.segments if index not in skipped else ():
            if (segment.page, segment.top, segment.x0) in labelled:
                continue
            if (name := _is_name(segment, own)) is not None:
                return name, segment
    return None


def wide_author(rows: Sequence[Row], own: Sequence[str]) -> tuple[str, Segment] | None:
    """Return the firm with an East Asian legal form that is not addressed: there the author stands on the right."""
    for row in [*rows[:_HEAD_ROWS], *rows[-4:]]:
        for segment in row.segments:
            text = segment.text
            if is_addressee(text) or not _WIDE_LEGAL.search(text) or (hits_in(text)[:1] and ":" in text):
                continue
            name = clean_name(text)
            if name and not _is_own(name, own):
                return name, segment
    return None


def headline_name(rows: Sequence[Row], own: Sequence[str]) -> tuple[str, Segment] | None:
    """Return the name in a headline that tells who pays or orders: "Remittance Advice from X", "X has paid you"."""
    for row in rows[:_HEAD_ROWS]:
        for segment in row.segments:
            for pattern in _HEADLINES:
                match = pattern.search(segment.text)
                if match is None or (pattern is _TITLED and not titles_in(segment.text)):
                    continue
                name = clean_name(match["name"])
                if name and not _is_own(name, own) and not titles_in(name):
                    return name, segment
    return None


def name_behind(head: Head, own: Sequence[str], *fields: str) -> Found | None:
    """Return the name behind one of the labels: a name, not a number, date or another label."""

    def reading(labelled: Labelled) -> str | None:
        if labelled.how is How.INLINE or not labelled.at_start or labelled.row in head.table_rows:
            return None
        if is_addressee(labelled.value) or fields_of(labelled.value) or find_dates(labelled.value):
            return None
        for text in (labelled.value, *labelled.under[:1]) if labelled.how is How.BELOW else (labelled.value,):
            name = clean_name(_without_number(text))
            if name and not is_numeric(name) and not find_dates(name):
                return None if _is_own(name, own) else name
        return None

    return head.pick(reading, *fields)


def _without_number(text: str) -> str:
    """Leave off an account number before a name: "4300-221  SUMINISTROS HALDEN"."""
    words = text.split()
    while words and any(c.isdigit() for c in words[0]) and len(words) > 1:
        words.pop(0)
    return " ".join(words)


def block_behind(head: Head, *fields: str) -> tuple[str | None, str | None, Segment] | None:
    """Return name, address and place of the block beside or below a label such as "Ship to"."""
    for labelled in head.candidates(*fields):
        if labelled.row in head.table_rows or not labelled.at_start or not any(c.isalpha() for c in labelled.value):
            continue
        if labelled.how is How.INLINE and not _begins_like_name(labelled.value):
            continue
        lines = [labelled.value, *_block_lines(labelled)]
        return _name_and_address(lines, labelled)
    return None


def _begins_like_name(text: str) -> bool:
    return text[:1].isupper() or text[:1].isdigit()


def _block_lines(labelled: Labelled) -> list[str]:
    lines: list[str] = []
    if labelled.how is How.COLON and len(labelled.value) > 30:
        return lines
    for text in labelled.under[:6]:
        hits = hits_in(text)
        if (hits and hits[0].start == 0 and (text[hits[0].end :].lstrip()[:1] == ":" or fields_of(text))) or titles_in(
            text
        ):
            break
        lines.append(text)
    return lines


def _name_and_address(lines: list[str], labelled: Labelled) -> tuple[str | None, str | None, Segment]:
    return (*name_and_address(lines), labelled.place)


def name_and_address(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the name that a block of lines begins with, and the rest of it as one line."""
    first = lines[0]
    head, _, tail = first.partition(", ")
    if tail and has_legal_form(tail.split(",")[0]) and not any(c.isdigit() for c in tail.split(",")[0]):
        more, _, rest = tail.partition(", ")
        head, tail = f"{head}, {more}", rest
    if "@" in head:
        return None, None
    address = ", ".join(part for part in (tail, *lines[1:]) if part) or None
    name: str | None = head.strip() or None
    if name and name[0].isdigit():
        name, address = None, ", ".join(lines)
    return name, address
