"""A portal of its own in a folder of its own, run as people run it: by its command."""

import os
import subprocess
import sys
from pathlib import Path


class Portal:
    """An installation with SQLite below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "rammevaerk.sqlite3"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("RAMMEVAERK_")},
            "RAMMEVAERK_DATA_DIR": str(folder),
            "RAMMEVAERK_DEMONSTRATION": "true",
            "RAMMEVAERK_MANIFEST_STATIC": "false",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(self, *arguments: str, fine: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``rammevaerk`` with the arguments; a failure is an error unless ``fine`` is False."""
        done = subprocess.run(
            [sys.executable, "-m", "rammevaerk", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if fine and done.returncode:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done
