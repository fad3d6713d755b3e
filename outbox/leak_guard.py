"""Checks that a mail shows one customer's affairs to that customer alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from outbox.message import OutboxMessage


def may_send(
    message: OutboxMessage,
    allowed: Collection[str],
    *,
    owners: Mapping[str, Collection[str]] | None = None,
    also: Collection[str] = (),
) -> str | None:
    """None where every recipient belongs to the mail's customer, else the reason for a person to look first.

    `allowed` are that customer's addresses and domains (`@example.com`); `owners` names, by address, the customers
    that have it on file; `also` are addresses that may be written to in this case, such as the sender who asked.
    """
    if message.customer is None and not also:
        return "the mail belongs to no customer"
    own = {one.lower() for one in allowed}
    extra = {one.lower() for one in also}
    for recipient in message.recipients:
        address = recipient.lower()
        others = set((owners or {}).get(address, ())) - {message.customer}
        if others:
            return f"{recipient} also belongs to customer {', '.join(sorted(map(str, others)))}"
        if address not in own | extra and "@" + address.rpartition("@")[2] not in own:
            return f"{recipient} is not an address of customer {message.customer}"
    return None
