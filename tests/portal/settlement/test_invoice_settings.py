"""Where e-invoices may be sent: a folder by its full path or a safe address, and nothing else."""

from pathlib import Path

import pytest

from rammevaerk.portal.environment import SettingError, env_destination, env_folder


@pytest.mark.parametrize(
    "value",
    ["", "/srv/ud", "https://modtager.example/ind?x=1", "http://127.0.0.1:9/", "http://localhost/"],
)
def test_a_folder_or_a_safe_address_will_do(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RAMMEVAERK_TO", value)
    assert env_destination("TO") == value


@pytest.mark.parametrize(
    "value",
    [
        "ud",
        "http://modtager.example/",
        "ftp://modtager.example/",
        "https://",
        "https://bruger:kode@modtager.example/",
        "https://modtager.example/#her",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_anything_else_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RAMMEVAERK_TO", value)
    with pytest.raises(SettingError, match="neither a full path nor an https address"):
        env_destination("TO")


def test_a_folder_of_rules_is_a_full_path_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAMMEVAERK_RULES", raising=False)
    assert env_folder("RULES") is None
    monkeypatch.setenv("RAMMEVAERK_RULES", "/srv/regler")
    assert env_folder("RULES") == Path("/srv/regler")
    monkeypatch.setenv("RAMMEVAERK_RULES", "regler")
    with pytest.raises(SettingError, match="not a full path"):
        env_folder("RULES")
