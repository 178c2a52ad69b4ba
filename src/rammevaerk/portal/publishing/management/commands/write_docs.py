"""``rammevaerk write_docs``: the pages of docs/generated, written from the code itself."""

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

import rammevaerk
from rammevaerk.engine.parameter_files import LAYERS_DA, Parameter, Source, Version
from rammevaerk.engine.parameters import Parameters
from rammevaerk.engine.units import value_text_da
from rammevaerk.portal.access.actions import GRANTS, SCOPE_DA, Action, Role
from rammevaerk.portal.access.policy import AccessPath, Requirement, access_of

OURS = "rammevaerk."
FOLDER = Path(rammevaerk.__file__).parents[2] / "docs" / "generated"
_TRUST_DA = {"high": "høj", "medium": "middel", "low": "lav"}
_DJANGO_OPTIONS = {
    option.dest
    for option in BaseCommand().create_parser("", "")._actions  # noqa: SLF001
}


class Command(BaseCommand):
    help = "Writes docs/generated from the code; with --check it only says which pages are stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; 1 when stale")
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages lie")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder; this command runs in a work tree")
        fresh = pages()
        stale = sorted(name for name, text in fresh.items() if _read(folder / name) != text)
        left = sorted(path.name for path in folder.glob("*.md") if path.name not in fresh)
        if options["check"]:
            for name in [*stale, *left]:
                self.stderr.write(f"{folder / name} is stale; run: make docs")
            if stale or left:
                raise SystemExit(1)
            return
        for name in stale:
            (folder / name).write_text(fresh[name], encoding="utf-8")
            self.stdout.write(f"written: {name}")
        for name in left:
            (folder / name).unlink()
            self.stdout.write(f"removed: {name}")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def pages() -> dict[str, str]:
    """Every generated page by file name; the same code gives the same text."""
    written = {
        "permissions.md": permissions(),
        "rules.md": rules(),
        "data-model.md": data_model(),
        "urls.md": urls(),
        "commands.md": commands(),
    }
    return {name: "\n".join(lines).rstrip() + "\n" for name, lines in written.items()}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield _line(names)
    yield _line("---" for _ in names)
    yield from map(_line, rows)
    yield ""


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


# --- permissions.md ---


def permissions() -> Iterator[str]:
    """Role × action with the scope of each grant."""
    yield from ("# Rettigheder", "")
    yield "Skrevet af `rammevaerk write_docs` ud fra `GRANTS` i `portal/access/actions.py`."
    yield "En tom rude betyder nej. En ret rækker aldrig længere, end cellen siger:"
    yield ""
    yield "- **egen organisation**: kun det, der hører til den organisation, rollen er givet i"
    yield "- **samarbejdet**: alt i de samarbejder om en rammeaftale, som organisationen er med i"
    yield "- **alle**: alt i installationen"
    yield ""
    yield "Hvad ingen rolle har ret til, gør kun kommandoer på maskinen selv, og sporet viser det."
    yield "Man handler i én rolle ad gangen. Hvad man ikke må se, findes ikke (404); hvad man må"
    yield "se, men ikke må gøre, afvises med begrundelse (403)."
    yield ""
    head = ["Handling", "Kode", *(str(role.label) for role in Role)]
    yield from _table(head, map(_grants, Action))


def _grants(action: Action) -> Iterator[str]:
    yield str(action.label)
    yield _code(action.value)
    for role in Role:
        scope = GRANTS[role].get(action)
        yield str(SCOPE_DA[scope]) if scope else ""


# --- rules.md ---


def rules() -> Iterator[str]:
    """Every parameter with its versions and sources."""
    parameters = Parameters.load()
    yield from ("# Regler og parametre", "")
    yield "Skrevet af `rammevaerk write_docs` ud fra `src/rammevaerk/rules/`. Ret dér."
    yield "«Efterprøvet» er den dag, værdien sidst blev holdt op mod projektets notater, som"
    yield "citerer kilden. Det er ikke en jurists læsning af kilden; når en sådan foreligger,"
    yield "fornyes dagen."
    yield ""
    for parameter in parameters:
        yield from _parameter(parameter)
    used = {version.source for one in parameters for version in one.versions}
    yield from ("## Kilder", "")
    yield "De kilder, som parametrene ovenfor henviser til."
    yield ""
    sources = [parameters.sources[key] for key in sorted(used)]
    head = ["Nøgle", "Kilde", "Henvisning", "Adresse", "Bemærkning"]
    yield from _table(head, map(_source, sources))
    others = sorted(set(parameters.sources) - used)
    yield f"Registeret har desuden {len(others)} kilder, som ingen parameter bruger endnu."


def _parameter(parameter: Parameter) -> Iterator[str]:
    yield from (f"## {parameter.label_da}", "")
    layer = LAYERS_DA[parameter.layer]
    yield f"Nøgle `{parameter.key}` · enhed {_unit(parameter)} · bygger på: {layer}"
    yield ""
    if parameter.description_da:
        yield from (parameter.description_da, "")
    head = ["Fra", "Til (ikke med)", "Værdi", "Kilde", "Besluttet", "Efterprøvet", "Bemærkning"]
    yield from _table(head, (_version(parameter, version) for version in parameter.versions))


def _unit(parameter: Parameter) -> str:
    unit = parameter.unit
    if isinstance(unit, str):
        return _code(unit)
    return ", ".join(f"{name}: {_code(one)}" for name, one in unit.items())


def _version(parameter: Parameter, version: Version) -> Iterator[str]:
    end, decided = version.period.end, version.decided
    yield version.period.start.isoformat()
    yield end.isoformat() if end else ""
    value = version.value
    yield "ingen regel" if value is None else value_text_da(value, parameter.unit)
    yield _code(version.source)
    yield decided.isoformat() if decided else ""
    trust = f"**nej** (tillid: {_TRUST_DA.get(version.unverified, '')})"
    yield version.verified.isoformat() if version.verified else trust
    yield version.note


def _source(source: Source) -> Iterator[str]:
    yield _code(source.key)
    yield source.title_da
    yield source.reference
    yield f"<{source.url}>" if source.url else ""
    yield source.note_da


# --- data-model.md ---


def data_model() -> Iterator[str]:
    """Every table of ours: columns, constraints, what its rows belong to."""
    yield from ("# Data model", "")
    yield "Written by `rammevaerk write_docs` from the models. The Danish names are those on"
    yield "screen. *Append-only* tables refuse UPDATE and DELETE in the database itself. *Guarded*"
    yield "text is refused when it holds a CPR number."
    yield ""
    for model in our_models():
        yield from _model(model)


def our_models() -> list[type[models.Model]]:
    """The models of our own apps, by app and name."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    return sorted(ours, key=lambda model: str(model._meta.label))  # noqa: SLF001


def _model(model: type[models.Model]) -> Iterator[str]:
    options = model._meta  # noqa: SLF001
    yield from (f"## {options.label}: {options.verbose_name}", "")
    yield from ((model.__doc__ or "").strip().splitlines()[0], "")
    append_only = " · **append-only**" if getattr(model, "append_only", False) else ""
    yield f"Table `{options.db_table}`{append_only} · {_belongs(access_of(model))}"
    yield ""
    yield from _table(["Column", "Danish", "Type", "Notes"], map(_field, options.concrete_fields))
    names = [one.name for one in [*options.constraints, *options.indexes]]
    if names:
        yield "Constraints and indexes: " + ", ".join(map(_code, names)) + "."
        yield ""


def _belongs(path: AccessPath) -> str:
    parts = [f"read with `{path.read.value}`"]
    parts += [f"organisation by `{one}`" for one in path.organisations(path.read)]
    parts += [
        f"`{action.value}` by {' or '.join(f'`{one}`' for one in paths)}"
        for action, paths in path.sides.items()
    ]
    parts += [f"cooperation by `{path.cooperation}`"] if path.cooperation else []
    return ", ".join(parts) + (" (to many)" if path.many else "")


def _field(field: Any) -> Iterator[str]:
    target = field.related_model
    yield _code(field.column)
    # Only a name that somebody wrote is Danish; Django makes up the others from the column.
    written = str(field.verbose_name) != field.name.replace("_", " ")
    yield str(field.verbose_name) if written and field.name != "id" else ""
    yield f"→ {target._meta.label}" if target else _kind(field)  # noqa: SLF001
    yield ", ".join(_notes(field))


def _kind(field: Any) -> str:
    name = type(field).__name__.removesuffix("Field")
    return f"{name}({field.max_length})" if field.max_length else name


def _notes(field: Any) -> Iterator[str]:
    if field.primary_key:
        yield "primary key"
    elif field.unique:
        yield "unique"
    if field.null:
        yield "may be null"
    elif field.blank and not field.primary_key:
        yield "may be empty"
    if field.choices:
        yield "one of " + ", ".join(_code(str(value)) for value, _label in field.flatchoices)


# --- urls.md ---


def urls() -> Iterator[str]:
    """Every address with what its view demands."""
    yield from ("# Addresses", "")
    yield "Written by `rammevaerk write_docs` from the URL configuration. Every view declares what"
    yield "it demands: an action, on a row where it is about one; or it is *personal* (for whoever"
    yield "is logged in, about that person alone) or *public*."
    yield ""
    yield from _table(["Address", "Name", "Demands", "On"], map(_address, our_views()))


def our_views(
    entries: Iterable[URLPattern | URLResolver] | None = None, prefix: str = "/", space: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Address, name and view of every URL pattern, in the order they are tried."""
    for entry in get_resolver().url_patterns if entries is None else entries:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from our_views(entry.url_patterns, address, inner)
        else:
            yield address, f"{space}{entry.name}", entry.callback


def _address(found: tuple[str, str, Any]) -> Iterator[str]:
    address, name, view = found
    yield _code(address)
    yield _code(name)
    requirement: Requirement | None = getattr(view, "requirement", None)
    if requirement is None:
        personal = getattr(view, "is_personal", False)
        public = getattr(view, "is_public", False)
        yield "*personal*" if personal else "*public*" if public else "**nothing**"
        yield ""
        return
    yield _code(requirement.action.value)
    yield _row_needed(requirement)


def _row_needed(requirement: Requirement) -> str:
    if requirement.model is None:
        return ""
    label = requirement.model._meta.label  # noqa: SLF001
    needed = requirement.row_action or requirement.action
    return label if needed is requirement.action else f"{label} that allows {_code(needed.value)}"


# --- commands.md ---


def commands() -> Iterator[str]:
    """Every management command of ours with its options."""
    yield from ("# Commands", "")
    yield "Written by `rammevaerk write_docs`. These need the portal and its database, and run as"
    yield "`rammevaerk NAME`. The commands without a database, `rammevaerk rules` and"
    yield "`rammevaerk cpr`, explain themselves with `--help`; Django's own, such as `migrate`, are"
    yield "there too."
    yield ""
    for name, app in sorted(get_commands().items()):
        if str(app).startswith(OURS):
            yield from _command(str(app), name)


def _command(app: str, name: str) -> Iterator[str]:
    command = load_command_class(app, name)
    yield from (f"## {name}", "", str(command.help), "")
    options = [
        option
        for option in command.create_parser("rammevaerk", name)._actions  # noqa: SLF001
        if option.dest not in _DJANGO_OPTIONS and option.help is not SUPPRESS
    ]
    for option in options:
        words = ", ".join(option.option_strings) or option.dest
        choices = "one of " + ", ".join(map(_code, option.choices)) if option.choices else ""
        explained = "; ".join(filter(None, (option.help, choices)))
        yield f"- {_code(words)}" + (f": {explained}" if explained else "")
    if options:
        yield ""
