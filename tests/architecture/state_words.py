"""Words of an enumeration that stand in quotes somewhere else.

A misspelt member is seen by the type checker, a misspelt word by nobody. Kept apart from its test,
so that it can be asked of a file that breaks it on purpose.

A word is followed through one name of its file (`wanted = "open"`) and through a function that says
which enumeration it returns (`-> Run.Stop`), not through one that only says `str`, a field of an
object or a text that is put together.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from django.apps import apps
from django.db import models

from tests.architecture.source import parsed

Words = Mapping[str, frozenset[str]]

# Words of their own: what a card is in, each a Literal that the type checker holds; what is said to
# somebody before a change; and whose hand is at a door.
OWN_WORDS = {
    "backend/planning/queries/board.py",
    "backend/rota/queries/shifts.py",
    "backend/web/components/board.py",
    "backend/web/components/family.py",
    "backend/web/components/volunteer.py",
    "backend/web/coordinator/session_confirm.py",
    "backend/web/doors/roles.py",
    "backend/web/family/cards.py",
    "backend/web/volunteer/cards.py",
    "backend/web/volunteer/find.py",
}


OF_TEXT = {"lower", "upper", "strip", "casefold", "title"}
LOOKUPS = {"in", "exact", "contains", "startswith", "endswith", "regex", "ne", "gt", "lt"}
LOOKUPS |= {f"i{lookup}" for lookup in LOOKUPS}


def enumerations() -> dict[str, frozenset[str]]:
    """Name of an enumeration → its words."""
    return {
        kind.__qualname__: frozenset(word for word in kind.values if word)
        for kind in models.TextChoices.__subclasses__()
        if kind.__module__.startswith("backend.")
    }


def fields() -> dict[str, frozenset[str]]:
    """Name of a field that keeps a member of an enumeration → the words that it may keep."""
    members = set(enumerations().values())
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            words = frozenset(word for word, _ in getattr(field, "choices", None) or () if word)
            if words in members:
                found.setdefault(field.name, set()).update(words)
    return {name: frozenset(words) for name, words in found.items()}


def returned(texts: Iterable[str], sets: Words) -> dict[str, frozenset[str]]:
    """Name of a function → the words of the enumeration that it says it returns, where all that
    are called so say the same one."""
    found: dict[str, set[frozenset[str]]] = {}
    for text in texts:
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, set()).add(_named_by(node.returns, sets))
    return {name: words for name, (words, *more) in found.items() if words and not more}


def _named_by(annotation: ast.expr | None, sets: Words) -> frozenset[str]:
    """`Run.Stop`, `Stop | None`: the words of the only enumeration that is called so."""
    while isinstance(annotation, ast.BinOp):
        left, right = annotation.left, annotation.right
        annotation = right if isinstance(left, ast.Constant) else left
    if not isinstance(annotation, ast.Name | ast.Attribute):
        return frozenset()
    written = ast.unparse(annotation)
    called = {words for name, words in sets.items() if f".{name}".endswith(f".{written}")}
    return called.pop() if len(called) == 1 else frozenset()


def quoted(
    path: str, text: str, of_field: Words, sets: Words, of_function: Words | None = None
) -> list[str]:
    """Where a word stands for a state: compared, given, kept, or in a table or set of states."""
    if path in OWN_WORDS or path.endswith("/states.py") or "/models" in path:
        return []
    found = []
    tree = parsed(text)
    kept = _kept(tree)
    of_field = {**of_field, **_answers(tree, of_function or {})}
    for node in ast.walk(tree):
        for name, value in _given(node):
            behind = kept.get(value.id, []) if isinstance(value, ast.Name) else []
            for constant in (*_constants(value), *behind):
                if constant.value in _words(name, of_field) and constant.value:
                    found.append(f'{path}:{constant.lineno} {name} "{constant.value}"')
        if isinstance(node, ast.Call | ast.Subscript) and _is_made(node, sets):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)[:60]}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for name, word in IN_SQL.findall(node.value):
                if word in _words(name, of_field):
                    found.append(f"{path}:{node.lineno} {name} '{word}'")
        if isinstance(node, ast.expr) and _is_a_set(node, sets):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)[:60]}")
    return found


# state = 'open', s.state IN ('open', in a text of SQL
IN_SQL = re.compile(r"\b(\w+)\s*(?:=|<>|!=|\bIN\s*\()\s*'(\w+)'", re.I)
# {% if row.state == "open" %}, {% if "open" in states %}; an operator and a word in quotes.
COMPARED = re.compile(
    r'([\w.]+) +(?:==|!=|in|not in) +"([^"]*)"|"([^"]*)" +(?:==|!=|in|not in) +([\w.]+)'
)


def compared(path: str, text: str, of_field: Words, sets: Words) -> list[str]:
    """Where a template asks for a word: of something that is called a state, or one that an
    enumeration holds. A row or a component has a flag for it."""
    kept = frozenset().union(*sets.values())
    found = []
    for tag in re.finditer(r"{%-? *(?:el)?if (.*?)%}", text, re.S):
        for left, right, first, last in COMPARED.findall(tag[1]):
            name = (left or last).rsplit(".", 1)[-1]
            word = right or first
            if name == "state" or name.endswith("_state") or _words(name, of_field) or word in kept:
                line = text.count("\n", 0, tag.start()) + 1
                found.append(f'{path}:{line} {left or last} "{word}"')
    return found


def _kept(tree: ast.AST) -> dict[str, list[ast.Constant]]:
    """Name → the words that the file keeps under it."""
    found: dict[str, list[ast.Constant]] = {}
    for node in ast.walk(tree):
        for name, value in _given(node) if isinstance(node, ast.Assign | ast.AnnAssign) else ():
            found.setdefault(name, []).extend(_constants(value))
    return found


def _answers(tree: ast.AST, of_function: Words) -> dict[str, frozenset[str]]:
    """What such a function is called by, and each name of the file under which its answer is
    kept."""
    found = {f"{name}()": words for name, words in of_function.items()}
    for node in ast.walk(tree):
        for name, value in _given(node) if isinstance(node, ast.Assign | ast.AnnAssign) else ():
            if name and _name(value) in found:
                found[name] = found[_name(value)]
    return found


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of all that is compared with, given to or kept under a name."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            for part in one.elts if isinstance(one, ast.Set) else ():
                yield _name(part), other
    if isinstance(node, ast.Compare):
        for other in node.comparators:
            yield _name(node.left), other
            yield _name(other), node.left
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.Match):
        for pattern in ast.walk(node):
            if isinstance(pattern, ast.MatchValue):
                yield _name(node.subject), pattern.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("startswith", "endswith", "__eq__"):
            yield from ((_name(node.func.value), one) for one in node.args)
    elif isinstance(node, ast.Call) and _name(node.func) == "setattr" and len(node.args) == 3:
        yield str(getattr(node.args[1], "value", "")), node.args[2]
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield _name(target), node.value
    elif isinstance(node, ast.AnnAssign) and node.value:
        yield _name(node.target), node.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.arguments):
        last = [*node.posonlyargs, *node.args][-len(node.defaults) :] if node.defaults else []
        for argument, default in zip(last, node.defaults, strict=True):
            yield argument.arg, default


def _name(node: ast.expr) -> str:
    """What it is called at last: x.state, row["state"], facts.get("state"), state; stop_word()."""
    if inside := _text_of(node):
        return _name(inside)
    if isinstance(node, ast.Call) and _name(node.func) == "getattr" and len(node.args) > 1:
        return str(getattr(node.args[1], "value", ""))
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if isinstance(node, ast.Call) and node.args and _name(node.func) == "get":
        return str(getattr(node.args[0], "value", ""))
    if isinstance(node, ast.Call | ast.NamedExpr):
        return f"{_name(node.func)}()" if isinstance(node, ast.Call) else _name(node.value)
    return ""


def _text_of(node: ast.expr) -> ast.expr | None:
    """What a text is made of: str(x.state), f"{x.state}", x.state.value, x.state.lower()."""
    if isinstance(node, ast.JoinedStr) and len(node.values) == 1:
        return node.values[0]
    if isinstance(node, ast.FormattedValue):
        return node.value
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return node.value
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr in OF_TEXT and not node.args:
        return node.func.value
    of_text = isinstance(node.func, ast.Name) and node.func.id == "str"
    return node.args[0] if of_text and node.args else None


def _words(name: str, of_field: Words) -> frozenset[str]:
    """`state`, `session__state__in`, `state__iexact` and `old_state` all keep states."""
    parts = [part for part in name.split("__") if part not in LOOKUPS]
    last = parts[-1] if parts else ""
    for field, words in of_field.items():
        if last == field or last.endswith(f"_{field}"):
            return words
    return frozenset()


def _constants(value: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(value, ast.Constant):
        yield value
    elif isinstance(value, ast.Tuple | ast.List | ast.Set):
        for one in value.elts:
            yield from _constants(one)
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


def _is_made(node: ast.Call | ast.Subscript, sets: Words) -> bool:
    """A member that is asked for by its word: Offer.State("lapsed"), State["LAPSED"]."""
    made = node.func if isinstance(node, ast.Call) else node.value
    asked = node.args[:1] if isinstance(node, ast.Call) else [node.slice]
    called = ast.unparse(made).rsplit(".", 1)[-1]
    words = frozenset().union(
        *(sets[name] for name in sets if called[0].isupper() and name.endswith(called))
    )
    said = [one.value for one in asked if isinstance(one, ast.Constant)]
    return any(str(one).lower() in words for one in said)


def _is_a_set(node: ast.AST, sets: Words) -> bool:
    """Two or more words of one enumeration together: a table or a set of states."""
    if isinstance(node, ast.Dict):
        held = [key for key in node.keys if key is not None]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        held = node.elts
    else:
        return False
    if len(held) < 2 or not all(isinstance(one, ast.Constant) for one in held):
        return False
    words = {one.value for one in held if isinstance(one, ast.Constant)}
    return any(words <= one for one in sets.values())
