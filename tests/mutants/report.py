"""`python -m tests.mutants.report [TARGET …] [--only PATH] [--slots 2]`: change the rules, the
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
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.architecture.source import ROOT
from tests.mutants.mutations import mutants
from tests.mutants.targets import TARGETS, Target, narrowed, why_same
from tests.mutants.trial import SURVIVED, Bench, Tests, load_once

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


def judged(bench: Bench, path: str, judges: Sequence[Tests]) -> Verdict:
    """Every mutant of a file: each judge gets those that the one before did not notice."""
    text = text_of(path)
    found = mutants(text)
    became = [SURVIVED] * len(found)
    same = [why_same(path, mutant.change) for mutant in found]
    for tests in judges:
        left = [k for k, now in enumerate(became) if now == SURVIVED and not same[k]]
        trials = [(path, found[k].text, narrowed(path, tests)) for k in left]
        for k, verdict in zip(left, bench.verdicts(trials), strict=True):
            became[k] = verdict
    survived = [
        f"{mutant.line}: {mutant.change}"
        for mutant, verdict in zip(found, became, strict=True)
        if verdict == SURVIVED
    ]
    return Verdict(mark(text), len(found), tuple(survived))


def unchanged_passes(bench: Bench, path: str, judges: Iterable[Tests]) -> bool:
    """The judges let the text pass as it is: else they would let nothing pass."""
    found = bench.verdicts([(path, text_of(path), tests) for tests in judges])
    return set(found) <= {SURVIVED}


def narrowed_for(path: str, target: Target) -> list[Tests]:
    """The judges that for this file run something of its own."""
    hers = [narrowed(path, tests) for tests in target.judges]
    return [tests for tests in hers if tests not in target.judges]


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


def run(names: Sequence[str], only: Sequence[str], slots: int) -> dict[str, Verdict]:
    load_once()
    bench = Bench(slots)
    verdicts = kept()
    for target in TARGETS:
        if names and target.name not in names:
            continue
        paths = [path for path in target.paths if path in only or not only]
        if paths and not unchanged_passes(bench, paths[0], target.judges):
            sys.exit(f"the tests of {target.name} fail without any change")
        for path in paths:
            if not unchanged_passes(bench, path, narrowed_for(path, target)):
                sys.exit(f"the tests of {path} fail without any change")
            verdict = judged(bench, path, target.judges)
            verdicts[path] = verdict
            keep(verdicts)
            missed = verdict.missed(path)
            print(f"{path}: {verdict.mutants} mutants, {len(missed)} missed", flush=True)
            for change in missed:
                print(f"    {change}", flush=True)
    return verdicts


# --- the page -------------------------------------------------------------------------------------


def page(verdicts: dict[str, Verdict]) -> str:
    lines = [
        "# What the tests of rules, prices and policies notice",
        "",
        "Written by `make mutants`. Each file is changed in every small way (a comparison by one",
        "or turned round, a sum made a difference, a condition turned round, a number one larger,",
        "a statement gone; `tests/mutants/mutations.py`), one change at a time, and its tests run",
        "until one fails. A change that nothing notices is a sentence that no test holds.",
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
    parser.add_argument("--slots", type=int, default=2, help="trials at a time")
    given = parser.parse_args(arguments)
    verdicts = run(given.targets, given.only, given.slots)
    PAGE.write_text(page(verdicts), encoding="utf-8")
    held = next(target for target in TARGETS if target.name == "rules")
    missed = [path for path in held.paths if path in verdicts and verdicts[path].missed(path)]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
