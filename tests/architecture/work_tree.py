"""The work tree as the architecture tests read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "rammevaerk"
DOCS = ROOT / "docs"


def source_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def files_of_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def our_models() -> list[type[Model]]:
    """Every model of ours, by label."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("rammevaerk.")]
    return sorted(ours, key=lambda model: model._meta.label)


def append_only_models() -> list[type[Model]]:
    return [model for model in our_models() if getattr(model, "append_only", False)]


def table_rows(page: Path) -> Iterator[list[str]]:
    """The cells of every body row of every table of a Markdown page."""
    in_body = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            in_body = False
        elif set(line) <= set("|-: "):
            in_body = True
        elif in_body:
            yield [cell.strip() for cell in line.strip("|").split("|")]
