"""What must not stand in the source, each as a question to one file: (path, text) → findings.

Kept apart from the test that asks them of the project, so that each can also be asked of a file
that breaks it on purpose: a guard that nobody has seen bite guards nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache

from tests.architecture.source import parsed

Check = Callable[[str, str], list[str]]

SIGNALS = r"(pre_init|post_init|pre_save|post_save|pre_delete|post_delete|m2m_changed)"
SIGNALLED = re.compile(r"^(django\.(\w+\.)*(signals|dispatch)|(celery|kombu|channels)\.signals)\b")
WRITING = {"save", "asave", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROWS = {"create", "acreate", "update", "delete", "aupdate", "adelete"}
RELATED = {"add", "aadd", "set", "aset", "remove", "aremove", "clear", "aclear"}
NO_ROWS = {"app.conf.update"}  # Celery's settings
NEVER_WRITES = re.compile(
    r"^backend/(web|live|access|words)/|^scheduler/|/(queries|policy|snapshot)(/|\.py)"
)
GIVEN_BY_NAME = {"getattr", "methodcaller", "attrgetter"}
MAKERS = re.compile(r"\b(objects|_default_manager|_base_manager)\b")
TOLD_THE_TIME = r"/(operations|policy|rules|models|queries|snapshot)(/|\.py)|^backend/access/"
# The database's own clock, in a text that is handed to it.
SQL_CLOCK = re.compile(
    r"\b(?:(?:now|(?:clock|statement|transaction)_timestamp|timeofday)\(\)"
    r"|(?:current_(?:timestamp|date|time)|localtime(?:stamp)?)\b)",
    re.I,
)
# What writes in SQL where nothing is written: → why.
SAYS_SQL = {
    "backend/web/idempotency.py": "the answer to a form is kept beside it, of whatever page it is",
}
SQL_WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE INTO)\s", re.I)
CLOCKS = re.compile(
    r"^(datetime\.(datetime|date)\.(now|today|utcnow)"
    r"|time\.(time|monotonic|perf_counter|process_time|thread_time)(_ns)?"
    r"|time\.(localtime|gmtime|clock_gettime)"
    r"|django\.utils\.timezone\.(now|localtime|localdate)"
    r"|django\.db\.models\.functions\.(\w+\.)?Now"
    r"|backend\.common\.clock\.now)$"
)
READING_A_CLOCK = re.compile(
    r"(^|\.)(now|today|utcnow|localdate|localtime|monotonic|perf_counter|time_ns)$|^time\.time$"
)
STAMPED = {"auto_now", "auto_now_add"}
# What is asked and done; a message, an import or an interface asks it without a page. All of
# backend but what speaks HTTP:
PAGES = r"^backend/(web|live|config|launcher)/|/admin\.py$"
SPEAKS_HTTP = {
    "backend/accounts/adapter.py": "what the package that signs people in asks back",
    "backend/accounts/attempts.py": "a middleware: it counts what comes from one address",
    "backend/accounts/backends.py": "Django hands a request to who knows a name and a password",
    "backend/accounts/shown_number.py": "what a session of a browser remembers",
    "backend/common/careful_admin.py": "the admin's pages, for every app's admin.py",
    "backend/common/client.py": "the address that a request came from",
    "backend/common/logs.py": "a log knows a request that Django itself refused",
    "backend/families/phone_backend.py": "Django hands a request to who knows a number",
}
HTTP = re.compile(
    r"^django\.(http|shortcuts|views|middleware|template\.response)\b"
    r"|^django\.core\.exceptions\.(PermissionDenied|SuspiciousOperation|BadRequest)$"
)
BY_NAME = {"import_module", "__import__", "import_string", "find_spec", "run_module"}
SENT_OFF = {"send_task", "apply_async", "delay"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
CONDITIONS = {"filter", "exclude", "aggregate", "annotate", "alias", "complex_filter"}
CONDITIONS |= {"raw", "extra"}
CONDITION_MAKERS = {"Q", "Exists", "among"}
FETCHED = {"get", "aget", "filter", "get_object_or_404", "get_list_or_404"}
NAMED_BY = {"pk", "pk__in", "key"}
HER_OWN = {"volunteer", "family", "user_id"}  # whose row it is, beside its key
# What is asked of the rows of a row (`rota.sessions.count()`); fetching and ordering them is none.
OF_RELATED = {"exists", "count", "first", "last", "earliest", "latest", "in_bulk", "values_list"}
OF_RELATED |= {"contains", "iterator", "acount", "aexists", "afirst"}
ASKED_BY_TEMPLATE = re.compile(
    r"\.(exists|values_list|aggregate|order_by|distinct)\b"
    r"|\.all\|length"
    r"|(?<![\w.])(?!forloop\b)\w+(\.\w+)+\.(count|first|last|earliest|latest)\b"
)
BETWEEN = {"all", "order_by", "distinct", "reverse", "only", "defer", "select_related"}
# What a page may ask: (page, as it is written) → why.
ASKS: dict[tuple[str, str], str] = {
    ("found_field.py", "self.queryset.filter"): "a field's: words typed into one list of a form",
    ("health.py", "connection.cursor"): "whether the database answers at all",
    ("operator/status.py", "connection.cursor"): "which version the database is, no table",
}
# What a library has set on it, because it offers no other way: (file, as it is written) → why.
SET_FROM_OUTSIDE: dict[tuple[str, str], str] = {
    ("backend/common/evidence/child.py", "Image.MAX_IMAGE_PIXELS"): "Pillow's own way to say it",
    ("backend/config/urls.py", "admin.site.login"): "allauth's own way to guard the admin's door",
    ("backend/moli.py", "sys.argv"): "a command is handed on to Django's under its own name",
    ("matching/solvers/worker.py", "sys.stdout"): "answers go by it, so nothing else may",
}
# What says that a text is markup, and the patterns with holes that each takes first.
SAID_SAFE = dict.fromkeys(("mark_safe", "SafeString", "SafeText", "html_safe"), 1)
PATTERNS = {"format_html": 1, "format_html_join": 2}
# What draws markup itself: (file, as it is written) → why nothing of anybody's is unescaped in it.
DRAWN: dict[tuple[str, str], str] = {
    ("backend/web/templatetags/moli.py", "mark_safe(content.strip())"): "a block, rendered before",
    ("backend/web/templatetags/moli.py", "mark_safe(drawing)"): "squares that segno drew",
}
# What of `matching` searches, or asks a solver.
SOLVES = {"solve", "Search", "SolverPool", "WorkerPool", "repair", "why_infeasible", "why_nobody"}
SOLVES |= {"why_not", "why_her", "Tuning"}
ONE_TRANSLATION = "backend/rota/snapshot/"
OTHER_PROBLEMS = "backend/planning/"  # makes one problem into another
NOUNS = {"Problem", "Volunteer", "Session", "Shift", "Request"}
DRAWERS = {"util", "utils", "helper", "helpers", "tool", "tools", "misc", "exceptions", "common"}
INLINE = re.compile(
    r"(?<![\w-])style\s*="
    r"|<style\b"
    r"|<script\b(?![^>]*\ssrc\s*=)(?![^>]*type=[\"']application/json[\"'])"
    r"|(?<![\w-])on[a-z]+\s*=|hx-on|javascript:",
    re.I,
)


def written(node: ast.expr) -> str:
    """As it is written; a name.of.a.name, which most are, without asking the library, which
    takes ten times as long."""
    names: list[str] = []
    part = node
    while isinstance(part, ast.Attribute):
        names.append(part.attr)
        part = part.value
    if not isinstance(part, ast.Name):
        return ast.unparse(node)
    return ".".join([part.id, *reversed(names)])


def calls(text: str) -> Iterator[tuple[int, str]]:
    """Every call with its line and what is called, as it is written."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Call):
            yield node.lineno, written(node.func)


def origins(text: str) -> dict[str, str]:
    """What each name of a file is that it imports, under whatever other name."""
    found = {}
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


@cache
def mentions(text: str) -> tuple[tuple[int, str], ...]:
    """Every name and every name.of.a.name with its line, called or not, as what it was imported:
    `saved` is django.db.models.signals.post_save, whatever it is called here."""
    known = origins(text)
    found = []
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Name | ast.Attribute):
            first, dot, rest = written(node).partition(".")
            found.append((node.lineno, known.get(first, first) + dot + rest))
    return tuple(found)


def lines(pattern: str, path: str, text: str) -> list[str]:
    """The lines that a pattern matches."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(pattern, line):
            found.append(f"{path}:{number} {line.strip()[:90]}")
    return found


def signals(path: str, text: str) -> list[str]:
    """Receivers of signals, connected or decorated, the signals under another name, and signals of
    our own."""
    named = [name for _, name in imports(text) if SIGNALLED.match(name)]
    told = lines(rf"\b{SIGNALS}\.connect|\breceiver\(", path, text)
    used = [f"{path}:{line} {name}" for line, name in mentions(text) if SIGNALLED.match(name)]
    return [*(f"{path} imports {name}" for name in named), *told, *used]


def clocks(path: str, text: str) -> list[str]:
    """A clock inside rules, policy, operations, queries or models: read, handed on as a default, or
    the database's own, also in a text of SQL."""
    if not re.search(TOLD_THE_TIME, path):
        return []
    found = [(line, name) for line, name in calls(text) if READING_A_CLOCK.search(name)]
    found += [(line, name) for line, name in mentions(text) if CLOCKS.search(name)]
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.keyword) and node.arg in STAMPED:
            found.append((node.lineno, node.arg))
        elif isinstance(node, ast.keyword) and node.arg == "function":
            called = f"{getattr(node.value, 'value', '')}()"  # Func(function="now")
            found += [(node.value.lineno, called)] if SQL_CLOCK.search(called) else []
    found += [(line, said) for line, said in texts(text) if SQL_CLOCK.search(said)]
    return [f"{path}:{line} {name}" for line, name in found]


def texts(text: str) -> Iterator[tuple[int, str]]:
    """Every text of a file with its line, but for docstrings."""
    tree = parsed(text)
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose:
            yield node.lineno, node.value


def writes(path: str, text: str) -> list[str]:
    """A row made, changed or deleted by a page, a task, a consumer or what only reads, or hung on
    another: called, handed on (`put = row.save`), asked for by its name or said in SQL. A name that
    is put together (`"sa" + "ve"`) is not seen."""
    if not NEVER_WRITES.search(path):
        return []
    found = []
    if path not in SAYS_SQL:
        found += [f"{path}:{n} {sql[:90]}" for n, sql in texts(text) if SQL_WRITES.search(sql)]
    for node in ast.walk(parsed(text)):
        called = isinstance(node, ast.Call) and (_writes(node) or _by_name(node))
        handed_on = isinstance(node, ast.Attribute) and node.attr in WRITING
        if called or handed_on:
            found.append(f"{path}:{node.lineno} {ast.unparse(node)[:90]}")
    return found


def _by_name(call: ast.Call) -> bool:
    """getattr(row, "save"), methodcaller("delete"); or getattr(row, name)(), whatever it calls."""
    if isinstance(call.func, ast.Call):
        inside = call.func
        computed = [one for one in inside.args[1:] if not isinstance(one, ast.Constant)]
        return written(inside.func) == "getattr" and bool(computed)
    if written(call.func).rsplit(".", 1)[-1] not in GIVEN_BY_NAME:
        return False
    asked = {one.value for one in call.args if isinstance(one, ast.Constant)}
    return bool(asked & (WRITING | ROWS | RELATED))


def _writes(call: ast.Call) -> bool:
    """A dictionary's update() is handed something, rows are handed values by name; delete() of
    rows is handed nothing. What is added to is a set of this function (`seen`), of this object
    (`self.seen`), or else a relation of a row."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    last = func.attr
    if written(func) in NO_ROWS:
        return False
    if last in WRITING or last in {"create", "acreate"}:
        return True
    if last in ROWS and MAKERS.search(written(func)):
        return True
    if last in {"delete", "adelete"}:
        return not call.args and not call.keywords
    if last in {"update", "aupdate"}:
        return not call.args and bool(call.keywords)
    of = func.value
    return last in RELATED and isinstance(of, ast.Attribute) and written(of.value) != "self"


def questions(path: str, text: str) -> list[str]:
    """A question to the tables in a page, whatever it begins with (a manager, the rows of another
    row, what a query gave): it may fetch the rows that its address or form names by their key
    (`pk`, `key`), of whoever asks (HER_OWN), and be handed none; every other condition is a
    query's. Going through rows (`for one in row.rows.all()`) is none: only the number of statements
    of a page tells whether they were fetched before, and its test counts them."""
    if not path.startswith("backend/web/"):
        return []
    page = path.removeprefix("backend/web/")
    tree = parsed(text)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or (page, written(node)) in ASKS:
            continue
        whole = _chain(node, above)
        call = above.get(node)
        asked = _conditions(call, node.attr) or _asks_related(call, node)
        if node.attr in MANAGERS and not _by_key(whole):
            found.append(f"{path}:{node.lineno} {ast.unparse(whole[-1])[:90]}")
        elif asked or (node.attr == "cursor" and isinstance(call, ast.Call)):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)[:90]}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_narrowed(node) or _counted(node)):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)[:90]}")
    return found


def _narrowed(call: ast.Call) -> bool:
    """Fetches by a key and by something else, which decides who may see it."""
    words = {word.arg for word in call.keywords}
    fetches = written(call.func).rsplit(".", 1)[-1] in FETCHED
    return fetches and bool(words - NAMED_BY - HER_OWN or _put_together(call))


def _put_together(call: ast.Call) -> bool:
    """A condition that is made of others, Q(pk=1) | Q(state=2)."""
    inside = [node for one in call.args for node in ast.walk(one)]
    return any(
        isinstance(node, ast.Call) and written(node.func).split(".")[-1] in CONDITION_MAKERS
        for node in inside
    )


def _counted(call: ast.Call) -> bool:
    """len(row.rows.all()), which fetches them all to count them."""
    if written(call.func) != "len" or not isinstance(call.args[0], ast.Call):
        return False
    return written(call.args[0].func).endswith(".all")


def _chain(node: ast.AST, above: dict[ast.AST, ast.AST]) -> list[ast.AST]:
    """What is asked further of it, call by call."""
    chain = [node]
    while isinstance(above.get(chain[-1]), ast.Attribute | ast.Call):
        following = above[chain[-1]]
        if isinstance(following, ast.Call) and following.func is not chain[-1]:
            break
        chain.append(following)
    return chain


def _by_key(chain: list[ast.AST]) -> bool:
    """A row is fetched by its key, or none are."""
    names = {one.attr for one in chain if isinstance(one, ast.Attribute)}
    words = {word.arg for one in chain if isinstance(one, ast.Call) for word in one.keywords}
    return bool(("none" in names) or words & NAMED_BY)


def _conditions(call: ast.AST | None, name: str) -> bool:
    """Whether this is a call that puts a condition on rows which does not name one of them."""
    if not isinstance(call, ast.Call) or name not in CONDITIONS:
        return False
    if name == "filter":
        words = {word.arg for word in call.keywords}
        decorates = bool(call.args) and isinstance(call.args[0], ast.Constant | ast.Attribute)
        return not (words & NAMED_BY) and not decorates
    return True


def _asks_related(call: ast.AST | None, asked: ast.Attribute) -> bool:
    """Whether something is asked of the rows of a row: of what is an attribute of another thing
    than this object, and no answer of a query. A dictionary's values() and a text's count("a") are
    told apart by what they are handed."""
    if not isinstance(call, ast.Call) or call.func is not asked:
        return False
    handed = bool(call.args or call.keywords)
    asks = asked.attr in OF_RELATED and (asked.attr != "count" or not handed)
    if not asks and not (asked.attr == "values" and handed):
        return False
    of = asked.value
    while isinstance(of, ast.Call) and isinstance(of.func, ast.Attribute):
        if of.func.attr not in BETWEEN:
            return False
        of = of.func.value
    return isinstance(of, ast.Attribute) and ast.unparse(of.value) != "self"


def patches(path: str, text: str) -> list[str]:
    """Something that another module made is changed from outside (`Session.save = mine`), for
    everybody and where nobody looks. An instance that came in as an argument is not told apart
    from a class; a class under a name of this file is (`this = Session; this.save = mine`)."""
    known = origins(text)
    found = []
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Assign):
            changed = _each(*node.targets)
        elif isinstance(
            node, ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor | ast.comprehension
        ):
            changed = _each(node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars:
            changed = _each(node.optional_vars)
        elif isinstance(node, ast.Call) and written(node.func) == "setattr":
            changed = [
                ast.copy_location(ast.Attribute(node.args[0], ast.unparse(node.args[1])), node)
            ]
        else:
            continue
        for one in changed:
            name = written(one) if isinstance(one, ast.Attribute) else ""
            if name.split(".")[0] in known and (path, name) not in SET_FROM_OUTSIDE:
                found.append(f"{path}:{one.lineno} {name}")
    return found


def _each(*targets: ast.expr) -> list[ast.expr]:
    """What is given a value, also where several are at once (`a.b, [c.d, *e.f] = values`)."""
    found = []
    for one in targets:
        if isinstance(one, ast.Tuple | ast.List):
            found += _each(*one.elts)
        else:
            found.append(one.value if isinstance(one, ast.Starred) else one)
    return found


def drawers(path: str, text: str) -> list[str]:
    """A file or a package for everything that found no place; `backend/common/` is a floor of its
    own, whose files each have a name. Also a template, a sheet or a script."""
    parts = [part.split(".")[0].lstrip("_") for part in path.split("/")]
    if path.startswith("backend/common/"):
        parts = parts[2:]
    return [path] if DRAWERS & set(parts) else []


def unescaped(path: str, text: str) -> list[str]:
    """Markup that is not escaped: said to be safe outside of what draws markup, or a pattern with
    holes that is put together before it is filled (`format_html(f"<b>{name}</b>")`)."""
    found = []
    for node in ast.walk(parsed(text)):
        if not isinstance(node, ast.Call):
            continue
        last = written(node.func).rsplit(".", 1)[-1]
        said = ast.unparse(node)
        first = SAID_SAFE.get(last) or PATTERNS.get(last, 0)
        drawn = last in SAID_SAFE and (path, said) in DRAWN
        if first and not drawn and not _is_written(node.args[:first]):
            found.append(f"{path}:{node.lineno} {said[:90]}")
    found += lines(r"\bdef __html__\b|\.allow_tags\b", path, text)
    return found


def _is_written(arguments: list[ast.expr]) -> bool:
    """Each is a text as it stands, with nothing put into it."""
    return bool(arguments) and all(isinstance(one, ast.Constant) for one in arguments)


def shown_raw(path: str, text: str) -> list[str]:
    """A template that shows a text without escaping it."""
    if not path.endswith(".html"):
        return []
    return lines(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off", path, text)


def solving(path: str, text: str) -> list[str]:
    """The solver named where pages are answered: a run is the scheduler's."""
    if not path.startswith("backend/"):
        return []
    shut = {f"matching.{name}" for name in SOLVES}
    found = [*imports(text), *mentions(text)]
    return [f"{path}:{line} {name}" for line, name in found if name in shut]


def shown_questions(path: str, text: str) -> list[str]:
    """A question to the tables in a template, which asks it again for each row of a list; it may go
    through rows that were fetched (`wish.children.all`)."""
    if not path.endswith(".html"):
        return []
    found = []
    for tag in re.finditer(r"\{[{%].*?[}%]\}", text, re.S):
        if ASKED_BY_TEMPLATE.search(tag.group()):
            found.append(f"{path}:{text.count(chr(10), 0, tag.start()) + 1} {tag.group()[:90]}")
    return found


def inline(path: str, text: str) -> list[str]:
    """Style or script inside a template, however it is quoted and wherever its line is broken."""
    if not path.endswith(".html") or "/emails/" in path:
        return []
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", _blank, text, flags=re.S)
    found = []
    for match in INLINE.finditer(bare):
        found.append(f"{path}:{bare.count(chr(10), 0, match.start()) + 1} {match.group()[:90]}")
    return found


def _blank(match: re.Match[str]) -> str:
    """A template's own words are no attributes; its lines stay lines. A value is part of a word
    (data-{{ name }}), a tag ends one (`{% if a %}style=`)."""
    return (" " if match.group()[1] == "%" else "x") + "\n" * match.group().count("\n")


def frameworks(path: str, text: str) -> list[str]:
    """A web framework in the engine; a task queue or a solver in the pages' process: imported,
    imported by a text, or sent a task past the outbox."""
    if path.startswith("matching/"):
        shut = {"django", "channels", "celery", "redis", "backend", "scheduler"}
    elif path.startswith("backend/"):
        shut = {"celery", "kombu", "scheduler", "ortools"}
    else:
        return []
    found = [(line, f"imports {name}") for line, name in imports(text)]
    found = [(line, said) for line, said in found if said.split()[1].split(".")[0] in shut]
    for node in ast.walk(parsed(text)):
        if not isinstance(node, ast.Call):
            continue
        last = written(node.func).rsplit(".", 1)[-1]
        texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
        if last in BY_NAME and {str(one).split(".")[0] for one in texts} & shut:
            found.append((node.lineno, ast.unparse(node)))
        if last in SENT_OFF and isinstance(node.func, ast.Attribute):
            found.append((node.lineno, written(node.func)))
    return [f"{path}:{line} {said}" for line, said in found]


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, inside functions too."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def http(path: str, text: str) -> list[str]:
    """A page's answer in what is asked or done."""
    if not path.startswith("backend/") or re.search(PAGES, path) or path in SPEAKS_HTTP:
        return []
    found = [*imports(text), *mentions(text)]
    return [f"{path}:{line} {name}" for line, name in found if HTTP.search(name)]


def upward(apps: list[str], wiring: tuple[str, ...], path: str, text: str) -> list[str]:
    """An app that imports one listed after it, or what composes them."""
    package = ".".join(path.split("/")[:2])
    if package not in apps:
        return []
    later = [*apps[apps.index(package) + 1 :], *wiring]
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(text)
        if any(name == app or name.startswith(f"{app}.") for app in later)
    ]


def translations(path: str, text: str) -> list[str]:
    """A noun of a problem that is made of rows outside the one place that does so, or a problem
    that is changed by somebody else than who plans."""
    if not path.startswith("backend/") or path.startswith(ONE_TRANSLATION):
        return []
    known = origins(text)
    nouns = {f"matching.{noun}" for noun in NOUNS}
    found = []
    for node in ast.walk(parsed(text)):
        if not isinstance(node, ast.Call):
            continue
        first, dot, rest = written(node.func).partition(".")
        name = known.get(first, first) + dot + rest
        parts = name.split(".")
        made = parts[0] == "matching" and f"matching.{parts[-1]}" in nouns
        if made or (_replaces(name, node, known) and not path.startswith(OTHER_PROBLEMS)):
            found.append(f"{path}:{node.lineno} {name}")
    return found


def _replaces(name: str, call: ast.Call, known: dict[str, str]) -> bool:
    """Makes another of a problem, or of anything in a file that speaks of its nouns."""
    if name not in ("dataclasses.replace", "copy.replace", "replace") or not call.args:
        return False
    of_nouns = any(known[one] in {f"matching.{noun}" for noun in NOUNS} for one in known)
    return of_nouns or written(call.args[0]).rsplit(".", 1)[-1] == "problem"


def unsent(path: str, text: str) -> list[str]:
    """A form that takes a POST without fields for a page that was only asked for
    (`web.methods.filled_in` tells them apart)."""
    return lines(r"\.POST or ", path, text)


PYTHON: tuple[Check, ...] = (
    signals,
    clocks,
    writes,
    drawers,
    frameworks,
    http,
    questions,
    patches,
    solving,
    translations,
    unescaped,
    unsent,
)

TEMPLATES: tuple[Check, ...] = (inline, shown_questions, shown_raw)
