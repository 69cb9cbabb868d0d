"""A PostgreSQL server of the tests' own: made, started, killed and thrown away by them."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from peers import find_program
from ports import Ports

TEMPLATE = "callbot_template"


class PostgresServer:
    """Listens on the loopback alone. Only if `durable`, a commit survives the server's death."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self.port = Ports.free().sip
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", "--username=callbot", "--encoding=UTF8", "--no-sync")

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://callbot@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        if not self._durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        self._run("pg_ctl", "start", "--wait", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "-m", "immediate")

    def kill(self) -> None:
        """As a power cut would: the postmaster by SIGKILL, and every process of it."""
        postmaster = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, children)):
            os.kill(process, signal.SIGKILL)
        (self._folder / "data" / "postmaster.pid").unlink()

    def make_database(self, template: str = "template1") -> str:
        """An empty database, or a copy of `template`; returns its address."""
        name = f"callbot_{uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')  # type: ignore[arg-type]
        return self.url(name)

    def drop_database(self, url: str) -> None:
        name = url.rpartition("/")[2]
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def _run(self, program: str, *arguments: str) -> None:
        path = find_program(program)
        assert path is not None
        done = subprocess.run(
            [path, "-D", str(self._folder / "data"), *arguments],
            user=self._user if os.geteuid() == 0 else None,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    # Not pytest's folder: the server's user could not reach it.
    folder = Path(tempfile.mkdtemp(prefix="callbot-postgres-"))
    try:
        server = PostgresServer(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
