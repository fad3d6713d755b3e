"""Every error that this program raises on purpose.

Wrong *input* (a broken paper, an unknown number) is a value that becomes work for staff and is never raised past the
function that met it. What stands here is a wrong *program*, a wrong *setting* or a wrong *world*. The message says
what, where, and what to do next.
"""


class ArError(Exception):
    """Base of all errors raised on purpose."""


class CurrencyMismatch(ArError):
    """Two amounts of different currencies met in one sum."""

    def __init__(self, left: str, right: str) -> None:
        self.left, self.right = left, right
        super().__init__(f"{left} and {right} cannot be added or compared: convert first, or keep two totals")


class InexactAmount(ArError):
    """An amount has more decimals than its currency knows."""

    def __init__(self, amount: str, currency: str) -> None:
        self.amount, self.currency = amount, currency
        super().__init__(f"{amount} has more decimals than {currency} has: round it explicitly, half up")


class UnbalancedEntry(ArError):
    """A journal entry whose postings do not add up to zero cannot exist."""

    def __init__(self, reason: str, difference: str) -> None:
        self.reason, self.difference = reason, difference
        super().__init__(f"journal entry {reason!r} does not balance: it is off by {difference}")


class Refused(ArError):
    """Something a person asked for is against the rules of the books; the message says which and what to do."""


class WrongUsage(ArError):
    """A command, a file or a setting is not of the form that is needed; the message says which form is."""


class NotFound(ArError):
    """A number that a person named is not on file."""

    def __init__(self, what: str, number: str, hint: str = "") -> None:
        self.what, self.number = what, number
        super().__init__(f"there is no {what} {number}" + (f": {hint}" if hint else ""))
