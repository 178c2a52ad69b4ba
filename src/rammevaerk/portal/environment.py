"""Typed readers of environment variables. A value that cannot be understood stops the start."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PREFIX = "RAMMEVAERK_"
# libpq's own words for how the connection is encrypted and the server known.
_TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey")


class SettingError(Exception):
    """An environment variable holds something that cannot be used."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{PREFIX}{name}: {problem}")


def env_text(name: str, default: str) -> str:
    return os.environ.get(PREFIX + name, default)


def env_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_bool(name: str, default: bool) -> bool:
    raw = env_text(name, "true" if default else "false").lower()
    if raw not in {"true", "false", "1", "0", "yes", "no"}:
        raise SettingError(name, f"«{raw}» is neither true nor false")
    return raw in {"true", "1", "yes"}


def env_int(name: str, default: int, *, low: int, high: int) -> int:
    raw = env_text(name, str(default))
    if not raw.lstrip("-").isdigit() or not low <= int(raw) <= high:
        raise SettingError(name, f"«{raw}» is not a whole number from {low} to {high}")
    return int(raw)


def env_folder(name: str) -> Path | None:
    """A folder by its full path; None when nothing is said."""
    raw = env_text(name, "")
    if not raw:
        return None
    if not Path(raw).is_absolute():
        raise SettingError(name, f"«{raw}» is not a full path")
    return Path(raw)


def env_destination(name: str) -> str:
    """Where files are sent: a folder by its full path or an https address; "" for nowhere.

    Plain http is only for this machine itself: what is sent concerns citizens.
    """
    raw = env_text(name, "")
    address = urlsplit(raw)
    if not raw or Path(raw).is_absolute():
        return raw
    local = address.hostname in {"127.0.0.1", "localhost", "::1"}
    safe = address.scheme == "https" or (address.scheme == "http" and local)
    if safe and address.hostname and not address.username and not address.fragment:
        return raw
    raise SettingError(name, f"«{raw}» is neither a full path nor an https address")


def env_secret(name: str, *, keep_in: Path) -> str:
    """A secret: the variable itself, or the file NAME_FILE, or one made once and kept."""
    if value := env_text(name, ""):
        return value
    if file_name := env_text(name + "_FILE", ""):
        return _read_secret(name, Path(file_name))
    if not keep_in.exists():
        _write_secret(keep_in)
    return _read_secret(name, keep_in)


def _read_secret(name: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise SettingError(name, f"the secret file cannot be read: {problem}") from problem
    if len(value) < 32:
        raise SettingError(name, "the secret is shorter than 32 characters")
    return value


def _write_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes that start at once must end with one secret: the link is made by one of them.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def env_database(name: str, *, sqlite: Path) -> dict[str, object]:
    """Django's DATABASES entry from ``sqlite`` (the default) or a ``postgresql://`` address."""
    raw = env_text(name, "sqlite")
    if raw == "sqlite":
        return _sqlite(sqlite)
    address = urlsplit(raw)
    if address.scheme not in {"postgres", "postgresql"}:
        raise SettingError(name, "must be «sqlite» or start with postgresql://")
    # A socket folder stands in the query: postgresql:///name?host=/var/run/postgresql
    query = parse_qs(address.query)
    if unknown := sorted(query.keys() - {"host", *_TLS}):
        raise SettingError(name, f"«{', '.join(unknown)}» is not known in the address")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": address.hostname or query.get("host", [""])[0],
        "PORT": str(address.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {key: query[key][0] for key in _TLS if key in query},
    }


def _sqlite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Writers queue up instead of failing half-way, and readers never wait for them.
            # Recursive triggers: else INSERT OR REPLACE slips past the append-only ones.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
            ),
        },
    }
