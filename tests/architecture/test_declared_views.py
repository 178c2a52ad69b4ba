"""Every address says who may come: an action, the person alone, or everybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


ALL = list(patterns(get_resolver()))
EACH = pytest.mark.parametrize("pattern", ALL, ids=lambda one: str(one.pattern) or "(root)")


def declarations(view: Any) -> list[str]:
    return [
        name for name in ("requirement", "is_public", "is_personal") if getattr(view, name, None)
    ]


def test_there_are_addresses_to_look_at() -> None:
    assert len(ALL) > 30


@EACH
def test_every_view_declares_exactly_one_thing(pattern: URLPattern) -> None:
    assert len(declarations(pattern.callback)) == 1


@EACH
def test_only_a_public_view_opens_without_log_in(pattern: URLPattern) -> None:
    view = pattern.callback
    assert getattr(view, "login_required", True) is not getattr(view, "is_public", False)


@EACH
def test_a_view_about_a_row_takes_the_row_from_its_address(pattern: URLPattern) -> None:
    requirement = getattr(pattern.callback, "requirement", None)
    wanted = requirement.kwarg if requirement and requirement.model else None
    assert wanted is None or wanted in pattern.pattern.converters
    if wanted:
        options = requirement.model._meta
        assert requirement.field == "pk" or options.get_field(requirement.field).unique


def test_what_is_not_declared_public_is_closed() -> None:
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_the_admin_is_not_there() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    modules = {pattern.callback.__module__ for pattern in ALL}
    assert not any(module.startswith("django.contrib.admin") for module in modules)
