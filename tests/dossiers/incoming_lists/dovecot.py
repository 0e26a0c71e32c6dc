"""A Dovecot of our own, on a free port, without the rights of root; `python -m` this tells whether one is installed."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "lijsten@example.nl", "geheim: 100%"
CONFIG = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_server_cert_file = {folder}/certificate
ssl_server_key_file = {folder}/key
auth_allow_cleartext = yes
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/home
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""


def find_dovecot() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Dovecot:
    """An IMAP server whose mailbox a test fills, and whose log tells what was asked of it."""

    def __init__(self) -> None:
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.owner = (account.pw_uid, account.pw_gid)
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))  # a short path, for its sockets
        self.port, self.tls_port = find_free_port(), find_free_port()
        names = {"folder": self.folder, "port": self.port, "tls_port": self.tls_port, "password": PASSWORD}
        names |= {"user": account.pw_name, "group": grp.getgrgid(account.pw_gid).gr_name}
        names |= {"uid": account.pw_uid, "gid": account.pw_gid}
        (self.folder / "dovecot.conf").write_text(CONFIG.format(**names))
        write_certificate(self.folder)
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, *self.owner)

    def start(self) -> None:
        words = [find_dovecot() or "dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        as_nobody = {"user": self.owner[0], "group": self.owner[1], "extra_groups": []} if os.getuid() == 0 else {}
        self.process = subprocess.Popen(words, **as_nobody)
        until = time.monotonic() + 20
        while not self.answers():
            assert time.monotonic() < until and self.process.poll() is None, f"dovecot did not start: {self.log}"
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def write_certificate(folder: Path) -> None:
    """Write a certificate that nobody has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))


if __name__ == "__main__":
    sys.exit(0 if find_dovecot() else 1)
