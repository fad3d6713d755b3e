"""All that a text can mean as an amount: decimal comma or point, grouping, sign, currency, in every usual notation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from agent.domain.money import decimals_of
from parsers.values.currencies import CURRENCY_PATTERN, currency_of
from parsers.values.folding import drop_invisible, fold_width, is_wide_letter


@dataclass(frozen=True, slots=True)
class Amount:
    """One reading of a text as an amount.

    `style` is what the text shows of its decimal mark: "point" (1,234.56), "comma" (1.234,56), "none" (grouped in a way
    that both use: 1 234) or "plain" (digits alone). `currency` is an ISO 4217 code, None where none or a shared sign
    such as "$" stands. `mark` is the debit or credit mark behind the figure, already applied to the sign.
    """

    value: Decimal
    decimals: int
    style: str
    grouping: bool
    currency: str | None
    text: str
    mark: str = ""
    symbol: str = ""  # the currency sign as it stands, shared ones ("$") too


@dataclass(frozen=True, slots=True)
class Found:
    """An amount in running text: where it stands (start, end) and all its readings."""

    start: int
    end: int
    readings: tuple[Amount, ...]

    @property
    def text(self) -> str:
        return self.readings[0].text


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    decimals: int
    style: str
    grouping: bool


_LENGTH_MAX = 60  # no amount is longer; a longer text is none, whatever it holds
_PLAIN = re.compile(r"0|[1-9][0-9]{0,14}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14}|)([.,])([0-9]{1,6})")
_GROUPED = re.compile(r"([1-9][0-9]{0,2})([., '])([0-9]{3}(?:\2[0-9]{3}){0,5})(?:([.,])([0-9]{1,6}))?")
_LAKH = re.compile(r"([1-9][0-9]?)((?:,[0-9]{2}){1,4}),([0-9]{3})(?:\.([0-9]{1,6}))?")  # 1,23,456.00 (India)
_DASHED = re.compile(r"(.*[0-9])([.,])(?:-{1,2}|=)")  # 1234,- and 1'234.- : no cents
_STYLE = {".": "point", ",": "comma"}
_OTHER_STYLE = {",": "point", ".": "comma", " ": "none", "'": "none"}


def _numbers(text: str) -> list[_Number]:
    """Read unsigned digits with separators in every way they allow."""
    if dashed := _DASHED.fullmatch(text):
        style = _STYLE[dashed[2]]
        return [
            _Number(n.value, 0, style, n.grouping)
            for n in _numbers(dashed[1])
            if n.decimals == 0 and n.style in (style, "plain", "none")
        ]
    readings: list[_Number] = []
    if _PLAIN.fullmatch(text):
        readings.append(_Number(Decimal(text), 0, "plain", False))
    if match := _DECIMAL.fullmatch(text):
        whole, mark, cents = match.groups()
        readings.append(_Number(Decimal(f"{whole or 0}.{cents}"), len(cents), _STYLE[mark], False))
    if (match := _GROUPED.fullmatch(text)) and match[4] != match[2]:
        readings.append(_grouped(match))
    if match := _LAKH.fullmatch(text):
        whole = (match[1] + match[2] + match[3]).replace(",", "")
        cents = match[4] or ""
        readings.append(_Number(Decimal(f"{whole}.{cents or 0}"), len(cents), "point", True))
    return readings


def _grouped(match: re.Match[str]) -> _Number:
    first, separator, rest, mark, cents = match.groups()
    whole = first + rest.replace(separator, "")
    style = _STYLE[mark] if mark else _OTHER_STYLE[separator]
    value = Decimal(f"{whole}.{cents}") if mark else Decimal(whole)
    return _Number(value, len(cents) if mark else 0, style, True)


# What stands around the digits. Marks: CR and H (Haben) reduce what is paid, DR and S (Soll) do not.
_FOOTNOTE = re.compile(r"[\u00b9\u00b2\u00b3\u2070-\u2079*†‡]+$")
_STARS = re.compile(r"^[*#]{2,}|^\*|[*#]{2,}$|\*$")
_LEAD_CURRENCY = re.compile(rf"({CURRENCY_PATTERN}) ?")
_TAIL_CURRENCY = re.compile(rf" ?({CURRENCY_PATTERN})$")
# H and S alone are also hours and seconds: only behind a figure with decimals.
_TAIL_MARK = re.compile(r"(?:(?<=[0-9)]) ?(CR|DR|Cr|Dr|cr|dr)|(?<=[.,][0-9]{2}) ?(H|S))\.?$")
_MULTIPLIER = re.compile(r"(?<=[0-9])(万|萬|만|億|억|千|천)(?=$| ?(?:円|元|원))")
_TIMES = {"万": 4, "萬": 4, "만": 4, "億": 8, "억": 8, "千": 3, "천": 3}
_NEGATIVE = "-▲△▼"
_OCR_GAP = re.compile(r"(?<=[0-9]{3}) (?=[.,][0-9]{2}$)|(?<=[0-9][.,]) (?=[0-9]{2}$)")


@dataclass(slots=True)
class _Shell:
    """What surrounds the digits, peeled off layer by layer."""

    core: str
    negative: bool = False
    both_signs: bool = False
    signs: tuple[str, ...] = ()
    mark: str = ""


def _peel(text: str) -> _Shell:
    shell = _Shell(text)
    while True:
        before = shell.core
        _peel_once(shell)
        if shell.core == before:
            return shell


def _peel_once(shell: _Shell) -> None:
    core = _STARS.sub("", shell.core).strip()
    if len(core) > 2 and core[0] + core[-1] in ("()", "<>"):
        shell.negative, core = True, core[1:-1].strip()
    if core.startswith(tuple(_NEGATIVE)) and not core.startswith("--"):
        shell.negative, core = True, core[1:].strip()
    elif core.startswith("+"):
        core = core[1:].strip()
    if match := _LEAD_CURRENCY.match(core):
        shell.signs, core = (*shell.signs, match[1]), core[match.end() :]
    if match := _TAIL_CURRENCY.search(core):
        shell.signs, core = (*shell.signs, match[1]), core[: match.start()]
    if match := _TAIL_MARK.search(core):
        shell.mark, core = (match[1] or match[2]).upper(), core[: match.start()]
        shell.negative = shell.negative or shell.mark in ("CR", "H")
    if len(core) > 1 and core[-1] == "-" and core[-2] in "0123456789 )":
        core = core[:-1].strip()
        # "￥55,000-" closes the figure in Japan and is a minus elsewhere: both readings stand.
        shell.both_signs = "¥" in shell.signs
        shell.negative = shell.negative or not shell.both_signs
    shell.core = core.removeprefix("金").removesuffix("也").removesuffix("整").strip()


def _currency(signs: tuple[str, ...]) -> tuple[str | None, bool]:
    """Return the currency that the signs agree on, and whether they agree at all."""
    codes = {code for code in map(currency_of, signs) if code is not None}
    return (codes.pop() if len(codes) == 1 else None), len(codes) <= 1 and len(signs) <= 2


@lru_cache(maxsize=50_000)
def amount_readings(text: str) -> tuple[Amount, ...]:
    """Return every reading of exactly this text as an amount; empty where it is none.

    Dates, times, percentages, telephone and document numbers are none. Values are exact, as written.
    """
    plain = drop_invisible(fold_width(text)).strip()
    if not plain or len(plain) > _LENGTH_MAX or not any("0" <= c <= "9" for c in plain):
        return ()
    shell = _peel(_FOOTNOTE.sub("", plain).strip())
    core, exponent = _OCR_GAP.sub("", shell.core), 0
    if match := _MULTIPLIER.search(core):
        core, exponent = core[: match.start()] + core[match.end() :], _TIMES[match[1]]
    currency, agree = _currency(shell.signs)
    if not agree:
        return ()
    numbers = _numbers(core)
    if currency and decimals_of(currency) == 0 and len(numbers) > 1:
        numbers = [number for number in numbers if number.decimals != 3]  # 385,000円 is no yen and three decimals
    readings: list[Amount] = []
    for number in numbers:
        readings.extend(_signed(number, shell, currency, exponent, text))
    return tuple(readings)


def _signed(number: _Number, shell: _Shell, currency: str | None, exponent: int, text: str) -> list[Amount]:
    # The yen has no decimals; the same sign with cents is another currency's.
    if currency == "JPY" and number.decimals in (1, 2) and not exponent and "JPY" not in shell.signs:
        currency = None
    value = number.value * 10**exponent
    if exponent:
        if value != value.to_integral_value():
            return []
        value = Decimal(int(value))
    decimals = 0 if exponent else number.decimals
    signs = (1, -1) if shell.both_signs and not shell.negative else (-1,) if shell.negative else (1,)
    symbol = shell.signs[0] if shell.signs else ""
    return [
        Amount(value * sign, decimals, number.style, number.grouping, currency, text, shell.mark, symbol)
        for sign in signs
    ]


def resolve_style(texts: Iterable[str]) -> str | None:
    """Return the decimal style ("point" or "comma") that the unambiguous texts prove, None where they do not agree."""
    proved: set[str] = set()
    for text in texts:
        styles = {reading.style for reading in amount_readings(text)}
        if len(styles) == 1:
            proved |= styles & {"point", "comma"}
    return proved.pop() if len(proved) == 1 else None


def reading_in(readings: tuple[Amount, ...], style: str | None) -> Amount | None:
    """Return the one reading there is, or the one in the given style; None where several remain."""
    fitting = readings if len(readings) == 1 else tuple(r for r in readings if r.style == style)
    return fitting[0] if len(fitting) == 1 else None


_CUR = CURRENCY_PATTERN
_IN_TEXT = re.compile(
    rf"(?P<pre>[(<]?[-+▲△▼]?(?:(?<![A-Za-zÀ-ɏ0-9])(?:{_CUR}) ?[-+]?|\*{{2,12}})?)"
    r"(?P<digits>[1-9][0-9]{0,2}(?: [0-9]{3}){1,4}(?![0-9])(?:[.,](?:[0-9]{1,6}|--?))?"
    r"|[0-9]{1,3}(?:[.,'][0-9]{2,3}){1,6}(?:[.,](?:[0-9]{1,6}|--?))?"
    r"|[0-9]{1,15}(?:[.,](?:[0-9]{1,6}|--?))?"
    r"|[.,][0-9]{2})"
    rf"(?P<post>(?:万|萬|만|億|억|千"
    rf"|천)?(?:[)>]\*?)?(?:-(?![0-9A-Za-z]))?(?: ?(?:{_CUR})(?! ?[0-9]))?(?:[)>]\*?)?(?:-(?![0-9A-Za-z]))?"
    r"(?: ?(?:CR|DR)(?![A-Za-z]))?)"
)
_JOINERS = "/:_#-.,'"


def find_amounts(text: str, skip: Iterable[tuple[int, int]] = ()) -> tuple[Found, ...]:
    """Return the numbers of a running text that can be amounts, in reading order, with all readings of each.

    Bare integers are among them (a caller knows whether one can be money); parts of dates, times, percentages,
    references, ranges and quantities with a unit joined to them are not. Spans in `skip` are left out.
    """
    folded = fold_width(text)
    for first, last in skip:  # the year before "549,63" groups no thousands of it
        folded = folded[:first] + "\x1f" * (min(last, len(folded)) - first) + folded[last:]
    found: list[Found] = []
    for match in _IN_TEXT.finditer(folded):
        start, end = _trim(folded, match)
        if not _stands_alone(folded, start, end, match):
            continue
        readings = amount_readings(text[start:end])
        if readings:
            found.append(Found(start, end, readings))
    return tuple(found)


def _trim(folded: str, match: re.Match[str]) -> tuple[int, int]:
    """Leave out a bracket that opens or closes something else, and a space-grouped integer's loose neighbours."""
    start, end = match.span()
    if folded[start] in "(<" and not (set(")>") & set(match["post"])):
        start += 1
    elif folded[start] not in "(<" and end > start and set(")>") & set(match["post"]):
        end = start + re.search(r"[)>]", folded[start:end]).start()  # type: ignore[union-attr]
    return start, end


def _stands_alone(folded: str, start: int, end: int, match: re.Match[str]) -> bool:
    before = folded[start - 1] if start else " "
    two_before = folded[start - 2] if start > 1 else " "
    opened = folded[start] in "(<"
    if before.isalnum() and not is_wide_letter(before) and not opened:
        return False
    if (
        not opened
        and before in _JOINERS
        and (two_before.isdigit() or (before in "/_#-'" and two_before.isalnum()) or before == "#")
    ):
        return False
    after = folded[end] if end < len(folded) else " "
    two_after = folded[end + 1] if end + 1 < len(folded) else " "
    money = any(c in match["digits"] for c in ".,'")
    if after.isalnum():
        return is_wide_letter(after) and (bool(match["post"]) or (money and _is_particle(after)))
    if after in "%‰°" or (after == " " and two_after in "%‰"):
        return False
    return not (after in "/:-.,'_" and two_after.isalnum() and not (after == "/" and money)) or (
        after in ".," and two_after.isalpha()
    )


def _is_particle(char: str) -> bool:
    return "\u3040" <= char <= "\u309f" or char in "을를이가은는로의만에와과"
