"""A private Dovecot 2.3 on loopback: IMAP, IMAPS, STARTTLS, LMTP; Maildir below a temporary folder."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIG = """
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
instance_name = artest
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_home = {dir}/mail/%u
mail_location = maildir:~/Maildir:LAYOUT=fs
mailbox_list_index = yes
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {dir}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={dir}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
  # No growing delay for an address after a wrong password: all tests come from one.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
protocol lmtp {{
  auth_username_format = %Ln
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Dovecot:
    """A running server; every user exists, with the password `secret`."""

    def __init__(self, folder: Path, *, introspection: str = "") -> None:
        self.folder, self.introspection = folder, introspection
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.certificate = folder / "cert.pem"
        # Dovecot refuses to serve mail as root.
        self.account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
        self._prepare()
        self._numbers = 0

    def _prepare(self) -> None:
        for name in ("run", "state", "mail", "log"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "key.pem",
             "-out", self.certificate, "-days", "30", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True,
        )  # fmt: skip
        users = [f"user{n}" for n in range(200)] + ["ar"]
        (self.folder / "passwd").write_text("".join(f"{user}:{{PLAIN}}secret::::::\n" for user in users))
        group = subprocess.run(
            ["id", "-gn", self.account.pw_name], check=True, capture_output=True, text=True
        ).stdout.strip()
        text = CONFIG.format(
            dir=self.folder, user=self.account.pw_name, group=group, uid=self.account.pw_uid, gid=self.account.pw_gid,
            imap=self.imap, imaps=self.imaps, lmtp=self.lmtp,
        )  # fmt: skip
        if self.introspection:
            text = text.replace("auth_mechanisms = plain login", "auth_mechanisms = xoauth2 oauthbearer")
            text = re.sub(
                r"passdb \{\n.*?\n\}",
                "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n"
                f"  args = {self.folder}/oauth2.conf\n}}",
                text,
                flags=re.S,
            )
            # No password list tells who exists: everybody does.
            text = text.replace("args = uid=", "args = allow_all_users=yes uid=")
            (self.folder / "oauth2.conf").write_text(
                f"introspection_mode = post\nintrospection_url = {self.introspection}\nusername_attribute = username\n"
                "active_attribute = active\nactive_value = true\nforce_introspection = yes\ntimeout_msecs = 2000\n"
            )
        (self.folder / "dovecot.conf").write_text(text)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{self.account.pw_uid}:{self.account.pw_gid}", self.folder], check=True)

    def start(self) -> None:
        # No pipes: the daemon would keep them open, and we would wait for it for ever.
        subprocess.run(
            ["dovecot", "-c", self.folder / "dovecot.conf"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=20,
        )
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.imap), 1) as connection:
                    if connection.recv(100).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "log" / "dovecot.log").read_text())

    def stop(self) -> None:
        subprocess.run(["doveadm", "-c", self.folder / "dovecot.conf", "stop"], check=False, capture_output=True)
        end = time.monotonic() + 5
        while (self.folder / "run" / "master.pid").exists() and time.monotonic() < end:
            time.sleep(0.05)

    def new_user(self) -> str:
        self._numbers += 1
        return f"user{self._numbers}"

    def deliver(self, user: str, *mails: bytes) -> None:
        """Hand mails over by LMTP (RFC 2033), as a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            for mail in mails:
                lmtp.sendmail("someone@buyer.example", [f"{user}@seller.example"], mail)

    def maildir(self, user: str) -> Path:
        return self.folder / "mail" / user / "Maildir"

    def forget_indexes(self, user: str) -> None:
        """Lose what names the mails: the folder gets a new UIDVALIDITY."""
        root = self.maildir(user)
        for path in [*root.glob("dovecot*"), *root.glob(".dovecot*")]:
            path.unlink()


@contextmanager
def dovecot(*, introspection: str = "") -> Iterator[Dovecot]:
    """A running Dovecot; skips the test where there is none, or not a 2.3.

    With `introspection` (a URL, RFC 7662) it takes access tokens instead of passwords.
    """
    if shutil.which("dovecot") is None or shutil.which("openssl") is None:
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)")
    version = subprocess.run(["dovecot", "--version"], check=False, capture_output=True, text=True).stdout
    if not re.match(r"2\.3\.", version):
        pytest.skip(f"these tests have a configuration for dovecot 2.3, here is {version.strip()}")
    folder = Path(tempfile.mkdtemp(prefix="ardove", dir="/tmp"))
    server = Dovecot(folder, introspection=introspection)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
