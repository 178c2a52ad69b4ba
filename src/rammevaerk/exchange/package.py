"""Office packages (zip): opened within fixed limits and read one member at a time."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from rammevaerk.exchange.errors import DAMAGED_DA, ENCRYPTED_DA, Objection

MEMBER_LIMIT = 5_000
UNPACKED_LIMIT = 256 * 1024 * 1024
# Excel sheets of empty rows reach about 60; what is made to explode lies near 1,000.
RATIO_LIMIT = 200
_RATIO_FROM = 4 * 1024 * 1024
_ENCRYPTED_FLAG = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    NotImplementedError,
)
_BOMB_DA = (
    "pakker ud til så meget, at den ikke kan behandles sikkert. "
    "Gem indholdet i en ny, almindelig fil, og prøv med den."
)


class Package:
    """A zip package held in memory; names are found without regard to case, as Office does."""

    def __init__(self, content: bytes) -> None:
        """Open the package; `Objection` when it is damaged, encrypted or made to explode."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _READ_ERRORS as error:
            raise Objection(DAMAGED_DA, "corrupt") from error
        members = self._zip.infolist()
        _check_limits(members)
        self._names: dict[str, str] = {}
        for member in members:
            _check_member(member)
            if member.filename.lower() in self._names:
                raise Objection(DAMAGED_DA, "corrupt")
            self._names[member.filename.lower()] = member.filename

    @property
    def names(self) -> tuple[str, ...]:
        """The members that are files, in the order of the package."""
        return tuple(name for name in self._names.values() if not name.endswith("/"))

    def has(self, name: str) -> bool:
        """Say whether the package has a member of this name."""
        return name.lower() in self._names

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open one member; a missing or damaged one is an `Objection`."""
        try:
            with self._zip.open(self._names[name.lower()]) as member:
                yield member
        except (KeyError, *_READ_ERRORS) as error:
            raise Objection(DAMAGED_DA, "corrupt") from error

    def read(self, name: str) -> bytes:
        """Return all of one member."""
        with self.open(name) as member:
            return member.read()

    def beginning(self, name: str, length: int = 16) -> bytes:
        """Return the first `length` bytes of one member."""
        with self.open(name) as member:
            return member.read(length)


def resolved(base: str, target: str) -> str:
    """Return the member that a relationship `target` in the part `base` points at."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))


def _check_limits(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBER_LIMIT or unpacked > UNPACKED_LIMIT:
        raise Objection(_BOMB_DA, "bomb")
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > _RATIO_FROM and member.file_size > RATIO_LIMIT * packed:
            raise Objection(_BOMB_DA, "bomb")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise Objection(ENCRYPTED_DA, "encrypted")
    outside = name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name
    if outside or member.compress_type not in _METHODS:
        raise Objection(DAMAGED_DA, "corrupt")
