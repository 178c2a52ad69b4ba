"""A name with a leading underscore is its module's own."""

import ast
from collections.abc import Iterator

from work_tree import shown, source_files, syntax


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_imports(tree: ast.Module) -> Iterator[str]:
    """Private names and modules of ours that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            # A relative import is of ours; so is one that begins with our name.
            module = node.module or ""
            start = "rammevaerk." if node.level else ""
            names = [f"{start}{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "rammevaerk" and any(map(is_private, parts)):
                yield f"line {node.lineno}: {name}"


def test_no_module_imports_a_private_name_of_another() -> None:
    found = [
        f"{shown(path)}, {problem}"
        for path in source_files()
        for problem in private_imports(syntax(path))
    ]
    assert found == []


def test_the_search_does_find_them() -> None:
    code = (
        "from rammevaerk.engine.money import _mixed, divide_down\n"
        "import rammevaerk.engine._hidden\n"
        "from .other import _thing\n"
        "from __future__ import annotations\n"
        "from rammevaerk import __version__\n"
        "from argparse import _SubParsersAction\n"
    )
    assert list(private_imports(ast.parse(code))) == [
        "line 1: rammevaerk.engine.money._mixed",
        "line 2: rammevaerk.engine._hidden",
        "line 3: rammevaerk.other._thing",
    ]
