"""How many time expressions of public suites resolve to the right interval of days.

``python -m bench.time_expressions FOLDER [--failures] [--skipped]``

FOLDER holds clones of facebook/duckling, microsoft/Recognizers-Text and wanasit/chrono (any of
them), named like the repository. Each expression is asked as "models created …" on the suite's own
day, without a database. ``judge.py`` names the differences of rules that are allowed for; the
report counts them apart from what is literally the same.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

from bench.time_expressions.cases import SUITES, Case
from bench.time_expressions.judge import ASKED_FOR, Verdict, category, judge, out_of_scope
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse

Found = list[tuple[str | None, str | None]]


def read(case: Case, lexicon: Lexicon) -> Found:
    """Return the intervals that a question with the expression filters by."""
    frame = "{}" if not case.expected else "models created {}"
    parsed = parse(frame.format(case.text), lexicon, today=case.today, lenient=True)
    return [
        tuple(one["value"])
        for one in parsed.filters
        if one["field"] in ("created", "modified") and one["op"] == "in"
    ]


def main() -> int:
    """Parse the arguments, print the report."""
    parser = argparse.ArgumentParser(description="Resolve the time expressions of public suites.")
    parser.add_argument("folder", type=Path, help="where the clones are")
    parser.add_argument("--failures", action="store_true", help="list what is wrong")
    parser.add_argument("--skipped", action="store_true", help="list what is out of scope")
    arguments = parser.parse_args()
    cases = [
        case
        for name, reader in SUITES.items()
        if (arguments.folder / name).is_dir()
        for case in reader(arguments.folder / name)
    ]
    if not cases:
        print(f"no clone of {', '.join(SUITES)} in {arguments.folder}", file=sys.stderr)
        return 1
    report(cases, arguments.failures, arguments.skipped)
    return 0


def report(cases: list[Case], failures: bool, skipped: bool) -> None:
    """Print shares by category and suite, the rules that were used, and what was left out."""
    lexicon = Lexicon()
    verdicts: dict[str, list[tuple[Case, Verdict]]] = defaultdict(list)
    left_out: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        reason = out_of_scope(case)
        if reason:
            left_out[reason].append(case)
            continue
        found = read(case, lexicon)
        verdict = judge(case, found)
        verdicts[category(case)].append((case, verdict))
        if failures and not verdict.right:
            wanted = " or ".join(f"{a}..{b}" for a, b in case.expected[:2]) or "nothing"
            print(
                f"[{category(case)}] {case.suite} {case.today} {case.text!r}: "
                f"{found or 'nothing'}, not {wanted}"
            )
    for reason, some in left_out.items() if skipped else ():
        for case in some:
            print(f"({reason}) {case.suite} {case.text!r}")
    print(f"{'category':<30}{'cases':>7}{'same':>7}{'by rule':>9}{'wrong':>7}{'right':>8}")
    asked: list[Verdict] = []
    for name in (*ASKED_FOR, "others", "no date at all"):
        some = [verdict for _, verdict in verdicts.get(name, ())]
        if some:
            print(_row(name, some))
        if name in ASKED_FOR:
            asked += some
    print(_row("all that is asked for", asked))
    for suite in sorted({case.suite for case in cases}):
        print(
            _row(
                f"  of {suite}",
                [
                    v
                    for name in ASKED_FOR
                    for case, v in verdicts.get(name, ())
                    if case.suite == suite
                ],
            )
        )
    rules = Counter(v.rule for some in verdicts.values() for _, v in some if v.rule)
    print("by rule: " + ", ".join(f"{name} {count}" for name, count in rules.most_common()))
    print("out of scope: " + ", ".join(f"{name} {len(some)}" for name, some in left_out.items()))


def _row(name: str, verdicts: list[Verdict]) -> str:
    same = sum(one.right and not one.rule for one in verdicts)
    by_rule = sum(one.right and bool(one.rule) for one in verdicts)
    wrong = len(verdicts) - same - by_rule
    share = (same + by_rule) / len(verdicts) if verdicts else 0.0
    return f"{name:<30}{len(verdicts):>7}{same:>7}{by_rule:>9}{wrong:>7}{share:>8.3f}"


if __name__ == "__main__":
    sys.exit(main())
