"""Marks a PDF/A-3 that carries an e-invoice as Factur-X (ZUGFeRD), in its XMP metadata (Factur-X 1.0, 6.2.3).

The typesetter embeds the file but takes no metadata of others, so that the metadata stream is replaced in the finished
file and the offsets after it are moved. Nothing else changes, and the same file gives the same bytes.
"""

from __future__ import annotations

import re

from templates.errors import UnexpectedPdf

_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", "factur-x.xml", "The name of the embedded XML document"),
    ("DocumentType", "INVOICE", "The type of the hybrid document in capital letters"),
    ("Version", "1.0", "The version of the schema of the embedded XML document"),
    ("ConformanceLevel", "EN 16931", "The conformance level of the embedded XML document"),
)
_XREF = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_TABLE = re.compile(rb"xref\r?\n0 (\d+)\r?\n")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_METADATA = re.compile(rb"/Metadata (\d+) 0 R")
_STREAM = re.compile(rb"(\d+ 0 obj\s*<<[^>]*/Length )(\d+)([^>]*/Subtype/XML[^>]*>>\s*stream\r?\n)")
_BAG_END = b"</rdf:Bag></pdfaExtension:schemas>"
_RDF_END = b"</rdf:RDF>"
_ENTRY = 20  # bytes of an entry of the cross-reference table (ISO 32000-1, 7.5.4)


def labelled(pdf: bytes) -> bytes:
    """The same PDF with the Factur-X properties, and their description as PDF/A wants it (ISO 19005-3, 6.6.2.3)."""
    found = _XREF.search(pdf, len(pdf) - 64)
    table = _TABLE.match(pdf, int(found[1])) if found else None
    if not (found and table):
        raise UnexpectedPdf("a cross-reference table at its end")
    entries_at, count = table.end(), int(table[1])
    offsets = [int(pdf[at : at + 10]) for at in range(entries_at, entries_at + count * _ENTRY, _ENTRY)]
    trailer = entries_at + count * _ENTRY
    at = offsets[_reference(_METADATA, pdf, offsets[_reference(_ROOT, pdf, trailer)])]
    stream = _STREAM.match(pdf, at)
    if not stream:
        raise UnexpectedPdf("metadata in a plain stream")
    end = stream.end() + int(stream[2])
    metadata = _extended(pdf[stream.end() : end])
    head = stream[1] + str(len(metadata)).encode() + stream[3]
    moved = len(head) + len(metadata) - (end - at)
    entries = b"".join(
        f"{offset + moved if offset > at else offset:010}".encode() + pdf[place + 10 : place + _ENTRY]
        for offset, place in zip(offsets, range(entries_at, trailer, _ENTRY), strict=True)
    )
    start = int(found[1])
    rest = pdf[trailer : found.start(1)] + str(start + moved if start > at else start).encode() + pdf[found.end(1) :]
    return pdf[:at] + head + metadata + pdf[end:entries_at] + entries + rest


def _reference(pattern: re.Pattern[bytes], pdf: bytes, at: int) -> int:
    found = pattern.search(pdf, at, at + 4000)
    if not found:
        raise UnexpectedPdf("a catalog with metadata")
    return int(found[1])


def _extended(metadata: bytes) -> bytes:
    """The XMP packet with our properties, and their schema among those that are described already."""
    described, values = _schema().encode(), _values().encode()
    if _BAG_END in metadata:
        metadata = metadata.replace(_BAG_END, described + _BAG_END, 1)
    else:
        bag = b"<pdfaExtension:schemas><rdf:Bag>" + described + _BAG_END
        values += b'<rdf:Description rdf:about=""' + _PDFA_NAMESPACES + b">" + bag + b"</rdf:Description>"
    if _RDF_END not in metadata:
        raise UnexpectedPdf("metadata in RDF")
    return metadata.replace(_RDF_END, values + _RDF_END, 1)


_PDFA_NAMESPACES = (
    b' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'
)


def _values() -> str:
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value, _ in _PROPERTIES)
    return f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{values}</rdf:Description>'


def _schema() -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{description}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, _, description in _PROPERTIES
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
