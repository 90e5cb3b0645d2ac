"""`python -m tests.mutants.report [TARGET …] [--only PATH] [--slots 2]`: change the rules, the
prices and the policies in every small way, and write docs/reference/mutants.md: what the tests
noticed.

A mutant of a rule that nothing notices, and that does not say the same (`targets.SAME`), is an
error: exit code 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tests.architecture.source import ROOT
from tests.mutants.mutations import mutants
from tests.mutants.targets import TARGETS, Target, narrowed, why_same
from tests.mutants.trial import SURVIVED, Bench, Tests, load_once

PAGE = ROOT / "docs" / "reference" / "mutants.md"
KEPT = ROOT / "build" / "mutants.json"  # what was tried of which text, so that a run can go on


@dataclass(frozen=True)
class Verdict:
    path: str
    line: int
    change: str
    became: str

    @property
    def same(self) -> str:
        """Why the change says the same as before; "" when nobody has said so."""
        return why_same(self.path, self.change)

    @property
    def missed(self) -> bool:
        return self.became == SURVIVED and not self.same


def judged(bench: Bench, path: str, judges: Sequence[Tests]) -> list[Verdict]:
    """Every mutant of a file: each judge gets those that the one before did not notice."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = mutants(text)
    became = [SURVIVED] * len(found)
    same = [why_same(path, mutant.change) for mutant in found]
    for tests in judges:
        left = [k for k, now in enumerate(became) if now == SURVIVED and not same[k]]
        trials = [(path, found[k].text, narrowed(path, tests)) for k in left]
        for k, verdict in zip(left, bench.verdicts(trials), strict=True):
            became[k] = verdict
    return [
        Verdict(path, mutant.line, mutant.change, verdict)
        for mutant, verdict in zip(found, became, strict=True)
    ]


def unchanged_passes(bench: Bench, target: Target) -> bool:
    """The judges let the text pass as it is: else they would let nothing pass."""
    path = target.paths[0]
    text = (ROOT / path).read_text(encoding="utf-8")
    found = bench.verdicts([(path, text, tests) for tests in target.judges])
    return set(found) == {SURVIVED}


def kept() -> dict[str, list[Verdict]]:
    if not KEPT.exists():
        return {}
    read = json.loads(KEPT.read_text(encoding="utf-8"))
    return {path: [Verdict(**one) for one in verdicts] for path, verdicts in read.items()}


def keep(verdicts: dict[str, list[Verdict]]) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    plain = {path: [asdict(one) for one in ones] for path, ones in verdicts.items()}
    KEPT.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")


def run(names: Sequence[str], only: Sequence[str], slots: int) -> dict[str, list[Verdict]]:
    load_once()
    bench = Bench(slots)
    verdicts = kept()
    for target in TARGETS:
        if names and target.name not in names:
            continue
        if not unchanged_passes(bench, target):
            sys.exit(f"the tests of {target.name} fail without any change")
        for path in target.paths:
            if only and path not in only:
                continue
            verdicts[path] = judged(bench, path, target.judges)
            keep(verdicts)
            missed = [one for one in verdicts[path] if one.missed]
            print(f"{path}: {len(verdicts[path])} mutants, {len(missed)} missed", flush=True)
            for one in missed:
                print(f"    {one.line}: {one.change}", flush=True)
    return verdicts


# --- the page -------------------------------------------------------------------------------------


def page(verdicts: dict[str, list[Verdict]]) -> str:
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
        lines += ["| file | mutants | missed |", "| --- | --- | --- |"]
        for path in target.paths:
            if path not in verdicts:
                lines.append(f"| `{path}` | not tried | |")
                continue
            ones = verdicts[path]
            lines.append(f"| `{path}` | {len(ones)} | {sum(one.missed for one in ones)} |")
        lines += listed(target, verdicts)
    return "\n".join(lines) + "\n"


def row(target: Target, verdicts: dict[str, list[Verdict]]) -> str:
    files = [path for path in target.paths if path in verdicts]
    tried = [one for path in files for one in verdicts[path]]
    count = Counter("same" if one.same else "missed" if one.missed else "seen" for one in tried)
    score = 100 * count["seen"] / max(1, count["seen"] + count["missed"])
    counted = (len(tried), count["seen"], count["same"], count["missed"])
    name = f"{target.name} | {len(files)} of {len(target.paths)}"
    return f"| {name} | {' | '.join(map(str, counted))} | {score:.1f} % |"


def listed(target: Target, verdicts: dict[str, list[Verdict]]) -> list[str]:
    """The changes that nothing noticed, and those that say the same with why."""
    found: list[str] = []
    for path in target.paths:
        for one in verdicts.get(path, []):
            if one.became == SURVIVED:
                why = f"says the same: {one.same}" if one.same else "missed"
                found.append(f"- `{path}`: `{one.change.replace('`', '')}`: {why}")
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
    missed = [one for path in held.paths for one in verdicts.get(path, []) if one.missed]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
