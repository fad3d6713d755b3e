"""Measure the structured readers on papers that others wrote: `python tests/measure/edi_corpus.py CORPUS [-v]`.

CORPUS is a folder with checked-out repositories (edi_net, staedi, pydifact, zugferd_csharp_demodata, camt_genkgo,
camt053_py, mt940, bai2_moov, bai_lockbox, ofxparse); what is missing is skipped. The truth is what stands beside each
file: parsed JSON or YAML of the other project, or the XML read a second time by a plain XPath. PyYAML is needed for
MT940 only. Nothing here is a test: it prints counts of right and wrong values.
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.domain.documents import BankStatement, PurchaseOrder
from agent.domain.money import decimals_of
from parsers.edi import Structured, read_structured
from parsers.page import Limits


class Score:
    """Counts right and wrong values of one source, and says the wrong ones."""

    verbose = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: Counter[str] = Counter()

    def value(self, where: str, field: str, read: object, truth: object) -> None:
        right = read == truth
        self.counts["right" if right else "wrong"] += 1
        if not right and Score.verbose:
            print(f"    {self.name} {where}: {field} read {read!r}, truth {truth!r}")

    def saw(self, what: str) -> None:
        self.counts[what] += 1

    def __str__(self) -> str:
        return f"{self.name:14} " + ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))


def structured(path: Path, score: Score, data: bytes | None = None) -> Structured | None:
    try:
        result = read_structured(data or path.read_bytes(), path.name, Limits())
    except Exception as error:  # noqa: BLE001 - counting what must never happen
        score.saw("exceptions")
        print(f"    EXCEPTION {path}: {error!r}")
        return None
    score.saw("files")
    if result is None:
        score.saw("not recognised")
        return None
    for document in result.documents:
        score.saw(f"{document.kind.value} {document.footing.value}")
    if not result.documents:
        score.saw(f"no document ({result.format})")
    if Score.verbose:
        for problem in result.problems:
            print(f"    {score.name} {path.name}: {problem.what}")
    return result


def edi(corpus: Path, name: str, patterns: tuple[str, ...]) -> Score:
    score = Score(name)
    for pattern in patterns:
        for path in sorted((corpus / name).rglob(pattern)):
            structured(path, score)
    return score


def order_x(corpus: Path) -> Score:
    """Order-X: number, lines and totals against a second reading of the same XML by XPath."""
    from lxml import etree

    score = Score("order-x, CII")
    for path in sorted((corpus / "zugferd_csharp_demodata").rglob("*.xml")):
        result = structured(path, score)
        root = etree.fromstring(path.read_bytes().lstrip(b"\xef\xbb\xbf \r\n\t"))
        kind = root.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='TypeCode'])")
        is_order = etree.QName(root).localname.startswith("SCRDMCCBDACIO") and kind != "231"
        score.value(path.name, "is an order", bool(result and result.documents), is_order)
        if not is_order or not result or not result.documents:
            continue
        order = result.documents[0]
        assert isinstance(order, PurchaseOrder)
        score.value(
            path.name,
            "number",
            order.number,
            root.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='ID'])"),
        )
        lines = root.xpath("//*[local-name()='IncludedSupplyChainTradeLineItem']")
        score.value(path.name, "lines", len(order.lines), len(lines))
        for line, node in zip(order.lines, lines, strict=True):
            for field, name in (("amount", "LineTotalAmount"), ("quantity", "RequestedQuantity")):
                truth = node.xpath(f"string(.//*[local-name()='{name}'])")
                score.value(path.name, field, getattr(line, field), Decimal(truth) if truth else None)
        summation = root.xpath("//*[local-name()='SpecifiedTradeSettlementHeaderMonetarySummation']")[0]
        for field, name in (("total", "GrandTotalAmount"), ("tax_total", "TaxTotalAmount")):
            truth = summation.xpath(f"string(*[local-name()='{name}'])")
            score.value(path.name, field, getattr(order, field), Decimal(truth) if truth else None)
    return score


def _php_money(money: dict[str, Any]) -> Decimal:
    return Decimal(money["getAmount"]).scaleb(-decimals_of(money["getCurrency"]["getCode"]))


def _php_day(value: dict[str, Any] | None) -> date | None:
    return date.fromisoformat(value["0"][:10]) if value else None


def _php_entries(node: Any) -> Iterator[dict[str, Any]]:
    """All Entry objects of the dump, each once."""
    if isinstance(node, dict):
        if str(node.get("__CLASS__", "")).endswith("DTO\\Entry"):
            yield node
        for value in node.values():
            yield from _php_entries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _php_entries(value)


def _php_find(node: Any, name: str) -> Iterator[Any]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == name and value not in (None, "__RECURSIVITY__"):
                yield value
            yield from _php_find(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _php_find(value, name)


def camt(corpus: Path) -> Score:
    score = Score("camt_genkgo")
    for path in sorted((corpus / "camt_genkgo").rglob("*.xml")):
        result = structured(path, score)
        truth_path = path.with_suffix(".json")
        if result is None or not result.documents or not truth_path.exists():
            continue
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        entries = [e for e in _php_entries(truth) if e["getStatus"] in ("BOOK", None)]
        statements = [d for d in result.documents if isinstance(d, BankStatement)]
        lines = [line for statement in statements for line in statement.lines]
        signed = [
            -_php_money(e["getAmount"])
            if e["getCreditDebitIndicator"] == "DBIT" and e["getAmount"]["getAmount"][0] != "-"
            else _php_money(e["getAmount"])
            for e in entries
        ]
        score.value(path.name, "sum of the entries", sum(line.amount or 0 for line in lines), sum(signed))
        score.value(
            path.name,
            "booking days",
            {line.booked_on for line in lines},
            {_php_day(e["getBookingDate"]) for e in entries},
        )
        ends = set(_php_find(entries, "getEndToEndId")) - {"NOTPROVIDED"}
        score.value(path.name, "end-to-end ids", {line.end_to_end_id for line in lines} - {None}, ends)
        references = {r.get("getRef") for r in _php_find(entries, "getCreditorReferenceInformation")} - {None, ""}
        score.value(
            path.name, "creditor references", references <= {r for line in lines for r in line.references}, True
        )
        accounts = {s.account for s in statements}
        records = {
            a["getIdentification"] for a in _php_find(entries, "getAccount") if "getIban" in a or "getIssuer" in a
        }
        score.value(path.name, "account", accounts <= records or not records, True)
        for kind, field in (("opening", "opening"), ("closing", "closing")):
            said = [
                _php_money(b["getAmount"])
                for bs in _php_find(entries, "getBalances")
                for b in bs
                if isinstance(b, dict) and b["getType"] == kind
            ]
            if len(said) == 1 and len(statements) == 1:
                score.value(path.name, field, getattr(statements[0], field), said[0])
    return score


def _yaml_transactions(path: Path) -> list[dict[str, Any]]:
    """The movements of a dump of Python objects, which refer to each other, without building those objects."""
    import yaml

    def plain(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {key.value: plain(value) for key, value in node.value if key.value != "transactions"}
        if isinstance(node, yaml.SequenceNode):
            values = [plain(value) for value in node.value]
            return values[0] if len(values) == 1 else values
        if node.tag.endswith(":binary"):
            return base64.b64decode(node.value)
        return None if node.tag.endswith(":null") else node.value

    root = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    for key, value in root.value:
        if key.value == "transactions":
            return [plain(item).get("data", {}) for item in value.value]
    return []


def _yaml_day(value: Any) -> date | None:
    return date(value[0] * 256 + value[1], value[2], value[3]) if isinstance(value, bytes) and len(value) == 4 else None


def mt940(corpus: Path) -> Score:
    score = Score("mt940")
    try:
        import yaml  # noqa: F401
    except ImportError:
        print("mt940: PyYAML is not installed, only counting")
    paths = [*(corpus / "mt940").rglob("*.sta"), *(corpus / "mt940").rglob("mt940*.txt")]
    for path in sorted(paths):
        data = path.read_bytes()
        if b":20:" not in data:  # a fragment: given a head, so that it can be compared
            score.saw("fragments")
            data = b":20:X\n" + (b"" if b":25:" in data else b":25:1\n") + data
        result = structured(path, score, data)
        truth_path = path.with_suffix(".yml")
        if result is None or not result.documents or not truth_path.exists() or "yaml" not in sys.modules:
            continue
        truth = [t for t in _yaml_transactions(truth_path) if t.get("amount")]
        lines = [x for d in result.documents if isinstance(d, BankStatement) for x in d.lines]
        score.value(path.name, "number of movements", len(lines), len(truth))
        if len(lines) != len(truth):
            continue
        for line, its in zip(lines, truth, strict=True):
            amount = its["amount"]["amount"]
            score.value(path.name, "amount", line.amount, Decimal(amount))
            score.value(path.name, "value day", line.value_on, _yaml_day(its.get("date")))
            if its.get("bank_reference"):
                score.value(path.name, "bank reference", line.bank_reference, " ".join(its["bank_reference"].split()))
            for field, name in (("payer", "applicant_name"), ("end_to_end_id", "end_to_end_reference")):
                if its.get(name):
                    read = "".join((getattr(line, field) or "").split())
                    score.value(path.name, field, read, "".join(str(its[name]).split()))
    return score


def report(corpus: Path, *, verbose: bool) -> None:
    """Print the score of every structured source under `corpus`."""
    Score.verbose = verbose
    for score in (
        edi(corpus, "edi_net", ("*.EDI", "*.edi")),
        edi(corpus, "staedi", ("*.edi", "*.txt", "*.xml")),
        edi(corpus, "pydifact", ("*.edi", "*.lab", "*.ped")),
        order_x(corpus),
        camt(corpus),
        edi(corpus, "camt053_py", ("*.xml",)),
        mt940(corpus),
        edi(corpus, "bai2_moov", ("*.txt",)),
        edi(corpus, "bai_lockbox", ("*.bai",)),
        edi(corpus, "ofxparse", ("*.ofx",)),
    ):
        if score.counts:
            print(score)


def main() -> None:
    report(Path(sys.argv[1]), verbose="-v" in sys.argv)


if __name__ == "__main__":
    main()
