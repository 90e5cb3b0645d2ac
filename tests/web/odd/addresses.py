"""Every address that the project knows, and the fields that its pages read."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from django import forms
from django.urls import URLPattern, URLResolver, get_resolver

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")
READS = re.compile(r"\b(GET|POST|asked|get)\.(get|getlist)$")
LEAVES = ("account_logout", "admin:logout")  # whoever asks them asks nothing more
OF_LIBRARIES = ("q", "p", "o", "e", "next", "login", "password", "code", "action")
OF_HELPERS = ("from", "day", "part", "week", "pick", "who", "page", "child")


@dataclass(frozen=True)
class Address:
    """One URL pattern: its route with the converters in it, its name with the namespaces in front,
    and the module that answers."""

    route: str
    name: str
    module: ModuleType | None

    @property
    def parts(self) -> list[str]:
        """The names of what varies in it."""
        return [one or other for _, one, other in CONVERTER.findall(self.route)]

    def at(self, values: dict[str, str]) -> str:
        """The path with these values in it; a part without a value becomes 1."""
        path = CONVERTER.sub(lambda found: values.get(found[2] or found[3], "1"), self.route)
        return "/" + re.sub(r"\\(.)|[\^$]|\\Z", r"\1", path.replace(r"\Z", ""))


@cache
def addresses() -> tuple[Address, ...]:
    """All of them, except those that sign out and the one that catches whatever the admin does not
    know."""
    return tuple(one for one in _below(get_resolver().url_patterns, "") if one.name not in LEAVES)


def _below(patterns: list[Any], before: str, spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, route, (*spaces, *filter(None, [one.namespace])))
        elif isinstance(one, URLPattern) and "(?P<url>" not in route:
            module = inspect.getmodule(inspect.unwrap(one.callback))
            yield Address(route, ":".join((*spaces, one.name)) if one.name else "", module)


@cache
def fields_of(module: ModuleType | None) -> tuple[str, ...]:
    """What the views of a module read from addresses and forms: the names beside GET and POST, and
    the fields of its forms."""
    if module is None or not module.__name__.startswith("backend."):
        return OF_LIBRARIES
    names = {name for kind in vars(module).values() for name in _form_fields(kind)}
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and READS.search(ast.unparse(node.func)):
            names |= {name for argument in node.args[:1] for name in _text(argument)}
    return tuple(sorted(names.union(OF_HELPERS)))


def _form_fields(kind: object) -> list[str]:
    is_form = isinstance(kind, type) and issubclass(kind, forms.BaseForm)
    return list(getattr(kind, "base_fields", ())) if is_form else []


def _text(node: ast.expr) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
