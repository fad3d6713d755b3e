"""Tax withheld by the payer: believed where it is a plain rate of the net or of the gross amount."""

from __future__ import annotations

from decimal import Decimal

from agent.domain.decisions import Reason
from agent.domain.money import Money
from agent.domain.receivables import OpenItem

_RATES = (*(Decimal(n) / 4 for n in range(1, 141)), Decimal("0.1"), Decimal("0.4"), Decimal("1.2"), Decimal("3.3"))


def nearest_rate(rate: Decimal) -> Decimal:
    """The plain rate that is nearest to a share in per cent."""
    return min(_RATES, key=lambda r: abs(r - rate))


def plain_rate(item: OpenItem, withheld: Money, claimed: Money) -> Reason | None:
    """Return the rate (per cent, in quarters up to 35, and a few lawful others) that gives the amount to the cent."""
    bases = [("net", item.net), ("gross", item.total), ("what is settled", claimed)]
    if item.net is not None and item.total and claimed != item.total:
        share = claimed.amount / item.total.amount
        bases.append(("the net of what is settled", Money.rounded(item.net.amount * share, withheld.currency)))
    for name, base in bases:
        if base is None or base.minor <= 0:
            continue
        rate = withheld.amount * 100 / base.amount
        near = nearest_rate(rate)
        if Money.rounded(base.amount * near / 100, withheld.currency) == withheld:
            return Reason("withholding", f"{withheld} withheld is {near.normalize():f} % of {name} {base.plain()}")
    return None
