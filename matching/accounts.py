"""Whether an account that a paper names is one of ours, also where it is partly blanked out."""

from __future__ import annotations

import re
import unicodedata

_MASK = re.compile(r"[*•●xX×#?]{2,}")


def is_ours(account: str, own_accounts: tuple[str, ...]) -> bool:
    """Return whether the stated account can be one of ours: equal, the number inside our IBAN, or a fitting mask."""
    stated = unicodedata.normalize("NFKC", account)[:60]
    masked = bool(_MASK.search(stated)) or "…" in account
    parts = [re.sub(r"[\W_]+", "", part).upper() for part in _MASK.split(stated)] if masked else []
    whole = re.sub(r"[\W_]+", "", stated).upper()
    for own in own_accounts:
        ours = re.sub(r"[\W_]+", "", own).upper()
        if masked and _fits(parts, ours):
            return True
        if not masked and whole and (whole == ours or (len(whole) >= 6 and ours.endswith(whole.lstrip("0") or whole))):
            return True
    return False


def _fits(parts: list[str], ours: str) -> bool:
    shown = [part for part in parts if part]
    if not shown:
        return True
    first = parts[0]
    last = parts[-1]
    return ours.startswith(first) and ours.endswith(last)
