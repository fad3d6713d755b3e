"""Bytes kept under their SHA-256: every mail that came and every mail that leaves, once each."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, bindparam, delete, select

from agent.store.schema import blobs, filed_papers, invoices, messages, outbox
from agent.store.statements import insert_new

_SIZE = select(blobs.c.size).where(blobs.c.sha256 == bindparam("digest"))
_DATA = select(blobs.c.data).where(blobs.c.sha256 == bindparam("digest"))


def keep(tx: Connection, data: bytes) -> str:
    """Keep these bytes; return their SHA-256 in hexadecimal."""
    digest = hashlib.sha256(data).hexdigest()
    if tx.execute(_SIZE, {"digest": digest}).first() is None:
        insert_new(tx, blobs, {"sha256": digest, "size": len(data), "data": data})
    return digest


def load(tx: Connection, digest: str) -> bytes | None:
    """The bytes kept under this SHA-256, or None where there are none or they are no longer what was kept."""
    data = tx.execute(_DATA, {"digest": digest}).scalar_one_or_none()
    if data is None:
        return None
    data = bytes(data)
    return data if hashlib.sha256(data).hexdigest() == digest else None


def drop_unused(tx: Connection, digest: str) -> bool:
    """Delete bytes that nothing refers to any more; False where something does."""
    users = (messages.c.sha256, outbox.c.sha256, invoices.c.pdf_sha256, filed_papers.c.sha256)
    if any(tx.execute(select(column).where(column == digest).limit(1)).first() for column in users):
        return False
    return tx.execute(delete(blobs).where(blobs.c.sha256 == digest)).rowcount == 1
