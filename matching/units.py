"""Units of measure as papers write them, folded to one name (UNECE Recommendation 20 codes where there is one)."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

_WRITTEN = {
    "C62": "ea each pc pcs pce piece pieces st stk stck stück stueck unit units un u ud uds uds. unid unidad unidades "
    "pz pezzo pezzi pièce pièces piece stuk stuks szt szt. sztuk un. peça peças nr no c62 h87 個 개 本 枚 台 ケ 件 pcs. ea. st.",
    "HUR": "h hr hrs hour hours std std. stunde stunden heure heures hora horas ora ore uur godz hur 時間 시간",
    "DAY": "day days d tag tage jour jours día días dia dias giorno giorni dag dagen day dzień 日 일",
    "KGM": "kg kgs kilo kilogram kilogramm kilogramme kgm",
    "GRM": "g gr gram gramm gramme grm",
    "TNE": "t to ton tonne tonnes tne mt",
    "MTR": "m mtr meter metre mètre metro metri m. mètres meters",
    "MTK": "m2 m² sqm qm mtk",
    "MTQ": "m3 m³ cbm mtq",
    "LTR": "l ltr liter litre litro litri ltr.",
    "BX": "bx box boxes karton kartons ktn ctn cartons carton case cs boîte boite cartons caja cajas scatola doos 箱 박스 ケース カートン",
    "PK": "pk pack packs packung pkg pack. paquet paquete pacco pak 袋 팩",
    "PR": "pr pair pairs paar paire par paio 組 켤레",
    "SET": "set sets satz jeu juego kit セット 세트 式",
    "DZN": "dz dzn doz dozen dutzend",
    "RO": "ro roll rolls rolle rollen rouleau rollo rotolo rol 巻 롤",
    "PA": "pallet pallets palette paletten plt pal",
}
_FOLDED = {word: code for code, words in _WRITTEN.items() for word in words.split()}
_PACKS = frozenset({"BX", "PK", "SET", "DZN", "RO", "PA"})


def fold_unit(unit: str | None) -> str | None:
    """One name for all ways to write a unit; the folded text itself where it is none that is known."""
    if not unit or not unit.strip():
        return None
    text = unicodedata.normalize("NFKC", unit).casefold().strip().rstrip(".:")
    return _FOLDED.get(text, _FOLDED.get(text + ".", text.upper()))


def is_pack(unit: str | None) -> bool:
    """Whether the unit names a package that holds several pieces."""
    return fold_unit(unit) in _PACKS


def pieces(quantity: Decimal, unit: str | None, base_unit: str | None, pack_size: Decimal | None) -> Decimal | None:
    """The quantity in the base unit; None where the two units cannot be compared."""
    said, base = fold_unit(unit), fold_unit(base_unit)
    if said is None or said == base:
        return quantity
    if is_pack(said) and not is_pack(base) and pack_size:
        return quantity * pack_size
    if is_pack(base) and not is_pack(said) and pack_size:
        return quantity / pack_size
    return None
