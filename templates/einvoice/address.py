"""Free-text addresses, taken apart only as far as the country's own way of writing them proves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from templates.einvoice.model import Address

_LINES = 3  # BT-35, BT-36, BT-162

# Post codes by country, and where the town stands: before the code or after it.
_D4, _D5, _D6 = r"\d{4}", r"\d{5}", r"\d{6}"
_CODE_FIRST = {
    **dict.fromkeys("AT BE BG CH CY DK HU LI LU NO SI".split(), _D4),
    **dict.fromkeys("DE EE ES FI FR HR IT LT MC MX RS SM TR VA".split(), _D5),
    **dict.fromkeys("RO".split(), _D6),
    "CZ": r"\d{3} ?\d{2}", "GR": r"\d{3} ?\d{2}", "SE": r"\d{3} ?\d{2}", "SK": r"\d{3} ?\d{2}",
    "LV": r"LV-\d{4}", "NL": r"\d{4} ?[A-Z]{2}", "PL": r"\d{2}-\d{3}", "PT": r"\d{4}-\d{3}",
}  # fmt: skip
_CODE_LAST = {
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}", "SG": _D6, "IN": r"\d{3} ?\d{3}",
    "NZ": _D4, "ZA": _D4,
}  # fmt: skip
_WITH_REGION = {
    "US": r"\d{5}(?:-\d{4})?", "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "AU": _D4,
}  # fmt: skip
_REGION = r"[A-Z]{2,3}"
_TOWN = r"[^\d,\s][^\d,]{0,58}[^\d,\s]"

# A last line that is the country, in English and in its own languages: dropped, as the code says it.
_NAMES = {
    "AT": "Austria|Österreich", "AU": "Australia", "BE": "Belgium|Belgien|Belgique|België", "BG": "Bulgaria|България",
    "CA": "Canada|Kanada", "CH": "Switzerland|Schweiz|Suisse|Svizzera", "CY": "Cyprus",
    "CZ": "Czech Republic|Czechia|Česko|Česká republika|Tschechien",
    "DE": "Germany|Deutschland|Allemagne|Alemania|Germania|Duitsland",
    "DK": "Denmark|Danmark|Dänemark", "EE": "Estonia|Eesti|Estland", "ES": "Spain|España|Spanien|Espagne|Spagna|Spanje",
    "FI": "Finland|Suomi|Finnland", "FR": "France|Frankreich|Francia|Frankrijk",
    "GB": "United Kingdom|UK|Great Britain|England|Scotland|Wales|Northern Ireland|Großbritannien",
    "GR": "Greece|Ελλάδα|Griechenland", "HR": "Croatia|Hrvatska|Kroatien", "HU": "Hungary|Magyarország|Ungarn",
    "IE": "Ireland|Irland|Éire",
    "IN": "India", "IT": "Italy|Italia|Italien|Italie|Italië", "LI": "Liechtenstein", "LT": "Lithuania|Lietuva|Litauen",
    "LU": "Luxembourg|Luxemburg", "LV": "Latvia|Latvija|Lettland", "MC": "Monaco", "MX": "Mexico|México|Mexiko",
    "NL": "Netherlands|The Netherlands|Nederland|Niederlande|Pays-Bas|Holland", "NO": "Norway|Norge|Norwegen",
    "NZ": "New Zealand|Neuseeland", "PL": "Poland|Polska|Polen", "PT": "Portugal", "RO": "Romania|România|Rumänien",
    "RS": "Serbia|Srbija|Serbien", "SE": "Sweden|Sverige|Schweden", "SG": "Singapore|Singapur",
    "SI": "Slovenia|Slovenija|Slowenien",
    "SK": "Slovakia|Slovensko|Slowakei", "SM": "San Marino", "TR": "Turkey|Türkiye|Türkei",
    "US": "United States|United States of America|USA|U.S.A.|US", "VA": "Vatican City", "ZA": "South Africa|Südafrika",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Town:
    city: str
    post_code: str
    region: str = ""


def address_of(text: str, country: str, name: str = "") -> Address:
    """The address in the terms of EN 16931; where town and post code are not certain, all of it stands in the lines."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()][:12]
    if lines and lines[0].casefold() == name.strip().casefold():
        lines = lines[1:]
    pieces = [piece.strip() for piece in lines[0].split(",") if piece.strip()] if len(lines) == 1 else lines
    rest = pieces[:-1] if len(pieces) > 1 and _is_country(pieces[-1], country) else pieces
    for taken in (1, 2):
        town = _town(", ".join(rest[-taken:]), country) if len(rest) > taken else None
        if town:
            return Address(
                lines=_folded(rest[:-taken]),
                city=town.city,
                post_code=town.post_code,
                region=town.region,
                country=country,
            )
    return Address(lines=_folded(lines), country=country)


def _folded(lines: list[str]) -> tuple[str, ...]:
    return tuple([*lines[: _LINES - 1], ", ".join(lines[_LINES - 1 :])] if len(lines) > _LINES else lines)


def _is_country(line: str, country: str) -> bool:
    return line.casefold() in (country.casefold(), *_NAMES.get(country, "").casefold().split("|"))


def _full(pattern: str, line: str) -> re.Match[str] | None:
    return re.fullmatch(pattern, line, re.IGNORECASE) if len(line) <= 80 else None


def _town(line: str, country: str) -> _Town | None:
    if country in _CODE_FIRST:
        found = _full(rf"(?:[A-Z]{{1,3}}-)?({_CODE_FIRST[country]}),? +({_TOWN})", line)
        return _Town(found[2], found[1].upper()) if found else None
    if country in _CODE_LAST:
        found = _full(rf"({_TOWN}),? +({_CODE_LAST[country]})", line)
        return _Town(found[1], found[2].upper()) if found else None
    if country in _WITH_REGION:
        found = _full(rf"({_TOWN}),? +({_REGION}),? +({_WITH_REGION[country]})", line)
        return _Town(found[1], found[3].upper(), found[2].upper()) if found else None
    return None
