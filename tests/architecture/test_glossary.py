"""docs/glossary.md is the one list of terms: what the code says and the screen shows is in it."""

import importlib
import inspect
import pkgutil
import re
from enum import Enum

import pytest
from work_tree import DOCS, our_models, table_rows

import rammevaerk.engine
from rammevaerk.engine.parameters import Parameters
from rammevaerk.portal.access.actions import Role

PAGE = DOCS / "glossary.md"
COLUMNS = 5  # English, Danish, meaning, not to be confused with, source
ROWS = list(table_rows(PAGE))
# The Danish cell begins with the term on screen; other words for it follow after a semicolon.
DANISH = {row[0].strip("`"): row[1].split(";")[0].strip() for row in ROWS}


def engine_classes() -> list[str]:
    """Every public class of the engine that is a concept: not an error, by its full name."""
    names = pkgutil.walk_packages(rammevaerk.engine.__path__, "rammevaerk.engine.")
    modules = [importlib.import_module(one.name) for one in names]
    return sorted(
        f"{module.__name__.removeprefix('rammevaerk.')}.{name}"
        for module in modules
        for name, thing in inspect.getmembers(module, inspect.isclass)
        if thing.__module__ == module.__name__
        and not name.startswith("_")
        and not issubclass(thing, Exception)
    )


def test_every_row_has_all_columns_and_a_meaning() -> None:
    assert len(ROWS) > 80
    assert [row[0] for row in ROWS if len(row) != COLUMNS] == []
    assert [row[0] for row in ROWS if not (row[0] and row[1] and row[2])] == []


def test_no_term_stands_twice() -> None:
    english = [row[0] for row in ROWS]
    assert sorted(term for term in set(english) if english.count(term) > 1) == []


def test_every_source_that_is_named_is_registered() -> None:
    named = {key for row in ROWS for key in re.findall(r"`([^`]+)`", row[4])}
    assert len(named) > 10
    assert named - set(Parameters.load().sources) == set()


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_the_screen_name_of_every_model_is_the_glossary_s(model) -> None:
    assert DANISH.get(model._meta.label) == str(model._meta.verbose_name)


def test_no_row_speaks_of_a_model_that_is_gone() -> None:
    named = {term for term in DANISH if re.fullmatch(r"(access|agreement)\.[A-Z]\w+", term)}
    assert named - {model._meta.label for model in our_models()} == set()


@pytest.mark.parametrize("parameter", list(Parameters.load()), ids=lambda one: one.key)
def test_the_label_of_every_parameter_is_the_glossary_s(parameter) -> None:
    assert DANISH.get(parameter.key) == parameter.label_da


@pytest.mark.parametrize("name", engine_classes())
def test_every_concept_of_the_engine_is_explained(name: str) -> None:
    assert name in DANISH


def test_no_row_speaks_of_an_engine_class_that_is_gone() -> None:
    named = {term for term in DANISH if re.fullmatch(r"engine(\.\w+)+\.[A-Z]\w+", term)}
    assert named - set(engine_classes()) == set()


@pytest.mark.parametrize("role", Role)
def test_the_label_of_every_role_is_the_glossary_s(role: Enum) -> None:
    assert DANISH.get(f"Role.{role.name}") == str(role.label)
