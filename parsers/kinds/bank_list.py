"""Bank statements as lists: exports in CSV or a workbook, printed lists. Signs and balances prove each other."""

from __future__ import annotations

from agent.domain.documents import BankStatement, Problem
from parsers.kinds.extent import Extent


def read_bank_list(extent: Extent) -> tuple[tuple[BankStatement, ...], tuple[Problem, ...]]:
    return (), ()
