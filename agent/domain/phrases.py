"""Something that we say to a customer, before it is put into words: templates say it in the customer's language."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Phrase:
    """The key of a phrase in the language files and what is filled in.

    How a value is written follows from the first word of its name: `date_…` is an ISO date, `amount_…` money without its
    currency, `price_…` a price with its basis ("18.40 per 100"), `number_…` a quantity; all others are text.
    """

    key: str
    values: tuple[tuple[str, str], ...] = ()

    def also(self, **values: str) -> Phrase:
        """The same phrase with more filled in."""
        return replace(self, values=(*self.values, *values.items()))


def phrase(key: str, **values: str) -> Phrase:
    """A phrase with its values."""
    return Phrase(key, tuple(values.items()))
