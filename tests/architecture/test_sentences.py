"""No operation, policy or query says anything, by itself or through gettext: a row would keep one
language's sentence for every reader. It names a state or raises a refusal with data, and
`backend/words` says it. Nothing else is said in Chinese alone."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import Module, modules
from tests.web.messages import PLURAL, SINGULAR

SILENT = re.compile(r"^backend/\w+/(operations|policy|queries)(/|\.py$)")
SPEAKS: tuple[str, ...] = ("django.utils.translation.gettext", "django.utils.translation.ngettext")
SPEAKS += ("django.utils.translation.pgettext", "django.utils.translation.npgettext")


GETTEXT = SINGULAR | PLURAL


def speaking(module: Module) -> list[str]:
    """Where a module that must be silent takes a sentence for itself."""
    if not SILENT.match(module.path):
        return []
    whole = ("django.utils.translation", "django.utils")
    found = []
    for line, name in module.imports():
        if name.startswith(SPEAKS) or name in whole or name == "django.utils.translation.*":
            found.append(f"{module.path}:{line} {name}")
    return found


# Whose texts are Chinese whoever reads them, and why; elsewhere a sentence is translated, stands in
# `backend/words` or is the name of a member of an enumeration, which pages say in either language.
IN_CHINESE = {
    "backend/cases/operations/working.py": "the title of a session is what a coordinator writes",
    "backend/config/own_pages.py": "pages of the server itself, which say it in both languages",
    "backend/config/settings.py": "the name of the house, of a language, and of a setting",
    "backend/exchange/cells.py": "what people write in the cells of a spreadsheet",
    "backend/exchange/checking.py": "headings of a spreadsheet, read again when it comes back",
    "backend/exchange/child.py": "what stands in the cells of a spreadsheet",
    "backend/exchange/files.py": "headings of a spreadsheet, read again when it comes back",
    "backend/exchange/identities.py": "beside a sentence that the list of an import keeps",
    "backend/exchange/queries/": "between sentences that the list of an import keeps",
    "backend/exchange/tables/": "headings of a spreadsheet, read again when it comes back",
    "backend/launcher/demo.py": "the name of the house",
    "backend/organisations/management/commands/first_steps.py": "the name of a county",
    "backend/pairs/operations/correcting.py": "a reason in the chain of her hours, as one is typed",
    "backend/pairs/operations/meeting.py": "the title of a session is what a coordinator writes",
    "backend/places/files.py": "a word of the file of divisions",
    "backend/planning/queries/sheets.py": "a sheet that is printed and signed at the door",
    "backend/proofs/policy.py": "the title of a paper, which is never translated",
    "backend/proofs/printing.py": "a paper, which is never translated",
    "backend/proofs/queries/reporting.py": "columns of the state's own form",
    "backend/proofs/sheet.py": "columns of the state's own form",
    "backend/reports/document.py": "a document of an office, which is never translated",
    "backend/reports/template.py": "styles of a document of an office",
    "backend/rights/operations/volunteers.py": "what stands on sheets where a name was",
    "backend/volunteers/models.py": "weekdays, the choices of a field",
    "backend/volunteers/names.py": "names of families of people",
    "backend/web/components/family.py": "how a pet name begins",
    "backend/web/coordinator/batches.py": "the name of a sheet of the state's own form",
    "backend/web/coordinator/boards.py": "how the name of a street ends",
    "backend/web/coordinator/days_field.py": "a day as people type it",
    "backend/web/coordinator/report_shapes.py": "how the name of an organisation ends",
    "backend/web/coordinator/sheets.py": "a sheet that is printed and signed at the door",
    "backend/web/found_field.py": "what people type around a name",
}
# Invented people, the style guide, and what says everything in Chinese first.
CHINESE_FIRST: tuple[str, ...] = ("backend/demo/", "backend/words/", "backend/web/examples/")
CHINESE_FIRST += ("backend/web/styleguide.py",)
HAN = re.compile("[\u4e00-\u9fff，：；。、（）「」]")


def in_chinese(module: Module) -> list[str]:
    """Texts with Chinese characters that are not handed to gettext; a docstring, a label of an
    enumeration and a name in the admin are none."""
    if module.path.startswith(CHINESE_FIRST):
        return []
    said: set[int] = set()
    for node in ast.walk(module.tree):
        if is_translated(node):
            said |= {id(one) for one in ast.walk(node)}
        elif isinstance(node, ast.Expr):
            said.add(id(node.value))
    return [
        f"{module.path}:{node.lineno} {node.value}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if HAN.search(node.value) and id(node) not in said
    ]


def is_translated(node: ast.AST) -> bool:
    """By gettext, or when the row is shown that keeps such a member."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in GETTEXT
    if isinstance(node, ast.ClassDef):
        return any(ast.unparse(base).endswith("Choices") for base in node.bases)
    return isinstance(node, ast.keyword) and node.arg == "choices"


def test_nothing_is_said_in_chinese_alone() -> None:
    found = [text for module in modules("backend", "scheduler") for text in in_chinese(module)]
    assert [text for text in found if not text.startswith(tuple(IN_CHINESE))] == []
    for path in IN_CHINESE:
        assert any(text.startswith(path) for text in found), f"{path}: a reason for nothing"


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("backend/visits/operations/x.py", 'OFF = "这一家取消了上门"', 1),
        ("backend/visits/operations.py", 'def f(day):\n    return f"{day} 取消"', 1),
        ("backend/rota/queries/x.py", 'def f(name="茉莉"):\n    "中文"', 1),
        ("backend/web/family/x.py", 'messages.info(request, "约好了")', 1),
        ("backend/web/family/x.py", 'title = _("约好了") + "，"', 1),
        ("scheduler/tasks/x.py", 'log.info("约好了")', 1),
        ("backend/rota/policy.py", '"福州市"\nOFF = "off"  # 取消', 0),
        ("backend/rota/states.py", 'class State(models.TextChoices):\n    OFF = "off", "取消"', 0),
        ("backend/web/family/x.py", 'title = _("约好了")\nmany = ngettext("%d 场", "%d 场", n)', 0),
        ("backend/demo/operations/x.py", 'OFF = "取消"', 0),
        ("backend/words/x.py", 'OFF = "取消"', 0),
    ],
)
def test_it_finds_a_kept_sentence(path: str, text: str, found: int) -> None:
    assert len(in_chinese(Module(path, text, ast.parse(text)))) == found


def test_no_operation_policy_or_query_says_a_sentence() -> None:
    silent = [module for module in modules("backend") if SILENT.match(module.path)]
    assert len(silent) > 50
    assert [found for module in silent for found in speaking(module)] == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("backend/rights/operations/x.py", "from django.utils.translation import gettext as _", 1),
        ("backend/rights/operations.py", "from django.utils.translation import gettext_lazy", 1),
        ("backend/rota/policy.py", "import django.utils.translation", 1),
        ("backend/rota/policy/x.py", "from django.utils import translation", 1),
        (
            "backend/rota/queries/x.py",
            "def f():\n from django.utils.translation import ngettext",
            1,
        ),
        ("backend/rota/operations/x.py", "from django.utils.translation import get_language", 0),
        ("backend/words/x.py", "from django.utils.translation import gettext", 0),
    ],
)
def test_it_finds_one(path: str, text: str, found: int) -> None:
    assert len(speaking(Module(path, text, ast.parse(text)))) == found
