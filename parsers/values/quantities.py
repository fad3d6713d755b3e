"""Quantities with their units, number words, and prices that stand for more than one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from parsers.values.amounts import Amount, amount_readings
from parsers.values.folding import drop_invisible, fold_width, fold_words

# Units as they are written, by what they mean (UN/ECE Recommendation 20 code where there is one, else a plain word).
_UNITS = {
    "H87": "pc pcs pce pces piece pieces pièce pièces ea each st stk stck stück stueck stuck ste szt sztuk sztuki"
    " sztuka un und unid unidad unidades ud uds u pz pza pzas pezzo pezzi nr stuks stuk peça peças unidade unité unités"
    " 個 ケ コ 本 枚 台 点 개 ea. ek adet units unit 지 pcs. stk. st. szt. uds. ud. pz. pcs",
    "BX": "bx box boxes karton ktn kartons kartonów cartons carton ctn ctns caja cajas caisse caisses scatola scatole doos"
    " 箱 ケース 박스 상자 pudełko pudełka pudełek caixa caixas kart case cases cs schachtel schachteln"
    " karton. ctn. bx. cart boîte boîtes",
    "SET": "set sets satz sätze jeu jeux juego juegos kit kits セット 式 세트 zestaw zestawy komplet conjunto",
    "PR": "pair pairs paar paare paire paires par pares paia coppia 対 組 켤레 para",
    "DZN": "dozen dz dzn doz dutzend douzaine docena dozzina dozijn duzia ダース",
    "HUR": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur godz godzin godziny 時間 시간",
    "DAY": "day days tag tage jour jours jornada jornadas giornata giornate dag dagen 人日",
    "KGM": "kg kgs kilogram kilo kilos kilogramm",
    "GRM": "g gr gram gramm",
    "TNE": "t to ton tons tonne tonnes tonnen toneladas tonnellate",
    "MTR": "m mtr meter metre metres metros metri lfm lm 미터",
    "MTK": "m2 m² qm sqm",
    "MTQ": "m3 m³ cbm",
    "LTR": "l ltr liter litre litres litros litri",
    "RO": "roll rolls rolle rollen rouleau rouleaux rollo rollos rotolo rotoli rol rollen ロール 롤 rolka rolki",
    "PK": "pack packs pk pkg package packages packung packungen paket pakete paquet paquets paquete paquetes pacco"
    " pacchi pak pakken パック 팩 ve pkt op opak opakowanie opakowania opakowań pck verpackung bundle bundles bund"
    " lot lots",
    "PF": "pallet pallets palette paletten palettes palet palets pallets bancale パレット 팔레트 paleta palety plt",
    "BG": "bag bags beutel sack säcke sac sacs saco sacos zak zakken 袋 포",
    "C62": "item items lot article articles",
    "SHEET": "sheet sheets blatt bogen feuille feuilles",
    "BO": "bottle bottles flasche flaschen bouteille bouteilles botella botellas 瓶 병",
    "DR": "drum drums fass fässer fût fûts bidón bidones tambor 缶 통",
    "REL": "reel reels spule spulen bobine bobines bobina",
}
_UNIT_OF = {fold_words(word): code for code, words in _UNITS.items() for word in words.split()}
_NUMBER_WORDS = {
    1: "one a an ein eine einen un une uno una een jeden jedna jedno um uma 一 하나 한",
    2: "two zwei deux dos due twee dwa dwie dois duas 二 둘 두",
    3: "three drei trois tres tre drie trzy três 三 셋 세",
    4: "four vier quatre cuatro quattro cztery quatro 四 넷 네",
    5: "five fünf cinq cinco cinque vijf pięć 五 다섯",
    6: "six sechs seis sei zes sześć 六 여섯",
    7: "seven sieben sept siete sette zeven siedem sete 七 일곱",
    8: "eight acht huit ocho otto osiem oito 八 여덟",
    9: "nine neun neuf nueve nove negen dziewięć 九 아홉",
    10: "ten zehn dix diez dieci tien dziesięć dez 十 열",
    11: "eleven elf onze once undici jedenaście",
    12: "twelve zwölf douze doce dodici twaalf dwanaście doze dozen",
}
_NUMBER_OF = {fold_words(word): Decimal(n) for n, words in _NUMBER_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: exact value, unit as written (None where none stands), and all values the figures allow."""

    value: Decimal
    unit: str | None
    text: str
    start: int = 0
    end: int = 0
    others: tuple[Decimal, ...] = ()  # "10.000" is also 10


@dataclass(frozen=True, slots=True)
class PriceBasis:
    """A price for `per` units: "18.40 / 100 PC". All readings of the price figure are kept."""

    prices: tuple[Amount, ...]
    per: Decimal
    unit: str | None


def unit_code(text: str) -> str | None:
    """Return what the unit means as a UN/ECE Recommendation 20 code ("H87" for pieces), None where unknown."""
    return _UNIT_OF.get(fold_words(drop_invisible(text)).strip(" ()[].:")) or _UNIT_OF.get(fold_words(text).strip())


def is_unit(text: str) -> bool:
    """Tell whether exactly this text is a unit of quantity in one of the languages."""
    return unit_code(text) is not None


def number_word(text: str) -> Decimal | None:
    """Return the value of a number word from one to twelve in one of the languages."""
    return _NUMBER_OF.get(fold_words(text).strip())


def _values(figures: str) -> tuple[Decimal, ...]:
    """Return the values of the figures of a quantity, whole numbers first: "10.000 St" is far oftener 10000 than 10."""
    readings = amount_readings(figures)
    ordered = sorted(readings, key=lambda r: (r.decimals > 0, r.value))
    return tuple(r.value for r in ordered if r.currency is None and not r.symbol)


_FIGURES = (
    r"(?<![0-9A-Za-z.,/_$€£¥₩-])-?(?:[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]{1,3}(?:[.,'][0-9]{3})+"
    r"|[0-9]{1,9})(?:[.,][0-9]{1,3})?"
)


@cache
def _in_text() -> re.Pattern[str]:
    units = sorted((re.escape(u) for u in _UNIT_OF), key=len, reverse=True)
    latin = "|".join(u for u in units if u[0].isascii())
    wide = "|".join(u for u in units if not u[0].isascii())
    words = "|".join(
        re.escape(w) for w in sorted(_NUMBER_OF, key=len, reverse=True) if w.isascii() and w not in ("a", "an")
    )
    return re.compile(
        rf"(?P<figures>{_FIGURES})(?: ?(?:x|×) ?(?=[a-z])| ?)(?P<unit>(?:{latin})(?![a-z0-9])|(?:{wide}))"
        rf"|(?<![a-z])(?P<word>{words}) (?:\([0-9]{{1,2}}\) )?(?P<unit2>(?:{latin})(?![a-z0-9]))"
    )


def quantity_of(text: str) -> Quantity | None:
    """Return the quantity that exactly this text is: "10.000 St", "50個", "16 HR", "4,000", "two boxes"."""
    plain = fold_words(drop_invisible(text)).strip(" .")
    match = _in_text().fullmatch(plain)
    if match:
        return _quantity(match, text, 0)
    values = _values(plain) if not plain.endswith("%") else ()
    if values:
        return Quantity(values[0], None, text, 0, len(text), values[1:])
    word = _NUMBER_OF.get(plain)
    return Quantity(word, None, text, 0, len(text)) if word is not None and plain not in ("a", "an") else None


def _quantity(match: re.Match[str], text: str, offset: int) -> Quantity | None:
    start, end = match.span()
    name = "unit" if match["unit"] else "unit2"
    unit = text[match.start(name) + offset : match.end(name) + offset]
    if match["word"]:
        return Quantity(_NUMBER_OF[match["word"]], unit, text[start:end], start, end)
    values = _values(match["figures"])
    if not values:
        return None
    return Quantity(values[0], unit, text[start:end], start, end, values[1:])


def find_quantities(text: str, skip: Iterable[tuple[int, int]] = ()) -> tuple[Quantity, ...]:
    """Return the quantities with a unit in running text, in reading order; spans in `skip` are left out."""
    blocked = tuple(skip)
    found: list[Quantity] = []
    for match in _in_text().finditer(fold_words(text)):
        if any(match.start() < b and a < match.end() for a, b in blocked):
            continue
        quantity = _quantity(match, text, 0)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


_PER_WORDS = r"(?:/|per|pro|par|por|a|je|à|za|als|p\.|every)"
_BASIS = re.compile(
    rf"(?P<price>.{{1,30}}?) ?(?:{_PER_WORDS}) ?(?P<per>[0-9][0-9.,']{{0,9}})? ?(?P<unit>[^\W\d_]{{1,12}}\.?)?"
)


_EACH = re.compile(r"(?P<price>.{1,30}?) ?(?P<per>(?!))?(?P<unit>(?i:ea|each|/ea|apiece|stk|pc|p/u))\.?")


# "576.09  1 PC": the price and what it stands for in columns of their own.
_SET_APART = re.compile(r"(?P<price>\S{1,20}[.,][0-9]{2,4}) (?P<per>1(?:0{1,3})?) (?P<unit>[^\W\d_]{1,6}\.?)")


def price_basis(text: str) -> PriceBasis | None:
    """Return price, quantity it stands for and unit of "18.40 / 100 PC", "16,90 je 100 St" or "46.50/EA".

    None where the text holds no price with a basis; a bare price has none.
    """
    plain = " ".join(fold_width(drop_invisible(text)).split())
    if len(plain) > _LENGTH_MAX:
        return None
    match = _EACH.fullmatch(plain)
    if match is None or not amount_readings(match["price"]):
        match = _BASIS.fullmatch(plain)
    if match is not None and not (match["per"] or match["unit"]):
        return None
    if match is None and (match := _SET_APART.fullmatch(plain)) is not None and not is_unit(match["unit"]):
        return None
    if match is None:
        return None
    prices = amount_readings(match["price"])
    per = _values(match["per"]) if match["per"] else (Decimal(1),)
    if not prices or not per or per[0] <= 0:
        return None
    if match["unit"] and not is_unit(match["unit"].strip("/")) and not match["per"] and match.re is _BASIS:
        return None
    return PriceBasis(prices, per[0], match["unit"])


_LENGTH_MAX = 60
