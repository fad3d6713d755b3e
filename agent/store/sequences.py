"""Numbers of issued documents: one row a series, taken inside the transaction that issues, so that there is no gap."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select, update

from agent.store.schema import sequences
from agent.store.statements import insert_new


def next_number(tx: Connection, series: str, pattern: str) -> str:
    """Take the next number of a series; `pattern` is like `INV-{n:06d}`. A rolled back taking leaves no gap."""
    insert_new(tx, sequences, {"name": series, "next": 1})
    taken = tx.execute(
        update(sequences)
        .where(sequences.c.name == series)
        .values(next=sequences.c.next + 1)
        .returning(sequences.c.next)
    ).scalar_one()
    return pattern.format(n=int(taken) - 1)


def skip_past(tx: Connection, series: str, pattern: str, number: str) -> None:
    """Continue a series after a number that another system issued in the same pattern."""
    prefix, _, rest = pattern.partition("{")
    suffix = rest.partition("}")[2]
    match = re.fullmatch(re.escape(prefix) + r"(\d{1,15})" + re.escape(suffix), number)
    if not match:
        return
    insert_new(tx, sequences, {"name": series, "next": 1})
    after = int(match[1]) + 1
    tx.execute(update(sequences).where(sequences.c.name == series, sequences.c.next < after).values(next=after))


def upcoming(tx: Connection, series: str) -> int:
    row = tx.execute(select(sequences.c.next).where(sequences.c.name == series)).scalar_one_or_none()
    return int(row or 1)
