"""Mails made to kill their reader: each is named, none gives a document, and the next good mail is read at once.

`python -m tests.fuzz.bombs` prints the times.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.reading import Reader
from tests.fuzz import bombs


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(memory_mb=1024, seconds=25) as one:
        yield one


# The first two take seconds of a core each, and stand in test_reading.py in a smaller form.
@pytest.mark.parametrize("name", [name for name in bombs.BOMBS if name not in ("streams.pdf", "forms.pdf")])
def test_a_bomb_is_survived_and_the_next_mail_is_read(reader: Reader, name: str) -> None:
    _, after, documents, _ = bombs.thrown(reader, name)
    assert documents == 0
    assert after < 30
