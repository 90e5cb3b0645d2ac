"""No lookup reaches up: Django names the rows of an app above on those of an app below, so that a
query could read what no import of its own would allow."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.source import modules

APPS = list(settings.OUR_APPS)


def names_above(app: str) -> frozenset[str]:
    """What the apps above `app` are called on rows that `app` may hold."""
    here = APPS.index(app)
    found = set()
    for model in apps.get_models():
        home = model._meta.app_config.name
        if home not in APPS or APPS.index(home) > here:
            continue
        for relation in model._meta.related_objects:
            above = relation.related_model._meta.app_config.name
            if above in APPS and APPS.index(above) > here:
                found |= {str(relation.name), str(relation.get_accessor_name())}
    return frozenset(found)


def words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Names that may be a lookup: keywords of a call, texts in one, keys of a dictionary, and
    attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, keyword.arg or "") for keyword in node.keywords)
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from _texts(value)
        elif isinstance(node, ast.Dict):
            yield from (text for key in node.keys if key for text in _texts(key))
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


def _texts(node: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for one in node.elts:
            yield from _texts(one)


def reaches(path: str, tree: ast.AST, above: frozenset[str]) -> list[str]:
    found = []
    for line, word in words(tree):
        parts = word.lstrip("-").split("__")
        if above.intersection(parts):
            found.append(f"{path}:{line} {word}")
    return found


def test_no_lookup_reads_rows_of_an_app_above() -> None:
    found = []
    for module in modules("backend"):
        if module.package in APPS:
            found += reaches(module.path, module.tree, names_above(module.package))
    assert found == []


@pytest.mark.parametrize(
    "reach",
    [
        "Family.objects.filter(bookings__state__in=LIVE)",
        "Avoid.objects.values_list('volunteer', 'family__bookings__session')",
        "Session.objects.prefetch_related('bookings')",
        "Rota.objects.order_by('-runs__created_at')",
        "Session.objects.annotate(n=Count('bookings'))",
        "Family.objects.filter(**{'bookings__session__ends_at__gt': now})",
        "session.bookings.all()",
    ],
)
def test_a_reach_is_seen(reach: str) -> None:
    assert reaches("backend/rota/x.py", ast.parse(reach), names_above("backend.rota")) != []


def test_rows_of_the_same_app_and_below_may_be_read() -> None:
    tree = ast.parse("Shift.objects.filter(session__rota__organisation__rotas=1, offers__state=2)")
    assert reaches("backend/rota/x.py", tree, names_above("backend.rota")) == []
    assert "bookings" not in names_above("backend.bookings")
