"""Engine and exchange must work where there is no Django and no portal."""

import subprocess
import sys

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg"} or name.startswith("rammevaerk.portal"):
            raise ModuleNotFoundError(f"blocked: {name}", name=name)

sys.meta_path.insert(0, Blocker())
import rammevaerk.engine, rammevaerk.exchange
count = 0
for package in (rammevaerk.engine, rammevaerk.exchange):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
        count += 1
print(count)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )


def test_all_of_engine_and_exchange_imports_without_django_and_portal() -> None:
    done = run(IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def test_the_blocker_does_block() -> None:
    done = run(IMPORT_EVERYTHING + "\nimport rammevaerk.portal")
    assert done.returncode == 1
    assert "blocked: rammevaerk.portal" in done.stderr
