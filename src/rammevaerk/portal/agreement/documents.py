"""Where the bytes of documents lie: by their fingerprint, outside the database."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


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
