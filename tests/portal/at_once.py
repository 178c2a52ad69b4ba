"""Several people who do something in the same moment, each in a thread with its own connection."""

import threading
from collections.abc import Callable


def at_once(*work: Callable[[], object]) -> list[str]:
    """Let everybody go at the same moment; returns what came of each, in order."""
    # A program of its own imports this before Django is set up.
    from django.core.exceptions import ValidationError
    from django.db import connection

    from rammevaerk.portal.access.saving import RevisionConflict

    gate, came = threading.Barrier(len(work)), [""] * len(work)

    def do(at: int) -> None:
        try:
            gate.wait()
            came[at] = f"done {work[at]()}"
        except (ValidationError, RevisionConflict) as problem:
            came[at] = f"refused {type(problem).__name__}"
        except Exception as problem:
            came[at] = f"broke {problem!r}"
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(at,)) for at in range(len(work))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return came
