"""A server is made ready when it starts, beside its first answers."""

import subprocess
import sys

from rammevaerk.portal.common.readiness import make_ready

ONE_START = """
import gc, threading
import rammevaerk.portal.wsgi
for thread in threading.enumerate():
    if thread.name == "make-ready":
        thread.join()
import django.urls
assert "url_patterns" in vars(django.urls.get_resolver())
assert gc.get_freeze_count() > 10_000, gc.get_freeze_count()
"""


def test_a_server_loads_its_pages_and_sets_them_aside_when_it_starts(tmp_path) -> None:
    subprocess.run(
        [sys.executable, "-c", ONE_START],
        check=True,
        timeout=120,
        env={"PATH": "", "RAMMEVAERK_DATA_DIR": str(tmp_path), "RAMMEVAERK_DEMONSTRATION": "true"},
    )


def test_making_ready_again_is_harmless() -> None:
    make_ready()
    make_ready()
