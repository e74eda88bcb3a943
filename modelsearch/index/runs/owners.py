"""Whose a run or a checkpoint is, by the strongest sign: the program that it names, a path that a
script writes, the library that recorded it, the nearest folder with one trainer; else nobody rather
than the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from modelsearch.index.runs.makers import Makers, paths_from
from modelsearch.index.runs.messages import log_of, printer_of
from modelsearch.index.runs.places import called, inside, kept_by, maker_of_folder
from modelsearch.index.runs.programs import program_of, shared_head, shared_tail, unnamed
from modelsearch.index.runs.recorded import NOBODY, Owner, Recorded, only_near
from modelsearch.index.runs.signs import (
    GENERAL_FOLDERS,
    code_of,
    longest_in,
    only_one_that_names,
    putting_together,
    speaking_of,
    speaks_of,
    spoken_in,
    tool_of,
    user_of,
    without_comments,
)
from modelsearch.index.runs.writing import (
    leads_elsewhere,
    only_reads,
    savers,
    with_uncounted,
    writers,
    writes_path,
)
from modelsearch.records.files import locate, read_start
from modelsearch.static.trainers import may_train

_MAX_TEXT = 1_000_000
_SAVES = re.compile(
    r"\bsave\w*\(|ModelCheckpoint|\bdump\(|\bTrainer\(|\.fit\(|\.learn\(|\.train\(|\.export\("
)


#: Files at the top of a project: what trains in it may lie in any folder below.
_TOPS = (".git", "pyproject.toml", "requirements.txt", "setup.py", "environment.yml", "dvc.yaml")
_MOST_BELOW = 200  #: scripts of a project; more are not one person's to tell apart
_ASIDE = frozenset({"test", "tests", "docs", "examples"})


class Owners:
    """Finds owners among the models of one root.

    ``models`` are the paths of scripts that are models; ``others`` of those that are none, with
    whether they use a library of machine learning; ``modules`` are the files that each model
    imports; ``training`` the models in which a training was read.
    """

    def __init__(
        self,
        root: Path,
        models: Iterable[str],
        others: Mapping[str, bool],
        modules: Mapping[str, Sequence[str]],
        training: Iterable[str] = (),
    ) -> None:
        self._root = root
        self._models = set(models)
        self._modules = modules
        self._helpers = {module for its in modules.values() for module in its}
        self._by_folder: dict[PurePosixPath, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in sorted({*self._models, *others}):
            pure = PurePosixPath(path)
            if others.get(path, True):
                self._by_folder.setdefault(pure.parent, []).append(path)
            self._by_name.setdefault(pure.stem.lower(), []).append(path)
        self._texts: dict[str, str] = {}
        self._trains = dict.fromkeys(training, True)
        self._near: dict[PurePosixPath, list[str]] = {}
        self._deep: dict[PurePosixPath, list[str]] = {}
        self._tops: dict[PurePosixPath, bool] = {}
        self._projects: dict[PurePosixPath, dict[str, str]] = {}
        self._found: dict[Recorded, Owner] = {}
        self._wholes: dict[str, str] = {}
        self._wrote: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
        using = [path for paths in self._by_folder.values() for path in paths]
        self._makers = Makers(sorted(using), sorted(others), self._text, self._top_above)

    def of_run(self, told: Recorded) -> Owner:
        """Return whose a run is. A study has thousands that say the same: one look is enough."""
        if told not in self._found:
            self._found[told] = self._made(told, self._owner_of(told))
        return self._found[told]

    def _made(self, told: Recorded, known: Owner) -> Owner:
        """The script that provably made what no sign gives to one but that a trainer is near; where
        that is no model yet, its name goes along with what is known else.
        """
        if known.model is not None and not only_near(known.rule):
            return known
        named = told.program or program_of(told.command)
        if named is not None and not unnamed(named):
            program, _ = self._by_program(named, PurePosixPath(told.path))
            uses = program is not None and any(program in its for its in self._by_folder.values())
            return replace(known, proven=program) if uses else known
        made = self._run_by(self._makers.of(told) or self._printed(told))
        if made is None or made[0] == known.model:
            return known
        script, rule = made
        return Owner(script, rule) if script in self._models else replace(known, proven=script)

    def _run_by(self, made: tuple[str, str] | None) -> tuple[str, str] | None:
        """What a module wrote that trains nothing, the one script that imports it made; of several,
        none.
        """
        if made is None or made[0] not in self._helpers or self._may_train(made[0]):
            return made
        running = [script for script, its in self._modules.items() if made[0] in its]
        return (running[0], f"a module of it {made[1]}") if len(running) == 1 else None

    def _printed(self, told: Recorded) -> tuple[str, str] | None:
        """The script of the project that printed a log, if it trains, and that rule."""
        found = self._makers.printer(told, log_of(self._root, told))
        return found if found is not None and self._may_train(found[0]) else None

    def _owner_of(self, told: Recorded) -> Owner:
        named = told.program or program_of(told.command)
        if named is not None:
            found, known = self._by_program(named, PurePosixPath(told.path))
            if found in self._models:
                return Owner(found, "the program that it names")
            if known:
                return NOBODY  # it names a script that is here and no model, or several
            if not unnamed(named):
                return self._nearest(told, named)
        return self._by_written_path(told) or self._by_made_folder(told) or self._by_place(told)

    def _by_place(self, told: Recorded) -> Owner:
        near = self._nearest(told)
        return near if near.model is not None else self._by_name_in_project(told) or near

    def only_reads(self, script: str, told: Recorded) -> bool:
        """Return whether a script names a file of a run, and only to read it."""
        names = (PurePosixPath(told.path).name, *told.files)
        return any(only_reads(self._text(script), name) for name in names)

    def writer_of(self, path: str) -> str | None:
        """Return the model that alone puts the name of a checkpoint together when it saves it:
        it made that, whichever run's folder it lies in.
        """
        script = self._makers.spelling(Recorded(path))
        return script if script in self._models else None

    def of_checkpoint(self, path: str, form: str | None = None) -> Owner:
        """Return whose a checkpoint of a format is, where no run's folder holds it: a script that
        writes its name, else the nearest single trainer that saves at all.
        """
        told = Recorded(path, tool=form, files=(PurePosixPath(path).name,))
        writer = self.writer_of(path)
        spelled = Owner(writer, f"writes {told.files[0]}") if writer is not None else None
        found = self._made(
            told,
            self._by_written_path(told)
            or spelled
            or self._by_made_folder(told)
            or self._by_place(told),
        )
        if found.model is None or not found.rule or not found.rule.startswith("the only"):
            return found
        saves = _SAVES.search(self._text(found.model)) is not None
        return found if saves else replace(NOBODY, proven=found.proven)

    def _by_program(self, program: str, run: PurePosixPath) -> tuple[str | None, bool]:
        """The script that a recorded program is, and whether any goes by its name."""
        wanted = PurePosixPath(program.replace("\\", "/"))
        known = self._by_name.get(wanted.stem.lower(), [])
        if not known or unnamed(program):
            return None, False
        scored = sorted(
            (
                (
                    shared_tail(PurePosixPath(path), wanted),
                    shared_head(PurePosixPath(path), run),
                    path,
                )
                for path in known
            ),
            reverse=True,
        )
        if len(scored) > 1 and scored[0][:2] == scored[1][:2]:
            return None, True
        return scored[0][2], True

    def _by_written_path(self, told: Recorded) -> Owner | None:
        """The only script of the project that writes just this path, from the project's folder or
        from its own: ``../models/scaler.joblib``.
        """
        top = self._top_above(told)
        texts = self._texts_of_project(told)
        writing = [
            script
            for script, text in texts.items()
            if writes_path(text, paths_from(top, script, told))
        ]
        if len(writing) == 1 and writing[0] in self._models:
            return Owner(writing[0], "writes its path")
        return None

    def _by_made_folder(self, told: Recorded) -> Owner | None:
        """The only script of the project that makes the folder, also put together."""
        texts = self._texts_of_project(told)
        maker = maker_of_folder(texts, told.path, str(self._top_above(told)))
        return Owner(maker, "makes its folder") if maker in self._models else None

    def _by_name_in_project(self, told: Recorded) -> Owner | None:
        """The only script of the project that writes a file of the run's, or whose own words are
        the run's path's, where no nearer sign tells.
        """
        texts = self._texts_of_project(told)
        for name in told.files:
            for named in (writers(texts, name, surely=True), savers(texts, name)):
                if len(named) == 1 and named[0] in self._models:
                    return Owner(named[0], f"writes {name}")
        by_words = spoken_in(list(texts), told.path, least=2)
        if by_words is not None and by_words in self._models:
            return Owner(by_words, "its name is in the path")
        return None

    def _top_above(self, told: Recorded) -> PurePosixPath | None:
        return next((one for one in PurePosixPath(told.path).parents if self._is_top(one)), None)

    def _texts_of_project(self, told: Recorded) -> dict[str, str]:
        top = self._top_above(told)
        if top is None:
            return {}
        if top not in self._projects:
            imported = [one for one in self._models & self._helpers if inside(one, top)]
            scripts = sorted({*self._below(top), *imported})
            self._projects[top] = {script: self._text(script) for script in scripts}
        return self._projects[top]

    def _nearest(self, told: Recorded, program: str | None = None) -> Owner:
        run = PurePosixPath(told.path)
        for folder in (run, *run.parents):
            near = self._trainers(folder)
            if near:
                if program is not None:
                    return NOBODY  # it names another script than those that are here
                return self._among(near, told, folder)
        for folder in (run, *run.parents) if program is None else ():
            if self._is_top(folder):
                below = self._below(folder)
                return self._among(below, told, folder, "below ") if below else NOBODY
        return NOBODY

    def _among(
        self, near: Sequence[str], told: Recorded, folder: PurePosixPath, where: str = "in "
    ) -> Owner:
        if len(near) == 1:
            if near[0] in self._models:
                return Owner(near[0], f"the only trainer {where}{called(folder)}")
            return self._writer_below(PurePosixPath(told.path))
        return self._singled_out(near, told, folder)

    def _singled_out(self, near: Sequence[str], told: Recorded, folder: PurePosixPath) -> Owner:
        run = PurePosixPath(told.path).relative_to(folder)
        texts = {script: self._text(script) for script in near}
        for script, rule in (
            *kept_by(texts, run),
            *self._named_by(texts, told, run),
            *self._told_by(texts, told, run),
        ):
            if script in self._models:
                return Owner(script, rule)
        idle = {
            script: self._text(script)
            for script in self._by_folder.get(folder, ())
            if script not in texts
        }
        if run.suffix and writers(idle, run.name, surely=True):
            return NOBODY  # what does not train itself made it
        tool = tool_of(told.path, told.tool)
        used = user_of(texts, tool)
        if used is not None:
            rule = f"the only one that uses {tool}"
            return Owner(used, rule) if used in self._models else NOBODY
        for script, rule in self._shown_by(texts, told):
            if script in self._models:
                return Owner(script, rule)
        among = tuple(script for script in near if script in self._models)
        if len(among) == 1 and not speaks_of(set(near) - {among[0]}, str(run)):
            return Owner(among[0], "the only one of them that trains")
        return Owner(None, contested=True, among=among)

    def _named_by(
        self, texts: Mapping[str, str], told: Recorded, run: PurePosixPath
    ) -> Iterator[tuple[str, str]]:
        """Yield the script, if it is one, whose name is in a run's path, with that rule."""
        near = list(texts)
        by_stem = longest_in(near, run) or spoken_in(near, str(run))
        if by_stem is None:
            by_stem = spoken_in(list(self._texts_of_project(told)), told.path, least=2)
        if by_stem is not None:
            yield by_stem, "its name is in the path"

    def _told_by(
        self, texts: Mapping[str, str], told: Recorded, run: PurePosixPath
    ) -> Iterator[tuple[str, str]]:
        """Yield single scripts that write what a run left, or print its lines, each with its rule,
        the surest first.
        """
        telling = [
            part for at, part in enumerate(run.parts) if not at or part not in GENERAL_FOLDERS
        ]
        for name in (*with_uncounted(reversed(telling)), *told.files):
            for named in self._writing(texts, name):
                here = [one for one in named if not leads_elsewhere(texts[one], name, run.parts)]
                if len(here) == 1:
                    yield here[0], f"writes {name}"
        fitting = putting_together(texts, run.name)
        speaking = speaking_of(texts, run.name)
        for script in (*(fitting if len(fitting) == 1 else ()), speaking):
            if script is not None:
                yield script, f"writes {run.name}"
        printer = printer_of(texts, log_of(self._root, told))
        if printer is not None:
            yield printer, "prints its lines"

    def _writing(self, texts: Mapping[str, str], name: str) -> tuple[list[str], list[str]]:
        """The scripts that write a name, and that save it; runs of one study share most names."""
        key = (name, *texts)
        if key not in self._wrote:
            self._wrote[key] = (writers(texts, name), savers(texts, name))
        return self._wrote[key]

    def _shown_by(self, texts: Mapping[str, str], told: Recorded) -> Iterator[tuple[str, str]]:
        """Yield the script that alone has a run's settings, then the one whose modules print a
        log's lines or have the settings, where the scripts themselves say nothing.
        """
        naming = only_one_that_names(texts, told.settings)
        if naming is not None:
            yield naming, "the only one that has its settings"
        whole = {script: self._whole(script) for script in texts}
        printer = printer_of(whole, log_of(self._root, told))
        if printer is not None:
            yield printer, "a module of it prints its lines"
        naming = only_one_that_names(whole, told.settings)
        if naming is not None:
            yield naming, "a module of it has its settings"

    def _whole(self, script: str) -> str:
        """The text of a script with those of the modules that it imports."""
        if script not in self._wholes:
            its = (script, *self._modules.get(script, ()))
            self._wholes[script] = "\n".join(map(self._text, its))
        return self._wholes[script]

    def _writer_below(self, run: PurePosixPath) -> Owner:
        """The script of the project that writes just this file, where the nearest trainer is no
        model.
        """
        for folder in run.parents:
            if self._is_top(folder):
                texts = {script: self._text(script) for script in self._below(folder)}
                named = writers(texts, run.name)
                alone = len(named) == 1 and named[0] in self._models
                return Owner(named[0], f"writes {run.name}") if alone else NOBODY
        return NOBODY

    def _is_top(self, folder: PurePosixPath) -> bool:
        """Return whether a project begins at a folder."""
        if folder not in self._tops:
            place = locate(self._root, "" if folder == PurePosixPath(".") else str(folder))
            self._tops[folder] = any((place / name).exists() for name in _TOPS)
        return self._tops[folder]

    def _below(self, folder: PurePosixPath) -> list[str]:
        """The scripts that may train in all folders of a project."""
        if folder not in self._deep:
            inside = [
                script
                for place, scripts in self._by_folder.items()
                if (place == folder or folder in place.parents) and _ASIDE.isdisjoint(place.parts)
                for script in scripts
                if script not in self._helpers
            ]
            few = inside if len(inside) <= _MOST_BELOW else []
            self._deep[folder] = [script for script in few if self._may_train(script)]
        return self._deep[folder]

    def _trainers(self, folder: PurePosixPath) -> list[str]:
        """The scripts of a folder that may train. Helpers that others import do not count."""
        if folder not in self._near:
            found = [one for one in self._by_folder.get(folder, ()) if self._may_train(one)]
            alone = [one for one in found if one not in self._helpers]
            self._near[folder] = alone or found
        return self._near[folder]

    def _may_train(self, script: str) -> bool:
        if script not in self._trains:
            self._trains[script] = may_train(self._root, script)
        return self._trains[script]

    def _text(self, script: str) -> str:
        if script not in self._texts:
            try:
                start = read_start(locate(self._root, script), _MAX_TEXT, self._root)
                text = start.decode("utf-8", "replace")
                code = code_of(text) if script.endswith(".ipynb") else text
                self._texts[script] = without_comments(code)
            except OSError:
                self._texts[script] = ""
        return self._texts[script]
