"""Several people who do something in the same moment, each in a thread with its own connection."""

import threading
from collections.abc import Callable
from typing import Any


def at_once(*work: Callable[[], object]) -> list[Any]:
    """Let everybody go at the same moment; returns what each gave or what it raised, in order."""
    # A program of its own imports this before Django is set up.
    from django.db import connections

    gate = threading.Barrier(len(work))
    came: list[Any] = [None] * len(work)

    def do(at: int) -> None:
        try:
            gate.wait()
            came[at] = work[at]()
        except Exception as problem:
            came[at] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(at,)) for at in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return came


def told(*work: Callable[[], object]) -> list[str]:
    """The same in words: «done 3», «refused ValidationError» or «broke …»."""
    from django.core.exceptions import ValidationError

    from rammevaerk.portal.access.saving import RevisionConflict

    def say(one: object) -> str:
        if isinstance(one, ValidationError | RevisionConflict):
            return f"refused {type(one).__name__}"
        return f"broke {one!r}" if isinstance(one, Exception) else f"done {one}"

    return [say(one) for one in at_once(*work)]
