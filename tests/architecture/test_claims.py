"""What ARCHITECTURE.md, docstrings and comments say of the tree is so: a file that they name is
there, a name stands where they say, a command can be typed."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from backend.common.locking import ORDER
from backend.moli import NAMES
from tests.architecture.absences import origins
from tests.architecture.source import ROOT, Module, files, modules

HOUSE = ("backend", "matching", "scheduler")
# A file with its ending, from the root or the end of its path.
FILE = re.compile(r"(?<![\w/.:-])((?:[\w-]+/)*[\w-]+\.(?:py|md|html|css|sh))\b")
NOT_HERE = {
    "docs/subsystems/events-system.md": "of another project, whose idea it was",
    "judge.py": "of a benchmark that lies beside the project",
    "a/b.py": "an example",
}
RAISES = re.compile(r"[Rr]aises ([^.;:]*)")
DJANGOS = {"DatabaseError", "NoReverseMatch", "TemplateDoesNotExist"}
CLASS = re.compile(r"\b[A-Z]\w*[a-z]\w*")
TYPED = re.compile(r"`moli ([a-z][a-z-]+)|backend\.moli ([a-z][a-z-]+)|migrate moli ([a-z-]+)")
OLDER = re.compile(r"manage\.py [a-z]")  # by which commands were typed before `moli`
Function = ast.FunctionDef | ast.AsyncFunctionDef
POSITIONAL = {"tell_of_account": "the kind of event comes first, as in record()"}


def said(module: Module) -> Iterator[tuple[int, str]]:
    """Docstrings and comments."""
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.ClassDef | Function):
            text = ast.get_docstring(node, clean=False)
            if text:
                yield node.body[0].lineno, text


def gone(module: Module) -> list[str]:
    """Files that are named and not there: from the root, or the end of a path that is."""
    return [
        f"{module.path}:{line} {path}"
        for line, text in said(module)
        for path in FILE.findall(text)
        if path not in NOT_HERE
        if not any(f"/{one}".endswith(f"/{path}") for one in files("*"))
    ]


def test_a_file_that_a_docstring_names_is_there() -> None:
    assert [one for module in modules(*HOUSE, "tests") for one in gone(module)] == []


def misplaced(module: Module) -> list[str]:
    """Names of something in another app that does not stand there: `rights.erase_child`."""
    apps = {path.split("/")[1] for path in files("backend/*/__init__.py")}
    one = "|".join(sorted(apps))
    dotted = re.compile(rf"(?<![\w./])(?:backend\.)?((?:{one})(?:\.(?!js\b)[a-z_]\w*)+)")
    return [
        f"{module.path}:{line} {name}"
        for line, text in said(module)
        for name in dotted.findall(text)
        if not stands(name)
    ]


def stands(name: str) -> bool:
    """backend.rota.policy.has_begun: the module is there, and the name in it."""
    parts = name.split(".")
    for many in range(len(parts), 0, -1):
        path = "/".join(["backend", *parts[:many]])
        file = next((p for p in (f"{path}.py", f"{path}/__init__.py") if (ROOT / p).exists()), "")
        if file and many == len(parts):
            return True
        if file:
            return bool(re.search(rf"\b{parts[many]}\b", (ROOT / file).read_text("utf-8")))
    return False


def test_a_name_of_another_app_stands_there() -> None:
    assert [one for module in modules(*HOUSE) for one in misplaced(module)] == []


def test_what_an_operation_is_said_to_raise_is_there() -> None:
    house = modules(*HOUSE)
    classes = {n.name for m in house for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)}
    known = classes | set(dir(builtins)) | DJANGOS
    unknown = [
        f"{module.path}:{line} {name}"
        for module in house
        for line, text in said(module)
        for sentence in RAISES.findall(text)
        for name in CLASS.findall(sentence)
        if name not in known and name not in origins(module.text)
    ]
    assert unknown == []


def cannot_be_typed(text: str) -> list[str]:
    typed = ["".join(found) for found in TYPED.findall(text)]
    return [word for word in typed if word not in NAMES] + OLDER.findall(text)


def test_a_command_that_is_named_can_be_typed() -> None:
    found = {
        path: words
        for path in (*files("*.md"), *files("*.py"), *files("docker/*"))
        if not path.startswith(("docs/how-to/add-", "tests/", "CHANGELOG"))
        if (words := cannot_be_typed((ROOT / path).read_text("utf-8")))
    }
    assert found == {}


def map_of_the_house() -> str:
    return (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def test_the_map_names_the_locks_in_their_order() -> None:
    words = (re.sub(r"(?<!^)(?=[A-Z])", " ", name.split(".")[1]).lower() for name in ORDER)
    assert " → ".join(words) in " ".join(map_of_the_house().split())


def operations(module: Module) -> Iterator[Function]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function) and "operation" in map(ast.unparse, node.decorator_list):
            yield node


def by_position(module: Module) -> list[str]:
    """Operations for others that take something without its name."""
    return [
        f"{module.path}:{node.name}"
        for node in operations(module)
        if not node.name.startswith("_") and node.name not in POSITIONAL
        if node.args.args or node.args.posonlyargs
    ]


def without_now(module: Module) -> list[str]:
    """Operations that record an event and are not handed the moment of it."""
    return [
        f"{module.path}:{node.name}"
        for node in operations(module)
        if "now" not in {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
        if any(
            isinstance(one, ast.Call) and ast.unparse(one.func) in ("record", "record_all")
            for one in ast.walk(node)
        )
    ]


def test_operations_are_as_the_map_says() -> None:
    house = modules("backend")
    assert [one for module in house for one in by_position(module)] == []
    assert [one for module in house for one in without_now(module)] == []


def test_a_task_is_three_statements_at_most() -> None:
    """It hands over to an operation: what is decided in a task is asked by nobody else."""
    long = []
    for module in modules("scheduler/tasks"):
        for node in ast.walk(module.tree):
            if isinstance(node, Function) and node.decorator_list:
                body = [one for one in node.body if not isinstance(one, ast.Expr)]
                if len(body) > 3:
                    long.append(f"{module.path}:{node.name}")
    assert long == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (gone, '"""As backend/words/nowhere.py says."""'),
        (gone, "a = 1  # as in nowhere.py"),
        (misplaced, '"""Ended before (rights.erase_child)."""'),
        (misplaced, "a = 1  # backend.rota.policy.nothing_of_it"),
        (by_position, "@operation\ndef end(pk: int, *, now: datetime) -> None: ..."),
        (without_now, "@operation\ndef end(*, pk: int) -> None:\n    record(Ended(pk=pk))"),
    ],
)
def test_what_is_not_so_is_found(check: object, text: str) -> None:
    module = Module("backend/rota/operations/x.py", text, ast.parse(text))
    assert callable(check) and check(module) != []


def test_a_command_that_cannot_be_typed_is_found() -> None:
    assert cannot_be_typed("`moli verify-records`, `moli fly`, `manage.py doors`") == [
        "fly",
        "manage.py d",
    ]
