"""Every negator, every slip of one and of a comparison, where the generators take some by chance.

``python -m bench.questions.sweep [--part 1/8] [--turn 0] [--work FOLDER]``

The sentences and word stocks are those of :mod:`bench.questions.sentences` and
:mod:`bench.questions.garbled`; each slip of one letter that their rules can make stands once in
each sentence. The names, numbers and odd words go round; ``--turn`` begins at others of them.
``--part 1/8`` takes every eighth question. The judges are the generators' own.
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.questions import attack, garbled, sentences
from bench.questions.attack import NAMES, TODAY
from bench.questions.evaluate import ROOT, prepare
from modelsearch.query.names.lexicon import Lexicon
from modelsearch.query.parser import parse
from modelsearch.records.errors import UsageError
from modelsearch.records.question import ParsedQuery
from modelsearch.store.database import open_for_reading

#: A question and what says whether its reading is wrong.
Asked = tuple[str, Callable[[ParsedQuery], str | None]]


def denials(turn: int) -> Iterator[Asked]:
    """Give each sentence with each slip of each of its negators."""
    names = sentences.names()
    pairs = itertools.cycle(itertools.permutations(names, 2))
    for _ in range(turn):
        next(pairs)
    for language in sentences.denying().values():
        for right in language["negators"]:
            for made in sentences.slips(right):
                if made != right and sentences.says_something_else(made):
                    continue
                for sentence in language["sentences"]:
                    denied, affirmed = next(pairs)
                    question, stated = sentences.denied_sentence(sentence, made, denied, affirmed)
                    yield question, _judged(sentences.judge_denial, question, stated)


def plain(turn: int) -> Iterator[Asked]:
    """Give each negator of the first generator with each name, words before and words behind."""
    for parts in itertools.product(attack.NEGATORS, NAMES, attack.BEFORE, attack.AFTER):
        negator, (name, _, _), before, after = parts
        question = f"{before}{negator.format(name)}{after}"
        yield question, _judged(attack.judge_negation, question, negator)


def joined(turn: int) -> Iterator[Asked]:
    """Give each sentence of two names with each two of them."""
    for sentence, denies in sentences.joins():
        for denied, affirmed in itertools.permutations(sentences.names(), 2):
            question, stated = sentences.joined_sentence(sentence, denies, denied, affirmed)
            yield question, _judged(sentences.judge_denial, question, stated)


def _judged(judge: Callable[..., str | None], *stated: Any) -> Callable[[ParsedQuery], str | None]:
    return lambda parsed: judge(*stated, parsed)


def garbled_denials(turn: int) -> Iterator[Asked]:
    """Give each denied name with each slip in the words before it, and with odd words."""
    names, odd = _round(NAMES, turn), _round(garbled.odd_words(), turn)
    for template in garbled.DENIED:
        for sentence in _with_each_slip(template):
            for between in ("", next(odd)):
                name, field, value = next(names)
                if name not in sentence:
                    yield _garbled(sentence.replace("@", f" {between} "), name, field, value)
    for template in (*garbled.DENIED, *garbled.TURNED):
        for _ in garbled.odd_words():
            name, field, value = next(names)
            if name not in template:
                yield _garbled(template.replace("@", f" {next(odd)} "), name, field, value)


def _garbled(sentence: str, name: str, field: str, value: str) -> Asked:
    question = " ".join(sentence.split()).replace("{field}", field).replace("{}", name)
    return question, _judged(garbled.judge_garbled, (field, value))


def garbled_comparisons(turn: int) -> Iterator[Asked]:
    """Give each comparison with each slip in its words, and each with odd words."""
    values, odd = _round(garbled.VALUES, turn), _round(garbled.odd_words(), turn)
    for template, field, op in garbled.COMPARED:
        for sentence in _with_each_slip(template):
            for between in ("", next(odd)):
                filled = sentence.replace("@", f" {between} ")
                yield _compared(filled, field, op, next(values))
    for template, field in garbled.ODD_COMPARED:
        for _ in garbled.odd_words():
            yield _compared(template.replace("@", next(odd)), field, "", next(values))


def _compared(sentence: str, field: str, op: str, value: int) -> Asked:
    question = " ".join(sentence.split()).replace("{}", str(value))
    return question, _judged(garbled.judge_comparison, (field, op, value))


def _with_each_slip(sentence: str) -> Iterator[str]:
    parts = sentence.replace("@", "@ ").split()
    for at, part in enumerate(parts):
        if part.isalpha() and len(part) > 2:
            for made in garbled.slips(part):
                if made not in garbled.REAL:
                    yield " ".join([*parts[:at], made, *parts[at + 1 :]])


def _round(values: tuple[Any, ...], turn: int) -> Iterator[Any]:
    return itertools.islice(itertools.cycle(values), turn, None)


KINDS = {
    "plain": plain,
    "joined": joined,
    "denials": denials,
    "garbled": garbled_denials,
    "comparisons": garbled_comparisons,
}


def ask(lexicon: Lexicon, asked: Iterable[Asked]) -> tuple[Counter[str], list[str]]:
    """Ask questions; return how they ended, and those that were misread."""
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for question, judge in asked:
        try:
            parsed = parse(question, lexicon, today=TODAY)
        except UsageError:
            ends["asked back"] += 1
            continue
        problem = judge(parsed)
        ends[problem or "right or announced"] += 1
        if problem:
            wrong.append(f"{problem}: {question!r} -> {parsed.filters} {parsed.notes}")
    return ends, wrong


def main() -> None:
    """Ask all questions of the sweep, or a part of them; print what was misread."""
    parser = argparse.ArgumentParser(description="Ask every slip of every negator.")
    parser.add_argument("--part", default="1/1", help="which part of how many: 2/8")
    parser.add_argument("--turn", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "questions")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    lexicon = Lexicon(open_for_reading(prepare(options.work, keep=True)))
    asked = itertools.chain(*(KINDS[kind](options.turn) for kind in options.kinds))
    ends, wrong = ask(lexicon, itertools.islice(asked, part - 1, None, parts))
    for example in wrong:
        print(example)
    for end, count in ends.most_common():
        print(f"{end:<24}{count:>8}")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
