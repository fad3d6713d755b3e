"""Small builders of structured files, so that a test shows only what it is about."""

from agent.domain.documents import (
    BankStatement,
    DeliveryConfirmation,
    PurchaseOrder,
    RemittanceAdvice,
)
from parsers.edi import Structured, read_structured
from parsers.page import Limits


def x12(code: str, *segments: str, group: str = "XX", count: int | None = None, usage: str = "P") -> bytes:
    """One transaction set in its envelopes, with right counts unless another is given."""
    total = len(segments) + 2 if count is None else count
    return "~\n".join(
        (
            f"ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260316*0900*U*00401*000000001*0*{usage}*>",
            f"GS*{group}*BUYER*SELLER*20260316*0900*1*X*004010",
            f"ST*{code}*0001",
            *segments,
            f"SE*{total}*0001",
            "GE*1*1",
            "IEA*1*000000001~",
        )
    ).encode()


def edifact(kind: str, *segments: str, count: int | None = None, head: str = "") -> bytes:
    """One message in its interchange, with right counts unless another is given."""
    total = len(segments) + 2 if count is None else count
    lines = ("UNB+UNOC:3+BUYER+SELLER+260316:0900+7", f"UNH+1+{kind}:D:96A:UN", *segments, f"UNT+{total}+1", "UNZ+1+7'")
    return (head + "'".join(lines)).encode("latin-1")


def ubl(root: str, body: str) -> bytes:
    """A UBL document of that root element."""
    namespace = "urn:oasis:names:specification:ubl:schema:xsd:"
    return (
        f'<{root} xmlns="{namespace}{root}-2" xmlns:cac="{namespace}CommonAggregateComponents-2" '
        f'xmlns:cbc="{namespace}CommonBasicComponents-2">{body}</{root}>'
    ).encode()


def reading(data: bytes) -> Structured:
    result = read_structured(data, "paper", Limits())
    assert result is not None, "not recognised"
    return result


def words(result: Structured) -> str:
    return " | ".join(problem.what for problem in result.problems)


def the_order(data: bytes) -> PurchaseOrder:
    (document,) = reading(data).documents
    assert isinstance(document, PurchaseOrder)
    return document


def the_delivery(data: bytes) -> DeliveryConfirmation:
    (document,) = reading(data).documents
    assert isinstance(document, DeliveryConfirmation)
    return document


def the_advice(data: bytes) -> RemittanceAdvice:
    (document,) = reading(data).documents
    assert isinstance(document, RemittanceAdvice)
    return document


def the_statement(data: bytes) -> BankStatement:
    (document,) = reading(data).documents
    assert isinstance(document, BankStatement)
    return document
