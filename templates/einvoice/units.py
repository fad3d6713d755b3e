"""Units as people write them, in the codes of UN/ECE Recommendation 20 (with the packages of Recommendation 21)."""

from __future__ import annotations

from functools import cache

ONE = "C62"
MUTUALLY_DEFINED = "ZZ"  # what the lists have no code for, or what we cannot read

_WRITTEN = {
    "H87": "pc pcs pce pces piece pieces stk stck stück st pièce pièces pieza piezas pza pz pzs pezzo pezzi stuk stuks "
    "szt 個 개 ヶ 点 本 枚 台",
    "EA": "ea each",
    ONE: "one unit units un unité unités unidad unidades ud uds unità eenheid einheit",
    "SET": "set sets satz sätze jeu jeux juego juegos セット 세트",
    "PR": "pr pair pairs paar paare paire paires par pares paio paia",
    "DZN": "doz dz dzn dozen dozens dutzend douzaine docena dozzina dozijn",
    "CEN": "hundred",
    "MIL": "thousand tausend mille mil",
    "XBX": "bx box boxes schachtel boîte boîtes caja cajas scatola scatole doos 箱 박스",
    "XCT": "ct ctn ctns carton cartons karton kartons cartone cartoni",
    "XPK": "pk pkt pack packs package packages packung packungen paket pakete paquet paquets paquete "
    "paquetes pacco pak パック 팩",
    "XRO": "rl roll rolls rolle rollen rouleau rouleaux rollo rollos rotolo rotoli rol 롤",
    "XPX": "pal plt pallet pallets palette paletten palettes palé",
    "XBG": "bg bag bags beutel sac sacs bolsa bolsas sacco sacchi zak 袋",
    "XSA": "sack säcke",
    "XBO": "btl bottle bottles flasche flaschen bouteille bouteilles botella botellas bottiglia fles",
    "XCA": "can cans dose dosen",
    "XDR": "drum drums fass fässer fût fûts bidón",
    "XPA": "packet packets",
    "XTU": "tube tubes tuben",
    "HUR": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren 時間 시간",
    "DAY": "d day days tag tage jour jours día días giorno giorni dag dagen 日",
    "WEE": "wk week weeks woche wochen semaine semaines semana semanas",
    "MON": "mo month months monat monate mois mes meses mese mesi maand maanden 月 개월",
    "ANN": "yr year years jahr jahre an ans année año años anno jaar",
    "MIN": "min minute minutes minuten",
    "KGM": "kg kgs kilo kilos kilogram kilograms kilogramm",
    "GRM": "g gr gram grams gramm gramme grammes",
    "MGM": "mg",
    "TNE": "t tonne tonnes tonnen",
    "LBR": "lb lbs pound pounds",
    "ONZ": "oz ounce ounces",
    "MTR": "m mtr meter meters metre metres mètre mètres metro metros metri",
    "CMT": "cm",
    "MMT": "mm",
    "KMT": "km",
    "FOT": "ft foot feet",
    "INH": "in inch inches",
    "YRD": "yd yard yards",
    "MTK": "m2 m² qm sqm",
    "FTK": "ft2 ft² sqft",
    "CMK": "cm2 cm²",
    "MTQ": "m3 m³ cbm",
    "CMQ": "cm3 cm³",
    "LTR": "l ltr liter liters litre litres litro litros",
    "MLT": "ml",
    "CLT": "cl",
    "KWH": "kwh",
    "MWH": "mwh",
    "LS": "ls flat lump pauschal pauschale psch forfait",
    "P1": "%",
}


def code_of(unit: str) -> str:
    """The code of a unit: C62 where none is written, ZZ where the words are not known."""
    written = unit.strip().rstrip(".").casefold()
    return _codes().get(written, MUTUALLY_DEFINED) if written else ONE


@cache
def _codes() -> dict[str, str]:
    words = {word.casefold(): code for code, written in _WRITTEN.items() for word in written.split()}
    return {code.casefold(): code for code in _WRITTEN} | words
