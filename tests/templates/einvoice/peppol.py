"""The rules that Peppol BIS Billing 3.0 adds to EN 16931, as far as they concern what we write, in our own words.

OpenPeppol's schematron is in no package of the index, so this stands in for it: each check names the rule it follows.
"""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_BILLING = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_SCHEMES = frozenset(
    """
    0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 0191 0192
    0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0221 0225
    0230 0235 0240 0242 0244 0245 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932
    9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959
    """.split()
)
_ALLOWANCES = frozenset("41 42 60 62 63 64 65 66 67 68 70 71 88 95 100 102 103 104 105".split())
_SLACK = Decimal("0.02")


def _path(*names: str) -> str:
    return "/".join((_CAC if name[0] != "@" else _CBC) + name.lstrip("@") for name in names)


def _text(node: ET.Element, *names: str) -> str:
    return node.findtext(_path(*names), "")


def _figure(node: ET.Element, *names: str, default: str = "0") -> Decimal:
    return Decimal(_text(node, *names) or default)


def broken_peppol_rules(xml: bytes) -> list[str]:
    """The numbers of the rules that the UBL document breaks."""
    root = ET.fromstring(xml)
    kind = root.tag.rpartition("}")[2]
    dates = [
        node for node in root.iter() if node.tag in {_CBC + "IssueDate", _CBC + "DueDate", _CBC + "ActualDeliveryDate"}
    ]
    seller, buyer = (
        root.find(_path("AccountingSupplierParty", "Party")),
        root.find(_path("AccountingCustomerParty", "Party")),
    )
    assert seller is not None and buyer is not None
    checks = {
        "R001": _text(root, "@ProfileID") != "",
        "R007": re.fullmatch(r"urn:fdc:peppol\.eu:2017:poacc:billing:\d\d:1\.0", _text(root, "@ProfileID")) is not None,
        "R002": len(root.findall(_path("@Note"))) <= 1,
        "R003": bool(_text(root, "@BuyerReference") or _text(root, "OrderReference", "@ID")),
        "R004": _text(root, "@CustomizationID") == _BILLING,
        "R008": all(len(node) or (node.text or "").strip() for node in root.iter()),
        "R010": _text(buyer, "@EndpointID") != "",
        "R020": _text(seller, "@EndpointID") != "",
        "R051": {node.get("currencyID") for node in root.iter()} - {None} == {_text(root, "@DocumentCurrencyCode")},
        "R053": len([one for one in root.findall(_path("TaxTotal")) if one.find(_path("TaxSubtotal")) is not None])
        == 1,
        "R061": _text(root, "PaymentMeans", "@PaymentMeansCode") not in {"49", "59"},
        "P0100": _text(root, f"@{kind}TypeCode") == ("380" if kind == "Invoice" else "381"),
        "F001": all(re.fullmatch(r"\d{4}-\d\d-\d\d", node.text or "") for node in dates),
        "CL008": all(one.get("schemeID") in _SCHEMES for one in root.iter(_CBC + "EndpointID")),
        "national": not _national(root, seller, buyer),
    }
    lines = root.findall(_path("InvoiceLine")) + root.findall(_path("CreditNoteLine"))
    found = [rule for rule, kept in checks.items() if not kept]
    return (
        found
        + [rule for one in root.iter(_CAC + "AllowanceCharge") for rule in _allowance(one)]
        + [rule for one in lines for rule in _line(one)]
        + [rule for one in root.iter(_CAC + "TaxCategory") for rule in _exemption(one)]
    )


def _allowance(node: ET.Element) -> list[str]:
    base, percent = _text(node, "@BaseAmount"), _text(node, "@MultiplierFactorNumeric")
    code, charge = _text(node, "@AllowanceChargeReasonCode"), _text(node, "@ChargeIndicator")
    off = abs(Decimal(base or 0) * Decimal(percent or 0) / 100 - _figure(node, "@Amount"))
    checks = {
        "R041": bool(base) or not percent,
        "R042": bool(percent) or not base,
        "R040": not base or off <= _SLACK,
        "R043": charge in {"true", "false"},
        "CL002": charge == "true" or not code or code in _ALLOWANCES,
        "CL003": charge == "false" or code in {"", "FC"},
    }
    return [rule for rule, kept in checks.items() if not kept]


def _line(node: ET.Element) -> list[str]:
    counted = node.find(_path("@InvoicedQuantity"))
    counted = node.find(_path("@CreditedQuantity")) if counted is None else counted
    assert counted is not None
    base = node.find(_path("Price", "@BaseQuantity"))
    sums = {flag: Decimal(0) for flag in ("true", "false")}
    for one in node.findall(_path("AllowanceCharge")):
        sums[_text(one, "@ChargeIndicator")] += _figure(one, "@Amount")
    per = Decimal(base.text or 1) if base is not None else Decimal(1)
    product = Decimal(counted.text or 0) * _figure(node, "Price", "@PriceAmount") / per
    checks = {
        "R120": abs(product + sums["true"] - sums["false"] - _figure(node, "@LineExtensionAmount")) <= _SLACK,
        "R121": per > 0,
        "R130": base is None or base.get("unitCode") == counted.get("unitCode"),
    }
    return [rule for rule, kept in checks.items() if not kept]


def _exemption(node: ET.Element) -> list[str]:
    category = {"VATEX-EU-G": "G", "VATEX-EU-AE": "AE", "VATEX-EU-IC": "K", "VATEX-EU-O": "O"}
    code = _text(node, "@TaxExemptionReasonCode")
    return ["P0104-P0111"] if category.get(code, _text(node, "@ID")) != _text(node, "@ID") else []


def _national(root: ET.Element, seller: ET.Element, buyer: ET.Element) -> bool:
    """Whether something lacks that the sellers' countries demand (DE-R, NL-R, IT-R)."""
    ours, theirs = (_text(one, "PostalAddress", "Country", "@IdentificationCode") for one in (seller, buyer))

    def located(party: ET.Element) -> bool:
        return all(_text(party, "PostalAddress", name) for name in ("@StreetName", "@CityName", "@PostalZone"))

    needed = {
        "IT": located(seller),
        "NL": located(seller) and (theirs != "NL" or located(buyer)),
        "DE": theirs != "DE"
        or (
            located(seller)
            and located(buyer)
            and root.find(_path("PaymentMeans")) is not None
            and all(_text(seller, "Contact", name) for name in ("@Name", "@Telephone", "@ElectronicMail"))
            and bool(_text(root, "@BuyerReference"))
        ),
    }
    return not needed.get(ours, True)
