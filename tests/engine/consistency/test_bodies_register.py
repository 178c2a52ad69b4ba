from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from rammevaerk.engine.documents.consistency.register import (
    Register,
    packaged_register,
    read_register,
)
from rammevaerk.engine.errors import ParameterError

RULES = resources.files("rammevaerk") / "rules"


def read(tmp_path: Path, text: str) -> Register:
    file = tmp_path / "bodies.toml"
    file.write_text(text, encoding="utf-8")
    return read_register(file, RULES)


def test_the_packaged_register_is_sound_and_has_sources() -> None:
    register = packaged_register()
    assert len({body.key for body in register.bodies}) == len(register.bodies) >= 5
    assert all(body.names and body.source for body in register.bodies)


def test_the_executive_committee_ended_with_2020() -> None:
    (one,) = [body for body in packaged_register().bodies if body.abolished_on]
    assert (one.key, one.abolished_on) == ("forretningsudvalget", date(2021, 1, 1))
    parent = packaged_register().parent_of(one)
    assert parent is not None
    assert "DASSOS" in parent.short


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[a]\nnames = ["A"]\n', "source"),
        ('[a]\nnames = ["A"]\nsource = "nowhere"\n', "source nowhere"),
        ('[a]\nnames = []\nsource = "dassos-2020-11-23"\n', "names is missing"),
        ('[a]\nnames = "A"\nsource = "dassos-2020-11-23"\n', "list of texts"),
        ('[a]\nnames = ["A"]\nsource = "dassos-2020-11-23"\nabolished_on = "2021"\n', "a date"),
        ('[a]\nnames = ["A"]\nsource = "dassos-2020-11-23"\nparent = "b"\n', "parent b"),
        ('[a]\nnames = ["A"]\nsource = "dassos-2020-11-23"\ncolour = "b"\n', "colour"),
        ("a = 1\n", "a body is a table"),
        ("[a\n", "cannot be read"),
    ],
)
def test_an_unsound_register_is_refused_with_the_reason(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(ParameterError, match=problem):
        read(tmp_path, text)
