"""How dense a text is: tokens, branches, columns and habits that a reader stops at.

`make measure` measures the house by them.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import unicodedata

BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.IfExp,
    ast.ExceptHandler,
    ast.BoolOp,
    ast.comprehension,
)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BEGINS = ("FSTRING_START", "TSTRING_START")
COUNTED = {tokenize.NAME, tokenize.NUMBER, tokenize.OP, tokenize.STRING}


def tokens(text: str) -> list[int]:
    """The line of every token that says something: names, numbers, operators, texts.

    A text with holes in it is one token, as Python 3.11 reads it: later versions take it apart, and
    the same file would be longer there.
    """
    found = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("FSTRING_END", "TSTRING_END"):
            depth -= 1
        elif depth == 0 and (token.type in COUNTED or kind in BEGINS):
            found.append(token.start[0])
        if kind in BEGINS:
            depth += 1
    return found


def columns(line: str) -> int:
    """How wide a line is on a screen, without a note to the type checker, which can stand nowhere
    else; a Chinese character takes two columns."""
    line = re.sub(r"  # (type: ignore|noqa).*", "", line)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def branches(function: ast.AST) -> int:
    """Places where a reader has to remember under which condition she is."""
    return sum(isinstance(node, BRANCHES) for node in ast.walk(function))


def packed(tree: ast.AST) -> list[int]:
    """Lines with `a, b = x, y`: two sentences in one."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and isinstance(node.targets[0], ast.Tuple)
    ]


def nested(tree: ast.AST) -> list[int]:
    """Lines with a comprehension inside a comprehension."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, COMPREHENSIONS)
        and any(isinstance(n, COMPREHENSIONS) for n in ast.walk(node) if n is not node)
    ]


def ternaries(tree: ast.AST) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.IfExp)]


def chained(tree: ast.AST) -> list[int]:
    """Lines with a ternary whose answer or question is a ternary."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.IfExp)
        and any(isinstance(part, ast.IfExp) for part in (node.test, node.body, node.orelse))
    ]
