"""Units of measure as papers write them, folded to one name (UNECE Recommendation 20 codes where there is one)."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

_WRITTEN = {
    "C62": "ea each pc pcs pce piece pieces st stk stck stück stueck unit units un u ud uds unid unidad unidades "
    "pz pezzo pezzi pièce pièces stuk stuks szt sztuk peça peças nr c62 h87 nar 個 개 本 枚 台 ケ 件 个",
    "HUR": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur godz hur 時間 시간 小时",
    "DAY": "day days d tag tage jour jours día días dia dias giorno giorni dag dagen dzień 日 일 天",
    "MON": "month months monat monate mois mes meses mese mesi maand maanden mon ヶ月 개월",
    "KGM": "kg kgs kilo kilogram kilograms kilogramm kilogramme kgm",
    "GRM": "g gr gram grams gramm gramme grm",
    "TNE": "t to ton tons tonne tonnes tne mt",
    "LBR": "lb lbs pound pounds lbr",
    "MTR": "m mtr meter meters metre metres mètre mètres metro metri",
    "CMT": "cm cmt",
    "MMT": "mm mmt",
    "FOT": "ft foot feet fot",
    "MTK": "m2 sqm qm mtk",
    "MTQ": "m3 cbm mtq",
    "LTR": "l ltr liter litre liters litres litro litri",
    "MLT": "ml mlt",
    "BX": "bx xbx box boxes karton kartons kar ktn ctn ct xct carton cartons case cases cs boîte boite boîtes caja "
    "cajas scatola scatole doos 箱 박스 ケース カートン",
    "PK": "pk xpk pack packs packung packungen pkg ve pak pakken paquet paquete paquetes pacco 袋 팩",
    "BG": "bg xbg bag bags beutel sack sac bolsa",
    "RO": "ro xro roll rolls rolle rollen rouleau rouleaux rollo rollos rotolo rol 巻 롤",
    "PA": "pa xpx pallet pallets palette paletten plt pal パレット 팔레트",
    "SET": "set sets satz jeu juego kit kits セット 세트 式",
    "PR": "pr pair pairs paar paire par paio 組 켤레",
    "DZN": "dz dzn doz dozen dozens dutzend douzaine docena",
    "CEN": "cen hundred hundert 百",
    "MIL": "mil tsd tausend thousand thsd mille 千",
}
_FOLDED = {word: code for code, words in _WRITTEN.items() for word in words.split()}

# Packages whose content is a matter of the item: its pack size says how many base units one holds.
_PACKS = frozenset({"BX", "PK", "BG", "RO"})

# How many of the base unit one of them is, whatever the item: (family, factor).
_FIXED = {
    "C62": ("count", Decimal(1)),
    "DZN": ("count", Decimal(12)),
    "CEN": ("count", Decimal(100)),
    "MIL": ("count", Decimal(1000)),
    "GRM": ("weight", Decimal(1)),
    "KGM": ("weight", Decimal(1000)),
    "TNE": ("weight", Decimal(1_000_000)),
    "MMT": ("length", Decimal(1)),
    "CMT": ("length", Decimal(10)),
    "MTR": ("length", Decimal(1000)),
    "MLT": ("volume", Decimal(1)),
    "LTR": ("volume", Decimal(1000)),
}


def fold_unit(unit: str | None) -> str | None:
    """One name for all ways to write a unit; the folded text itself where it is none that is known."""
    if not unit or not unit.strip():
        return None
    text = unicodedata.normalize("NFKC", unit[:40]).casefold().strip().rstrip(".:").strip()
    return _FOLDED.get(text, text.upper()) or None


def is_time(unit: str | None) -> bool:
    """Whether it counts time: what is billed by it has to be told, for nobody knows it in advance."""
    return fold_unit(unit) in ("HUR", "DAY")


def is_pack(unit: str | None) -> bool:
    """Whether the unit names a package that holds several pieces, as many as the item's pack size says."""
    return fold_unit(unit) in _PACKS


def is_piece(unit: str | None) -> bool:
    """Whether the unit counts single things."""
    return fold_unit(unit) == "C62"


def pieces(quantity: Decimal, unit: str | None, base_unit: str | None, pack_size: Decimal | None) -> Decimal | None:
    """The quantity in the base unit; None where the two units cannot be compared.

    A missing unit is the base unit. Fixed measures (dozen, thousand, gram, metre) convert by what they are; packages
    by the item's pack size, and only if it has one; pallets, sets and pairs never, for nobody says what they hold.
    """
    said, base = fold_unit(unit), fold_unit(base_unit)
    if said is None or base is None or said == base:
        return quantity
    if said in _FIXED and base in _FIXED:
        (family, factor), (other, divisor) = _FIXED[said], _FIXED[base]
        return quantity * factor / divisor if family == other else None
    if not pack_size or pack_size <= 0:
        return None
    if said in _PACKS and base not in _PACKS:
        return quantity * pack_size
    if base in _PACKS and said == "C62":
        return quantity / pack_size
    return None
