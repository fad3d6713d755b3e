"""What strangers send: files cut anywhere, segments lost, digits changed, bytes of anything."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.domain.documents import Footing
from parsers.edi import read_structured
from parsers.page import Limits
from tests.parsers.edi.shaping import x12

GOLDEN = sorted(p for p in (Path(__file__).parent / "golden").iterdir() if p.suffix != ".json")
COUNTED = [path for path in GOLDEN if path.suffix != ".csv"]  # a delimited list has no control totals


def lines_proved(data: bytes) -> list[int | None]:
    """For each document how many lines it has, None where its footing proves nothing."""
    result = read_structured(data, "paper", Limits())
    if result is None:
        return []
    assert result.documents or result.problems, "a file that is recognised says something"
    return [
        len(getattr(document, "lines", ())) if document.footing is Footing.PROVED else None
        for document in result.documents
    ]


@pytest.mark.parametrize("path", COUNTED, ids=lambda path: path.name)
def test_a_file_cut_anywhere_never_proves_fewer_lines_than_it_had(path: Path) -> None:
    data = path.read_bytes()
    whole = lines_proved(data)
    for end in range(0, len(data), 1 if len(data) < 2500 else 3):
        for index, count in enumerate(lines_proved(data[:end])):
            assert count is None or count == whole[index], f"cut after {end} bytes"


@pytest.mark.parametrize(
    "path", [p for p in COUNTED if p.suffix in (".edi", ".bai", ".sta")], ids=lambda path: path.name
)
def test_a_file_that_lost_a_line_never_proves_fewer_lines_than_it_had(path: Path) -> None:
    pieces = path.read_bytes().splitlines(keepends=True)
    whole = lines_proved(path.read_bytes())
    for index in range(len(pieces)):
        for number, count in enumerate(lines_proved(b"".join(pieces[:index] + pieces[index + 1 :]))):
            assert count is None or (number < len(whole) and count >= (whole[number] or 0)), pieces[index]


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("x12_820_information_only.edi", b"12201"),
        ("edifact_remadv.edi", b"MOA+12:11662"),
        ("ubl_remittance_with_credit.xml", b'"EUR">9600.00</cbc:BalanceAmount'),
        ("camt053_batch_and_return.xml", b'"EUR">8000.00'),
        ("mt940_german.sta", b"C5000,"),
        ("bai2_statement.bai", b"250000"),
        ("lockbox.bai", b"0000123456"),
        ("bank_list_german.csv", b"15.232,00"),
        ("ubl_order.xml", b"977.76"),
        ("edifact_orders.edi", b"1605.50"),
    ],
)
def test_one_changed_digit_of_an_amount_is_found(name: str, amount: bytes) -> None:
    data = (Path(__file__).parent / "golden" / name).read_bytes()
    assert amount in data
    digit = next(i for i in range(len(amount) - 1, -1, -1) if chr(amount[i]).isdigit())
    changed = amount[:digit] + (b"1" if amount[digit : digit + 1] != b"1" else b"2") + amount[digit + 1 :]
    assert all(count is None for count in lines_proved(data.replace(amount, changed, 1)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    read_structured(data, "paper", Limits())


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOLDEN), st.randoms(use_true_random=False))
def test_a_mutated_file_is_read_without_an_exception(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        data[at : at + chance.choice((0, 1, 5, 60))] = bytes(
            chance.choices(b"0179+-*~'?:,;/<>&\" \n\x00\xffAZ", k=chance.choice((0, 1, 3)))
        )
        if len(data) < 2:
            break
    lines_proved(bytes(data))


def test_more_lines_than_are_read_fail() -> None:
    rows = "".join(":61:260316C1,00NTRFNONREF\n" for _ in range(60))
    data = f":20:X\n:25:1\n:28C:1\n:60F:C260315EUR0,00\n{rows}:62F:C260316EUR60,00\n-".encode()
    result = read_structured(data, "paper", Limits(lines_max=50))
    assert result is not None
    assert result.documents[0].footing is Footing.FAILED


def test_a_document_with_more_lines_than_are_kept_is_cut_and_fails() -> None:
    body = [f"PO1*{n}*1*EA*5**VP*X{n}" for n in range(30)]
    result = read_structured(
        x12("850", "BEG*00*SA*P1**20260316", *body, "CTT*30", "AMT*TT*150"), "paper", Limits(lines_max=20)
    )
    assert result is not None
    (document,) = result.documents
    assert (len(document.lines), document.footing) == (20, Footing.FAILED)  # type: ignore[union-attr]
    assert "too_large" in {problem.code for problem in result.problems}
    assert "lines[19].amount" in document.evidence
    assert "lines[20].amount" not in document.evidence


def test_a_file_larger_than_the_limit_is_left_alone() -> None:
    assert read_structured(b"ISA*" + b"x" * 2000, "paper", Limits(bytes_max=1000)) is None


def test_control_characters_do_not_reach_a_value() -> None:
    data = (Path(__file__).parent / "golden" / "mt940_dutch.sta").read_bytes().replace(b"De Vries", b"De\x00 Vr\x07ies")
    result = read_structured(data, "paper", Limits())
    for document in result.documents if result else ():
        assert not any(ord(character) < 32 for line in document.lines for character in line.payer or "")  # type: ignore[union-attr]
