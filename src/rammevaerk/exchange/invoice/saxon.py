"""XSLT 2 by SaxonC in a process of its own: started when needed, ended when it hangs."""

import atexit
import json
import os
import subprocess
import sys
import threading
from importlib.util import find_spec

_CHILD = "rammevaerk.exchange.invoice.saxon_child"
_SECONDS = 120.0


class SaxonFailure(Exception):
    """The rules could not be run: nothing is known of the document."""


class SaxonProcess:
    """A process that keeps the stylesheets it has compiled; one document at a time."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0
        self._loaded: set[str] = set()

    def run(self, key: str, stylesheet: str, document: str) -> str:
        """Return what the stylesheet makes of the document; `key` names it for the next time.

        `SaxonFailure` when it cannot be compiled or run, ends its process or takes too long.
        """
        with self._turn:
            try:
                process = self._running()
                if key not in self._loaded:
                    self._ask(process, {"load": key, "text": stylesheet})
                    self._loaded.add(key)
                return self._ask(process, {"run": key, "document": document})
            except (OSError, ValueError) as error:
                self._stop()
                raise SaxonFailure(str(error)) from error

    def stop(self) -> None:
        """End the process; the next run starts another."""
        with self._turn:
            self._stop()

    def _running(self) -> subprocess.Popen[str]:
        if self._owner != os.getpid():
            # Never talk to a process that a fork of this one also talks to.
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._loaded.clear()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, and no shell
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
        return self._process

    def _ask(self, process: subprocess.Popen[str], request: dict[str, str]) -> str:
        if process.stdin is None or process.stdout is None:
            raise SaxonFailure("no pipes")
        limit = threading.Timer(self._seconds, process.kill)
        limit.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        finally:
            limit.cancel()
        if not line:
            self._stop()
            raise SaxonFailure("the process ended without an answer")
        answer = json.loads(line)
        if "error" in answer:
            raise SaxonFailure(answer["error"])
        return str(answer["report"])

    def _stop(self) -> None:
        process, self._process = self._process, None
        self._loaded.clear()
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


def is_installed() -> bool:
    """Whether SaxonC is there; nothing of it is loaded here."""
    return find_spec("saxonche") is not None


SAXON = SaxonProcess()
atexit.register(SAXON.stop)
