"""Tax numbers, countries and electronic addresses, told apart by their published forms."""

from __future__ import annotations

import re

from templates.einvoice.model import Identifier

# ISO 3166-1 alpha-2.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)
_ALSO = {"UK": "GB", "EL": "GR", "XI": "GB"}
_VAT_PREFIX = {"GR": "EL"}

# What follows the prefix in a VAT number (the forms that VIES publishes, and those of the neighbours).
_VAT_FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CH": r"E\d{9}(MWST|TVA|IVA)?", "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}", "DE": r"\d{9}", "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}", "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "GB": r"(\d{9}|\d{12}|GD\d{3}|HA\d{3})", "HR": r"\d{11}",
    "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}", "IT": r"\d{11}", "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}",
    "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"[0-9A-Z+*]{10}\d{2}", "NO": r"\d{9}MVA", "PL": r"\d{10}", "PT": r"\d{9}",
    "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}", "XI": r"(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
}  # fmt: skip
_OTHER_VAT_FORM = r"\d{5,13}[A-Z]{0,3}"  # elsewhere: the party's own country before a number

# EAS code list: schemes whose identifiers are VAT numbers, by prefix.
_SCHEMES = {
    "AT": "9914", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929", "DE": "9930", "EE": "9931", "ES": "9920",
    "FI": "0213", "FR": "9957", "GB": "9932", "HR": "9934", "HU": "9910", "IE": "9935", "IT": "0211", "LI": "9936",
    "LT": "9937", "LU": "9938", "LV": "9939", "MC": "9940", "ME": "9941", "MK": "9942", "MT": "9943", "NL": "9944",
    "PL": "9945", "PT": "9946", "RO": "9947", "RS": "9948", "SI": "9949", "SK": "9950", "SM": "9951", "TR": "9952",
    "VA": "9953",
}  # fmt: skip
_REGISTERS = frozenset({"0184", "0192", "0208"})  # their numbers name the legal entity as well


def country_of(code: str) -> str:
    """An ISO 3166-1 code, or nothing; `UK` and the tax prefixes mean their countries."""
    bare = code.strip().upper()
    bare = _ALSO.get(bare, bare)
    return bare if bare in COUNTRIES else ""


def vat_id(tax_id: str, country: str) -> str:
    """The VAT number with its prefix (BR-CO-09), or nothing where the text is not of that form.

    A label before it ("VAT no. GB 123 4567 89") is passed over.
    """
    words = tax_id.upper().replace(":", " ").split()[:8]
    for start in range(len(words)):
        bare = re.sub(r"[.\-/ ]", "", "".join(words[start:]))
        if _is_vat_id(bare, country):
            return bare
    return ""


def _is_vat_id(bare: str, country: str) -> bool:
    prefix, rest = bare[:2], bare[2:]
    if not bare.isascii():
        return False
    if prefix in _VAT_FORMS:
        return re.fullmatch(_VAT_FORMS[prefix], rest) is not None
    return prefix == _VAT_PREFIX.get(country, country) and re.fullmatch(_OTHER_VAT_FORM, rest) is not None


def tax_number(tax_id: str) -> str:
    """A tax number of another form, on one line."""
    return " ".join(tax_id.split())


def electronic_address(vat: str, email: str) -> Identifier | None:
    """BT-34, BT-49: by the VAT number where a scheme takes it (those can be routed), else the e-mail address."""
    by_number = _by_number(vat) if vat else None
    if by_number:
        return by_number
    return Identifier(email, "EM") if "@" in email else None


def legal_id(vat: str) -> Identifier | None:
    """BT-30, BT-47 where the VAT number is the number in the register of companies."""
    found = _by_number(vat) if vat else None
    return found if found and found.scheme in _REGISTERS else None


def _by_number(vat: str) -> Identifier | None:
    prefix, rest = vat[:2], vat[2:]
    match prefix:
        case "BE" if _mod_97(rest):
            return Identifier(rest, "0208")
        case "DK":
            return Identifier(vat, "0184")
        case "NO" if _mod_11(rest[:9]):
            return Identifier(rest[:9], "0192")
        case "SE" if _luhn(rest[:10]):
            return Identifier(rest[:10], "0007")
        case "EL":
            return Identifier(rest, "9933")
        case "IT" if not _luhn(rest):
            return None
        case _ if prefix in _SCHEMES:
            return Identifier(vat, _SCHEMES[prefix])
    return None


def _mod_97(digits: str) -> bool:
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _mod_11(digits: str) -> bool:
    weights = (3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
