"""Files people hand in: judged, read for CPR numbers, and kept by their fingerprint."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rammevaerk.engine.cpr import find_cpr
from rammevaerk.exchange.errors import RefusedFile, UnreadableFile
from rammevaerk.exchange.filetype import judge, safe_name
from rammevaerk.exchange.plaintext import read_places
from rammevaerk.portal.common.fields import CprFound, refuse_cpr


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that has been taken in: columns of the row that keeps it."""

    name: str
    media_type: str
    size: int
    sha256: str


def take_in(content: bytes, name: str) -> Taken:
    """Judge a file by its content and keep its bytes.

    ValidationError in Danish for a file of a wrong kind, one that is too large or unreadable, and
    one with a CPR number in it or its name; then nothing is kept.
    """
    refuse_cpr(safe_name(name), where=_("filnavnet"))
    try:
        kind = judge(content, name)
        refuse_cpr_in_file(content, name)
    except (RefusedFile, UnreadableFile) as refusal:
        raise ValidationError(refusal.reason_da, code="file") from refusal
    return Taken(safe_name(name), kind.media_type, len(content), keep(content))


def refuse_cpr_in_file(content: bytes, name: str) -> None:
    """Raise CprFound with the place when any text of the file holds a CPR number."""
    for place in read_places(content, name):
        if matches := find_cpr(place.text):
            raise CprFound(matches, where=place.place)


def keep(content: bytes) -> str:
    """Store the bytes under their SHA-256, whole or not at all; returns the fingerprint.

    The same bytes are stored once. Bytes that no row refers to do no harm.
    """
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).replace(target)
    return digest


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def discard(digest: str) -> None:
    """Let go of bytes that turned out not to be kept; missing ones are no matter."""
    path_of(digest).unlink(missing_ok=True)


class DamagedDocument(Exception):
    """The stored bytes are missing or are not those that were handed in."""


def fetch(digest: str) -> bytes:
    """The bytes with that fingerprint, checked against it."""
    try:
        content = path_of(digest).read_bytes()
    except OSError as problem:
        raise DamagedDocument(digest) from problem
    if hashlib.sha256(content).hexdigest() != digest:
        raise DamagedDocument(digest)
    return content
