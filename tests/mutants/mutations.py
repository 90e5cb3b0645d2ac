"""Small changes of a source text, each of which makes it say something else: what a test must
notice.

A comparison moves by one or turns round, a sum becomes a difference, a condition turns round, a
number grows by one, a statement goes. Texts, types, decorators and assertions stay as they are: the
words are held elsewhere, the others say nothing at run time.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
UNSAID = (ast.Assert, ast.Raise, ast.Import, ast.ImportFrom, ast.AnnAssign)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutant:
    """One change: the line that it is on and those of its statement, whether that is in a function,
    what it was and became, and the whole text with it; its lines are where they were."""

    line: int
    lines: range
    in_function: bool
    on: str
    was: str
    became: str
    tree: ast.Module

    @property
    def text(self) -> str:
        return ast.unparse(self.tree)

    @property
    def change(self) -> str:
        """`return low <= months: low <= months → low < months`; names it wherever it stands."""
        return f"{self.on}: {self.was} → {self.became}"


def mutants(text: str) -> list[Mutant]:
    """Every mutant of a source text, in the order of its lines."""
    tree = ast.parse(text)
    found = []
    for place, node in enumerate(spoken(tree)):
        line = getattr(node, "lineno", getattr(getattr(node, "iter", None), "lineno", 1))
        on = text.splitlines()[line - 1].strip()
        for new in changed(node):
            where = line, statement(tree, line), in_function(tree, line)
            changes = short(node), short(new)
            found.append(Mutant(*where, on, *changes, _changed_tree(tree, place, new)))
    return sorted(found, key=lambda mutant: mutant.line)


def statement(tree: ast.Module, line: int) -> range:
    """The lines of the statement around one; of a block those of its head."""
    around = [
        range(one.lineno, head_ends(one))
        for one in ast.walk(tree)
        if isinstance(one, ast.stmt) and one.lineno <= line < head_ends(one)
    ]
    return min(around, key=len, default=range(line, line + 1))


def head_ends(node: ast.stmt) -> int:
    """The line after it, or the first one of what it holds."""
    body = getattr(node, "body", None)
    return body[0].lineno if body else (node.end_lineno or node.lineno) + 1


def in_function(tree: ast.Module, line: int) -> bool:
    """It is read when a function is called, not when the module is."""
    return any(
        isinstance(one, FUNCTIONS) and one.body[0].lineno <= line <= (one.end_lineno or 0)
        for one in ast.walk(tree)
    )


def _changed_tree(tree: ast.Module, place: int, new: ast.AST) -> ast.Module:
    """The whole text with another node in that place."""
    other = copy.deepcopy(tree)
    target = list(spoken(other))[place]
    Swap(target, ast.copy_location(copy.deepcopy(new), target)).visit(other)
    return ast.fix_missing_locations(other)


class Swap(ast.NodeTransformer):
    """Puts another node in the place of one."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def short(node: ast.AST) -> str:
    """A node as one line; of a block only how it begins."""
    return ast.unparse(node).strip().split("\n")[0]


def spoken(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it that are looked at when the program runs, in their order."""
    annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
    for child in ast.iter_child_nodes(node):
        if silent(child) or child is annotation:
            continue
        yield child
        if isinstance(child, FUNCTIONS):
            for inner in (child.args, *child.body):
                yield from spoken_with(inner)
        elif isinstance(child, ast.ClassDef):
            for statement in child.body:
                yield from spoken_with(statement)
        else:
            yield from spoken(child)


def spoken_with(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.arguments):
        for default in (*node.defaults, *(d for d in node.kw_defaults if d)):
            yield from spoken_with(default)
    elif not silent(node):
        yield node
        yield from spoken(node)


def silent(node: ast.AST) -> bool:
    """It says nothing at run time, or says it to people."""
    if isinstance(node, UNSAID):
        return not (isinstance(node, ast.AnnAssign) and node.value)
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.JoinedStr) or docstring(node)


def docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What else could stand in the place of a node."""
    match node:
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield ast.Compare(
                        node.left, [*ops[:k], other(), *ops[k + 1 :]], node.comparators
                    )
        case ast.BinOp(op=op) if type(op) in OPERATORS and not _types(node):
            yield ast.BinOp(node.left, OPERATORS[type(op)](), node.right)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Return(value=value) if value and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign() | ast.Continue() | ast.Break() | ast.Expr():
            yield ast.Pass()


def _types(node: ast.BinOp) -> bool:
    """`A | None` of classes, as in isinstance()."""
    return any(isinstance(part, ast.Constant) and part.value is None for part in ast.walk(node))
