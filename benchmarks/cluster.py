"""A PostgreSQL of our own, in a temporary folder and on a socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql*/bin/initdb")  # Debian and Red Hat keep it off the PATH


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, None where PostgreSQL is not installed."""
    folders = [path for place in PLACES for path in sorted(Path("/").glob(place.lstrip("/")))]
    on_path = shutil.which("initdb")
    initdb = folders[-1] if folders else Path(on_path).resolve() if on_path else None
    return initdb.parent if initdb else None


@contextmanager
def started() -> Iterator[str | None]:
    """The address of a cluster that ends with the block; None where there is none to start."""
    binaries = programs()
    if binaries is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="bench-pg-") as place:
        folder = Path(place)
        user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            names = {user.pw_name: user for user in pwd.getpwall()}
            user = names.get("postgres") or names["nobody"]
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        _run(user, binaries / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _run(user, binaries / "pg_ctl", "start", "-s", "-w", "-D", data, "-l", folder / "log", "-o", options)
        try:
            yield f"postgres://bench@/postgres?host={folder}"
        finally:
            _run(user, binaries / "pg_ctl", "stop", "-s", "-m", "immediate", "-D", data)


def _run(user: pwd.struct_passwd | None, *command: str | Path) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
