"""A private Postfix on loopback: takes mail for anybody, hands ours to Dovecot by LMTP and the rest to a sink."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.dovecot import free_port

MAIN = """
compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
multi_instance_name = postfix-{name}
syslog_name = postfix-{name}
maillog_file_prefixes = {dir}
maillog_file = {dir}/postfix.log
myhostname = mx.seller.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_bind_address = 127.0.0.1
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = seller.example
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = smtp:[127.0.0.1]:{sink}
relayhost =
disable_dns_lookups = yes
smtp_dns_support_level = disabled
lmtp_host_lookup = native
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
lmtp_destination_recipient_limit = 1
minimal_backoff_time = 5s
maximal_backoff_time = 20s
queue_run_delay = 5s
maximal_queue_lifetime = 1d
bounce_queue_lifetime = 1d
delay_warning_time = 0
message_size_limit = 52428800
mailbox_size_limit = 0
alias_maps =
alias_database =
local_recipient_maps =
smtpd_client_connection_count_limit = 0
biff = no
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
tlsmgr    unix  - - n 1000? 1 tlsmgr
postlog   unix-dgram n - n - 1 postlogd
"""

_DAEMONS = ("/usr/lib/postfix/sbin", "/usr/libexec/postfix")


class Postfix:
    """A running relay on `port`."""

    def __init__(self, folder: Path, *, lmtp: int, sink: int) -> None:
        self.folder, self.port = folder, free_port()
        conf = folder / "conf"
        for name in ("conf", "queue", "data"):
            (folder / name).mkdir()
            (folder / name).chmod(0o755)
        folder.chmod(0o755)
        daemons = next(path for path in _DAEMONS if Path(path).is_dir())
        values = {"dir": folder, "daemons": daemons, "name": folder.name, "lmtp": lmtp, "sink": sink, "smtp": self.port}
        (conf / "main.cf").write_text(MAIN.format(**values))
        (conf / "master.cf").write_text(MASTER.format(**values))
        shutil.chown(folder / "data", "postfix")

    def _run(self, command: str) -> None:
        subprocess.run(
            ["postfix", "-c", self.folder / "conf", command],
            check=command == "start", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30,
        )  # fmt: skip

    def start(self) -> None:
        self._run("check")
        self._run("start")
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                    if connection.recv(100).startswith(b"220"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(self.log())

    def stop(self) -> None:
        self._run("stop")

    def log(self) -> str:
        path = self.folder / "postfix.log"
        return path.read_text() if path.exists() else ""


@contextmanager
def postfix(*, lmtp: int, sink: int) -> Iterator[Postfix]:
    """A running Postfix; skips the test where there is none, or where we may not start one."""
    if shutil.which("postfix") is None:
        pytest.skip("postfix is not installed")
    if os.geteuid() != 0:
        pytest.skip("only root may start a postfix")
    folder = Path(tempfile.mkdtemp(prefix="arpost", dir="/tmp"))
    server = Postfix(folder, lmtp=lmtp, sink=sink)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
