"""Which currency a sign, code or word names (ISO 4217), and only where it names one alone."""

from __future__ import annotations

import re

from parsers.values.folding import drop_invisible, fold_width

# ISO 4217 active codes, without funds codes, metals and test codes.
ISO_CODES = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
    SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XOF XPF YER ZAR ZMW ZWG""".split()
)
# Codes that are also words or abbreviations of trade: a code only beside a figure, and only in capitals.
_SIGNS: dict[str, str | None] = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "円": "JPY",
    "₩": "KRW",
    "원": "KRW",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "₱": "PHP",
    "₦": "NGN",
    "₸": "KZT",
    "zł": "PLN",
    "zl": "PLN",
    "złotych": "PLN",
    "złote": "PLN",
    "kč": "CZK",
    "us$": "USD",
    "u$s": "USD",
    "us-$": "USD",
    "us-dollar": "USD",
    "usd$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "can$": "CAD",
    "cad$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "sg$": "SGD",
    "nt$": "TWD",
    "mx$": "MXN",
    "r$": "BRL",
    "sfr": "CHF",
    "sfr.": "CHF",
    "euro": "EUR",
    "euros": "EUR",
    "eur.": "EUR",
    "yen": "JPY",
    "ユーロ": "EUR",
    "米ドル": "USD",
    "달러": None,
    "유로": "EUR",
    "엔": "JPY",
    "rmb": "CNY",
    "人民币": "CNY",
    "人民幣": "CNY",
    "us dollars": "USD",
    "u.s. dollars": "USD",
    "dollars us": "USD",
    # Signs that several currencies share: an amount all the same, of a currency that something else must name.
    "$": None,
    "dollars": None,
    "dollar": None,
    "kr": None,
    "kr.": None,
    "rs": None,
    "rs.": None,
    "元": None,
    "ドル": None,
    "fr.": None,
    "reais": "BRL",
}


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_WORDS = [sign for sign in _SIGNS if sign[-1].isalpha() or sign[-1] == "."]
_MARKS = [sign for sign in _SIGNS if sign not in _WORDS]
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
# What may stand directly before or behind a figure; a word must not run on into another letter.
CURRENCY_PATTERN = (
    rf"(?:(?:{'|'.join(sorted(ISO_CODES))})(?![{_LATIN}])"
    rf"|(?i:{_alternatives([w for w in _WORDS if w[0].isascii() or w == 'złotych'])})(?![{_LATIN}])"
    rf"|(?i:{_alternatives(_MARKS)})"
    rf"|{_alternatives([w for w in _WORDS if not w[0].isascii()])})"
)
_ANY = re.compile(CURRENCY_PATTERN)
_IN_TEXT = re.compile(rf"(?<![{_LATIN}0-9]){CURRENCY_PATTERN}")


def currency_of(text: str) -> str | None:
    """Return the ISO 4217 code that exactly this text names alone: "€" EUR, "US$" USD; "$" and "kr" are None."""
    plain = fold_width(drop_invisible(text)).strip(" ()[]:")
    if plain.upper() in ISO_CODES and len(plain) == 3 and plain.isascii():
        return plain.upper()
    return _SIGNS.get(plain) or _SIGNS.get(plain.lower())


def is_currency(text: str) -> bool:
    """Tell whether the text is a currency sign, code or word at all, be it a shared one such as "$"."""
    plain = fold_width(drop_invisible(text)).strip()
    return (len(plain) == 3 and plain in ISO_CODES) or plain in _SIGNS or plain.lower() in _SIGNS


def find_currency(text: str) -> str | None:
    """Return the one currency that a running text names, None where it names none or several."""
    found: set[str] = set()
    for match in _IN_TEXT.finditer(fold_width(text)):
        code = currency_of(match.group())
        if code is not None:
            found.add(code)
    return found.pop() if len(found) == 1 else None


__all__ = ["CURRENCY_PATTERN", "ISO_CODES", "currency_of", "find_currency", "is_currency"]
