"""A portal of its own in a folder of its own, run as people run it: by its command."""

import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

HERE = Path(__file__).parent


class Portal:
    """An installation below a folder, with SQLite there or with the database of an address."""

    def __init__(self, folder: Path, database: str = "sqlite") -> None:
        self.folder = folder
        self.address = database
        self.database = folder / "rammevaerk.sqlite3"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("RAMMEVAERK_")},
            "RAMMEVAERK_DATA_DIR": str(folder),
            "RAMMEVAERK_DATABASE": database,
            "RAMMEVAERK_DEMONSTRATION": "true",
            "RAMMEVAERK_MANIFEST_STATIC": "false",
            "DJANGO_SETTINGS_MODULE": "rammevaerk.portal.settings",
            "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)]),
        }

    def run(self, *arguments: str, fine: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``rammevaerk`` with the arguments; a failure is an error unless ``fine`` is False."""
        done = self._call("-m", "rammevaerk", *arguments)
        if fine and done.returncode:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def program(self, program: Path, *arguments: str) -> str:
        """Run a program with the portal's environment, and return what it says."""
        done = self._call(str(program), *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )


class Installations:
    """Makes portals on the kind of database that the tests are run on, and clears them away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = os.environ["RAMMEVAERK_TEST_DATABASE"]
        self.names: list[str] = []

    def fresh(self) -> Portal:
        """A portal with its tables and nothing in them: a copy of the tests' own database."""
        if connection.vendor != "sqlite":
            # Nobody may be connected to a database that is copied.
            connection.close()
            portal = self._on_server(str(connection.settings_dict["NAME"]))
            # What the tests gave up is still counted as room; plans made from that take minutes.
            self._execute("VACUUM", portal.address)
            return portal
        portal = Portal(self._folder())
        own = sqlite3.connect(str(connection.settings_dict["NAME"]), uri=True)
        with closing(own), closing(sqlite3.connect(portal.database)) as copy:
            own.backup(copy)
        return portal

    def copy(self, portal: Portal) -> Portal:
        """Another portal that is like this one."""
        if connection.vendor != "sqlite":
            return self._on_server(urlsplit(portal.address).path[1:])
        folder = self.folder / uuid.uuid4().hex
        shutil.copytree(portal.folder, folder)
        return Portal(folder)

    def clear(self) -> None:
        for name in self.names:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _on_server(self, template: str) -> Portal:
        name = f"portal_{uuid.uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.names.append(name)
        return Portal(self._folder(), urlsplit(self.server)._replace(path=f"/{name}").geturl())

    def _folder(self) -> Path:
        made = self.folder / uuid.uuid4().hex
        (made / "static").mkdir(parents=True)
        return made

    def _execute(self, text: str, address: str = "") -> None:
        with psycopg.connect(address or self.server, autocommit=True) as maintenance:
            maintenance.execute(text)
