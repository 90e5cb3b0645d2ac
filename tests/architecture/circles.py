"""Which files import each other in a loop, whoever reads the import: a program that starts, a
function that is called, or the type checker alone."""

from __future__ import annotations

from collections.abc import Iterable

from tests.architecture.source import Module

FACES = {"matching/__init__.py"}  # hands on the names of all rooms

House = dict[str, set[str]]  # a file → those that it imports


def house(modules: Iterable[Module]) -> House:
    named = {}
    for one in modules:
        if one.path not in FACES:
            path = one.path.removesuffix(".py").removesuffix("/__init__")
            named[path.replace("/", ".")] = one
    return {name: arrows(one, set(named)) - {name} for name, one in named.items()}


def arrows(module: Module, known: set[str]) -> set[str]:
    """The modules of this project that a module names in an import."""
    named = {name for _, name in module.imports()}
    return {name if name in known else name.rpartition(".")[0] for name in named} & known


def circles(house: House) -> list[tuple[str, ...]]:
    reached = {file: _reached(house, file) for file in house}
    tied = [{file, *(o for o in there if file in reached[o])} for file, there in reached.items()]
    return sorted({tuple(sorted(one)) for one in tied if len(one) > 1})


def _reached(house: House, file: str) -> set[str]:
    todo = [*house[file]]
    seen: set[str] = set()
    while todo:
        there = todo.pop()
        if there not in seen:
            seen.add(there)
            todo += house[there]
    return seen
