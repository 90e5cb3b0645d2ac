"""`python -m tests.mutants.report [TARGET …] [--only PATH]`: change the rules, the
prices and the policies in every small way, and write docs/reference/mutants.md: what the tests
noticed.

What was tried of which text is kept in verdicts.json, so that a run may try some files alone and
the page says of each whether it has changed since.

A mutant of a rule that nothing notices, and that does not say the same (`targets.SAME`), is an
error: exit code 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.architecture.source import ROOT
from tests.mutants.mutations import Mutant, mutants
from tests.mutants.targets import TARGETS, Target, why_same
from tests.mutants.trial import NOT_IN_A_FUNCTION, SURVIVED, cold, load_once
from tests.mutants.warm import Warm, measured

PAGE = ROOT / "docs" / "reference" / "mutants.md"
KEPT = Path(__file__).with_name("verdicts.json")


@dataclass(frozen=True)
class Verdict:
    """What came of a file: how many mutants it has, and which of them no test noticed; `text`: of
    which text."""

    text: str
    mutants: int
    survived: tuple[str, ...]

    def missed(self, path: str) -> list[str]:
        """The survivors that nobody has said why they say the same of."""
        return [change for change in self.survived if not why_same(path, change)]


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def mark(text: str) -> str:
    """Tells one text of a file from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Court:
    """The tests of a target: tries a mutant before those that run its line, first before who
    noticed one of the same file last, then the quickest."""

    def __init__(self, target: Target) -> None:
        load_once()
        self.tests = target.tests
        watched = {path for one in TARGETS if one.tests == target.tests for path in one.paths}
        self.measured = measured(target.tests, watched)
        self.warm = Warm(target.tests, self.measured.seconds)

    def judged(self, path: str) -> Verdict:
        """Every mutant of a file, but those that say the same; where several of a line are called
        alike, one of which says the same, they are tried."""
        text = text_of(path)
        found = mutants(text)
        called = Counter(mutant.change for mutant in found)
        noticed: list[str] = []
        survived = []
        for mutant in found:
            same = why_same(path, mutant.change) and called[mutant.change] == 1
            by = SURVIVED if same else self.trial(path, mutant, noticed)
            if by == SURVIVED:
                survived.append(f"{mutant.line}: {mutant.change}")
            else:
                noticed.append(by)
        return Verdict(mark(text), len(found), tuple(survived))

    def trial(self, path: str, mutant: Mutant, noticed: Sequence[str]) -> str:
        latest = list(dict.fromkeys(reversed(noticed)))
        if mutant.in_function and not self.measured.at_import(path) & set(mutant.lines):
            chosen = in_order(self.measured.judges(path, mutant.lines), latest)
            by = self.warm.trial(path, mutant.tree, chosen)
            if by != NOT_IN_A_FUNCTION:
                return by
        chosen = in_order(self.measured.of_file(path), latest)
        return cold(path, mutant.tree, self.tests, chosen, self.measured.seconds)


def in_order(names: Sequence[str], first: Sequence[str]) -> list[str]:
    """These names, those that are among the first before the others."""
    return list(dict.fromkeys((*(name for name in first if name in names), *names)))


def kept() -> dict[str, Verdict]:
    read = json.loads(KEPT.read_text(encoding="utf-8"))
    return {
        path: Verdict(one["text"], one["mutants"], tuple(one["survived"]))
        for path, one in read.items()
    }


def keep(verdicts: dict[str, Verdict]) -> None:
    """Without the files that are gone."""
    plain = {path: asdict(one) for path, one in sorted(verdicts.items()) if (ROOT / path).exists()}
    KEPT.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run(names: Sequence[str], only: Sequence[str]) -> dict[str, Verdict]:
    verdicts = kept()
    for target in TARGETS:
        paths = [path for path in target.paths if path in only or not only]
        if not paths or (names and target.name not in names):
            continue
        court = Court(target)
        for path in paths:
            began = time.monotonic()
            verdict = court.judged(path)
            verdicts[path] = verdict
            keep(verdicts)
            took = time.monotonic() - began
            missed = verdict.missed(path)
            print(
                f"{path}: {verdict.mutants} mutants, {len(missed)} missed, {took:.0f} s", flush=True
            )
            for change in missed:
                print(f"    {change}", flush=True)
        court.warm.end()
    return verdicts


# --- the page -------------------------------------------------------------------------------------


def page(verdicts: dict[str, Verdict]) -> str:
    lines = [
        "# What the tests of rules, prices and policies notice",
        "",
        "Written by `make mutants`. Each file is changed in every small way (a comparison by one",
        "or turned round, a sum made a difference, a condition turned round, a number one larger,",
        "a statement gone; `tests/mutants/mutations.py`), one change at a time, and the tests that",
        "run its line are run, the quickest first, until one fails or 40 s of tests have passed",
        "(`tests/mutants/targets.py` names their files; for what is read at import, all files). A",
        "change that nothing notices is a sentence that no quick test holds. A policy is judged by",
        "its own `test_policy.py` alone.",
        "",
        "| | files tried | mutants | noticed | say the same | missed | score |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for target in TARGETS:
        lines.append(row(target, verdicts))
    for target in TARGETS:
        lines += ["", f"## {target.name.capitalize()}", ""]
        lines += ["| file | mutants | missed | |", "| --- | --- | --- | --- |"]
        lines += [of_file(path, verdicts.get(path)) for path in target.paths]
        lines += listed(target, verdicts)
    return "\n".join(lines) + "\n"


def row(target: Target, verdicts: dict[str, Verdict]) -> str:
    tried = [path for path in target.paths if path in verdicts]
    mutants = sum(verdicts[path].mutants for path in tried)
    survived = sum(len(verdicts[path].survived) for path in tried)
    missed = sum(len(verdicts[path].missed(path)) for path in tried)
    seen = mutants - survived
    score = 100 * seen / max(1, seen + missed)
    name = f"{target.name} | {len(tried)} of {len(target.paths)}"
    return f"| {name} | {mutants} | {seen} | {survived - missed} | {missed} | {score:.1f} % |"


def of_file(path: str, verdict: Verdict | None) -> str:
    if verdict is None:
        return f"| `{path}` | | | not tried |"
    since = "" if verdict.text == mark(text_of(path)) else "changed since"
    return f"| `{path}` | {verdict.mutants} | {len(verdict.missed(path))} | {since} |"


def listed(target: Target, verdicts: dict[str, Verdict]) -> list[str]:
    """The changes that nothing noticed, and those that say the same with why."""
    found: list[str] = []
    for path in target.paths:
        for change in verdicts[path].survived if path in verdicts else ():
            why = why_same(path, change)
            said = f"says the same: {why}" if why else "missed"
            found.append(f"- `{path}`: `{change.partition(': ')[2].replace('`', '')}`: {said}")
    return ["", *dict.fromkeys(found)] if found else []


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("targets", nargs="*", choices=[*(t.name for t in TARGETS), []])
    parser.add_argument("--only", action="append", default=[], help="a file, instead of all")
    given = parser.parse_args(arguments)
    verdicts = run(given.targets, given.only)
    PAGE.write_text(page(verdicts), encoding="utf-8")
    held = next(target for target in TARGETS if target.name == "rules")
    missed = [path for path in held.paths if path in verdicts and verdicts[path].missed(path)]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
