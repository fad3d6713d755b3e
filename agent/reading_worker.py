"""The process that reads: takes bytes on standard input, gives JSON on standard output, and can do nothing else.

Frames are a 4-byte length and a JSON head; a request's bytes follow its head. Before each part is begun its name goes
out, so that whoever has to kill this process knows which part it was.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

from agent.confinement import confine


def write_frame(stream: BinaryIO, head: dict[str, Any], payload: bytes = b"") -> None:
    data = json.dumps(head).encode()
    stream.write(struct.pack(">II", len(data), len(payload)) + data + payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, or None at the end of the stream."""
    sizes = stream.read(8)
    if len(sizes) < 8:
        return None
    head_size, payload_size = struct.unpack(">II", sizes)
    head, payload = stream.read(head_size), stream.read(payload_size)
    if len(head) < head_size or len(payload) < payload_size:
        return None
    return json.loads(head), payload


def main() -> None:
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    # A library that prints must not break the frames.
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    _warm_up()
    limits = json.loads(sys.argv[1])
    in_force = confine(memory_mb=limits["memory_mb"], cpu_seconds=limits["cpu_seconds"])
    write_frame(sink, {"ready": in_force})
    while (frame := read_frame(source)) is not None:
        write_frame(sink, _answer(*frame, sink))


_FIRST = b"""\
From: a@b.example
Subject: PO 1

Purchase Order 1
Item   Qty  Unit Price  Amount
A-1      2        5.00   10.00
                  Total  10.00
Please confirm. We will pay invoice 1 on 2026-01-31.
"""


def _warm_up() -> None:
    """Import what nearly every paper needs, before memory is limited and while nobody waits."""
    import parsers.edi
    import parsers.kinds
    import parsers.lexicon
    import parsers.mail.envelope
    import parsers.media
    import parsers.media.pdf
    import parsers.prose  # noqa: F401
    from parsers.reading import read
    from templates.fragments import own_fragments

    own_fragments()
    read(_FIRST, "first.eml")  # its patterns and word lists are made when first used, by far the longest part of it


def _answer(head: dict[str, Any], data: bytes, sink: BinaryIO) -> dict[str, Any]:
    from agent.domain.codec import from_plain, to_plain
    from agent.domain.learning import ColumnHint
    from parsers.mail.own_words import OwnWords
    from parsers.page import Limits
    from parsers.reading import Hints, read
    from templates.fragments import own_fragments

    hints = Hints(
        own_addresses=frozenset(head.get("own_addresses", ())),
        own_names=tuple(head.get("own_names", ())),
        own_words=OwnWords(*own_fragments()),
        columns=tuple(from_plain(ColumnHint, one) for one in head.get("columns", ())),
        skip_parts=frozenset(head.get("skip_parts", ())),
        begin=lambda part: write_frame(sink, {"part": part}),
    )
    try:
        return {"reading": to_plain(read(data, head["name"], hints=hints, limits=Limits(**head.get("limits", {}))))}
    except MemoryError:
        return {"failed": "it needs more memory than a paper may take"}
    except RecursionError:
        return {"failed": "it is nested deeper than a paper may be"}
    except Exception as error:  # noqa: BLE001 - the boundary: whatever a paper provokes becomes a reason
        return {"failed": f"the reader failed: {type(error).__name__}: {error}"[:300]}


if __name__ == "__main__":
    main()
