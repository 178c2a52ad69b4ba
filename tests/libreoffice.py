"""LibreOffice as another program that people open our files with."""

import shutil
import subprocess
from pathlib import Path

import pytest


def converted(content: bytes, name: str, kind: str, folder: Path) -> bytes:
    """`content` opened by LibreOffice and saved as `kind`; skips the test where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    source, target = folder / "in", folder / "out"
    source.mkdir()
    (source / name).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--convert-to", kind, "--outdir", str(target)]
    subprocess.run(
        [program, profile, *options, str(source / name)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return (target / name).with_suffix(f".{kind}").read_bytes()
