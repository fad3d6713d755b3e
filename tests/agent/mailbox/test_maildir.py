"""A Maildir: taken when complete, moved only when stored, whatever other readers do meanwhile."""

from __future__ import annotations

import os
import pwd
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.mailbox.mail import MailboxGone
from agent.mailbox.maildir import MaildirMailbox
from agent.settings_types import MailboxSettings
from tests.agent.mailbox.conftest import mail, nothing_known, numbers

STOP = threading.Event()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    return tmp_path / "box"


def box(root: Path, **changes: Any) -> MaildirMailbox:
    values: dict[str, Any] = {"name": "local", "maildir": root}
    return MaildirMailbox(MailboxSettings(**(values | changes)))


def put(root: Path, name: str, data: bytes, folder: str = "new") -> None:
    (root / "tmp" / name).write_bytes(data)
    (root / "tmp" / name).rename(root / folder / name)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_new_and_read_mails_are_taken_and_what_is_being_written_is_not(root: Path) -> None:
    put(root, "1.a", mail(1))
    put(root, "2.b:2,S", mail(2), "cur")
    (root / "tmp" / "3.c").write_bytes(mail(3))
    (root / "new" / ".hidden").write_bytes(mail(4))
    got = list(box(root).fetch_new(nothing_known))
    assert sorted(numbers(got)) == ["1", "2"]
    assert {one.uid for one in got} == {"1.a", "2.b"}
    assert got[0].source == "maildir:local"
    assert got[0].internal_date is not None


def test_looking_moves_nothing_and_marking_moves_to_cur_with_the_flag_seen(root: Path) -> None:
    put(root, "1.a", mail(1))
    put(root, "2.b:2,FR", mail(2), "cur")
    one = box(root)
    got = list(one.fetch_new(nothing_known))
    assert files(root) == ["cur/2.b:2,FR", "new/1.a"]
    assert one.mark_taken([(0, raw.uid) for raw in got]) == [(0, raw.uid) for raw in got]
    assert files(root) == ["cur/1.a:2,S", "cur/2.b:2,FRS"]
    assert list(one.fetch_new(nothing_known)) == []


@pytest.mark.parametrize(("after", "left"), [("none", ["new/1.a"]), ("move:Done", [".Done/cur/1.a:2,S"])])
def test_the_settings_say_what_becomes_of_a_taken_mail(root: Path, after: str, left: list[str]) -> None:
    put(root, "1.a", mail(1))
    one = box(root, after=after)
    one.mark_taken([(0, raw.uid) for raw in one.fetch_new(nothing_known)])
    assert files(root) == left


@pytest.mark.parametrize("after", ["move:../../evil", "move:.hidden", "move:a/b", "move:"])
def test_a_folder_name_that_leads_elsewhere_is_refused(root: Path, after: str) -> None:
    put(root, "1.a", mail(1))
    one = box(root, after=after)
    assert one.mark_taken([(0, raw.uid) for raw in one.fetch_new(nothing_known)]) == []
    assert files(root) == ["new/1.a"]
    assert "cannot be marked" in one.troubles()[0]


def test_a_mail_keeps_its_name_when_another_reader_moves_or_flags_it(root: Path) -> None:
    put(root, "1.a", mail(1))
    one = box(root)
    stored = {raw.uid for raw in one.fetch_new(nothing_known)}
    (root / "new" / "1.a").rename(root / "cur" / "1.a:2,S")
    assert list(box(root).fetch_new(lambda _f, _v, _u: stored)) == []
    (root / "cur" / "1.a:2,S").rename(root / "cur" / "1.a:2,RS")
    assert list(box(root).fetch_new(lambda _f, _v, _u: stored)) == []
    assert one.mark_taken([(0, "1.a")]) == [(0, "1.a")]
    assert files(root) == ["cur/1.a:2,RS"]


def test_a_mail_moved_while_we_look_is_still_read(root: Path) -> None:
    put(root, "1.a", mail(1))
    put(root, "2.b", mail(2))
    found = box(root).fetch_new(nothing_known)
    got = [next(found)]
    for path in (root / "new").iterdir():
        path.rename(root / "cur" / f"{path.name}:2,S")
    got += list(found)
    assert sorted(numbers(got)) == ["1", "2"]


def test_a_mail_deleted_while_we_look_is_simply_gone(root: Path) -> None:
    put(root, "1.a", mail(1))
    put(root, "2.b", mail(2))
    found = box(root).fetch_new(nothing_known)
    first = next(found)
    for path in (root / "new").iterdir():
        path.unlink()
    assert list(found) == []
    assert first.data


def test_a_link_out_of_the_maildir_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"From: x\n\nsecret")
    (root / "new" / "1.a").symlink_to(tmp_path / "secret")
    (root / "new" / "2.b").mkdir()
    assert list(box(root).fetch_new(nothing_known)) == []


@contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """Root may read everything: where we are root, be nobody for a while."""
    if os.geteuid():
        yield
        return
    for one in (folder, *folder.parents):
        if one.is_relative_to(tempfile.gettempdir()) and one.stat().st_uid == 0:
            one.chmod(one.stat().st_mode | 0o055)
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_mail_that_cannot_be_read_holds_up_no_other(root: Path) -> None:
    put(root, "1.a", mail(1))
    put(root, "2.b", mail(2))
    (root / "new" / "1.a").chmod(0)
    one = box(root)
    with without_privileges(root):
        assert numbers(list(one.fetch_new(nothing_known))) == ["2"]
    assert "1.a cannot be read" in one.troubles()[0]


def test_of_a_mail_that_is_too_large_only_the_headers_are_taken(root: Path) -> None:
    put(root, "1.a", mail(1, 100_000))
    [raw] = box(root, message_bytes=5000).fetch_new(nothing_known)
    assert raw.too_large
    assert raw.size > 100_000
    assert raw.data == mail(1).removesuffix(b"body\r\n")


def test_a_name_that_is_no_text_is_a_name_too(root: Path) -> None:
    name = os.fsdecode(b"1.\xff\xfe")
    put(root, name, mail(1))
    put(root, "2." + "b" * 240, mail(2))
    one = box(root)
    got = list(one.fetch_new(nothing_known))
    assert sorted(numbers(got)) == ["1", "2"]
    assert all(raw.uid.encode("utf-8") and len(raw.uid) <= 200 for raw in got)
    one.mark_taken([(0, raw.uid) for raw in got])
    assert files(root) == sorted([f"cur/{name}:2,S", "cur/2." + "b" * 240 + ":2,S"])


def test_a_folder_that_is_no_maildir_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MailboxGone, match="is no Maildir"):
        box(tmp_path).connect()


def test_waiting_ends_when_a_mail_comes_and_when_a_stop_is_asked_for(root: Path) -> None:
    one = box(root)
    assert list(one.fetch_new(nothing_known)) == []
    time.sleep(1.2)
    one.wait(2, STOP)  # the folder was touched lately: one look more
    list(one.fetch_new(nothing_known))
    threading.Timer(0.2, lambda: put(root, "1.a", mail(1))).start()
    began = time.monotonic()
    assert one.wait(10, STOP)
    assert time.monotonic() - began < 1.5
    stop = threading.Event()
    list(one.fetch_new(nothing_known))
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    one.wait(10, stop)
    assert time.monotonic() - began < 1.5


def test_no_mail_is_slept_through_however_it_falls_between_looking_and_waiting(root: Path) -> None:
    one = box(root)
    got: set[str] = set()
    for n in range(30):
        got |= {raw.uid for raw in one.fetch_new(lambda _f, _v, uids, got=got: got & set(uids))}
        put(root, f"{n}.x", mail(n))
        began = time.monotonic()
        one.wait(10, STOP)
        assert time.monotonic() - began < 3
    got |= {raw.uid for raw in one.fetch_new(nothing_known)}
    assert len(got) == 30
