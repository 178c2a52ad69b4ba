"""Where e-invoices are handed over: a folder, or an address that takes them by HTTP.

Each takes bytes under a name and gives a receipt, or says in Danish why they were not taken.
Taken means that the folder or the address has them: not that the buyer does.
"""

import contextlib
import hashlib
import json
import os
import re
import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.utils.translation import gettext as _

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
# More than this is no receipt; the rest of an answer is not read.
MOST_RECEIPT = 64 * 1024
_RECEIPT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_XML = "application/xml"
_TAKEN = range(200, 300)
_MOVED = range(300, 400)


class NotTaken(Exception):
    """It was not taken; `reason_da` is whole Danish sentences."""

    def __init__(self, reason_da: str) -> None:
        self.reason_da = reason_da
        super().__init__(reason_da)


class Channel(Protocol):
    """Somewhere e-invoices are handed over."""

    kind: str
    destination: str

    def give(self, name: str, content: bytes) -> str:
        """Hand the bytes over and return the receipt; NotTaken when they were not taken."""


def configured() -> Channel | None:
    """The one place that the installation hands e-invoices over to; None when there is none."""
    where: str = settings.INVOICE_HAND_OVER
    if not where:
        return None
    if Path(where).is_absolute():
        return Folder(Path(where))
    return Endpoint(where, settings.INVOICE_HAND_OVER_TOKEN)


class Folder:
    """A folder from which another system fetches."""

    kind = "folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.destination = str(folder)

    def give(self, name: str, content: bytes) -> str:
        """Put the file there, whole or not at all; another file of the name is left alone."""
        target = self.folder / name
        wanted = hashlib.sha256(content).hexdigest()
        try:
            self._put(target, content)
            found = hashlib.sha256(target.read_bytes()).hexdigest()
        except OSError as problem:
            text = _("Filen kunne ikke lægges i mappen: %s.")
            raise NotTaken(text % (problem.strerror or problem)) from problem
        if found != wanted:
            raise NotTaken(
                _("Der ligger allerede en anden fil med navnet «%s» i mappen. Den er ikke rørt.")
                % name
            )
        return f"{target}, SHA-256 {found}"

    def _put(self, target: Path, content: bytes) -> None:
        # The same name every time: what a worker left when it was killed is cleared by the next.
        draft = target.with_name(f".{target.name}.draft")
        draft.unlink(missing_ok=True)
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o640)
            # A link is made whole and never over another file.
            with contextlib.suppress(FileExistsError):
                os.link(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        there = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(there)
        finally:
            os.close(there)


class Endpoint:
    """An address that takes an e-invoice by POST and answers with a receipt."""

    kind = "http"

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self.token = token
        parts = urlsplit(url)
        # What stands in a query may be a key.
        self.destination = f"{parts.scheme}://{parts.netloc}{parts.path}"

    def give(self, name: str, content: bytes) -> str:
        """Send it once. The same content bears the same key, so that a repeat can be known."""
        headers = {
            "Content-Type": _XML,
            "Accept": "application/json",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Idempotency-Key": hashlib.sha256(content).hexdigest(),
            "User-Agent": "rammevaerk",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        try:
            with urllib3.PoolManager(retries=False, timeout=timeout) as pool:
                answer = pool.request(
                    "POST",
                    self.url,
                    body=content,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                )
                with answer:
                    return _receipt(answer, _said(answer))
        except urllib3.exceptions.HTTPError as problem:
            raise NotTaken(_unreached(problem)) from problem


def _said(answer: urllib3.BaseHTTPResponse) -> bytes:
    """The beginning of what it answers with; what breaks off or dawdles is no receipt.

    Whether it was taken, its status has said: a broken receipt is no reason to send it again.
    """
    said, ends = b"", time.monotonic() + READ_SECONDS
    try:
        while len(said) < MOST_RECEIPT and time.monotonic() < ends:
            part = answer.read1(MOST_RECEIPT - len(said), decode_content=False)
            if not part:
                break
            said += part
    except urllib3.exceptions.HTTPError:
        return b""
    return said


def _unreached(problem: urllib3.exceptions.HTTPError) -> str:
    if isinstance(problem, urllib3.exceptions.SSLError):
        return _("Netadressens certifikat kan ikke godkendes.")
    # For the library a connection that is refused is a kind of one that takes too long.
    refused = isinstance(problem, urllib3.exceptions.NewConnectionError)
    if isinstance(problem, urllib3.exceptions.TimeoutError) and not refused:
        return _("Netadressen svarede ikke inden for tiden.")
    return _("Der var ingen forbindelse til netadressen.")


def _receipt(answer: Any, body: bytes) -> str:
    if answer.status in _MOVED:
        raise NotTaken(
            _("Netadressen henviste til en anden (HTTP %s); der sendes kun til den, der er valgt.")
            % answer.status
        )
    if answer.status not in _TAKEN:
        raise NotTaken(_("Netadressen tog den ikke: HTTP %s.") % answer.status)
    said = _receipt_id(body) or answer.headers.get("Location", "")
    found = _RECEIPT_ID.fullmatch(said.strip())
    return f"HTTP {answer.status}, id {found[0]}" if found else f"HTTP {answer.status}"


def _receipt_id(body: bytes) -> str:
    """What the answer calls itself: the member «id» of its JSON."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = said.get("id", "") if isinstance(said, dict) else ""
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
