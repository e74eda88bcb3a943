"""What each page shows, put together from one reading of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from modelsearch.answer.columns import known_fields, named_fields
from modelsearch.answer.shapes import Answer
from modelsearch.answer.viewing import PictureLoader, caption
from modelsearch.api.page.catalogue import FileMemory, PagedCatalogue
from modelsearch.api.page.drawing import Grid, grids, sparkline
from modelsearch.api.page.files import excerpt
from modelsearch.api.page.panels import panels
from modelsearch.api.page.preparing import prepare
from modelsearch.query.explain import explain
from modelsearch.records.errors import ModelsearchError, UsageError
from modelsearch.records.structs import frozen
from modelsearch.records.text import duration, human_size, number, plain, rate
from modelsearch.render.details import contradiction, facts, place
from modelsearch.render.gallery import packed
from modelsearch.render.models import columns_to_choose
from modelsearch.render.page import comparison_sections
from modelsearch.render.runs import as_written
from modelsearch.render.templating import breakable
from modelsearch.store.loading import load_images
from modelsearch.store.rows import Detail, EvidenceRow, ImageRow
from modelsearch.store.run_rows import RunRow

MODELS, PICTURES, RUNS = 50, 60, 100  #: on one page
_DEEPEST = 200  #: pages of models that can be turned
_COLUMNS = (
    "family",
    "dataset",
    "framework",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "created",
)
_MOST_COLUMNS = 24
_MOST_COMPARED = 20
_VALUES = 8  #: of a facet
_SIDES = {"small": 256, "large": 1024}
_LONGEST = 2_000  #: characters of a question

#: The parameters of an address, each with all its values.
Asked = Mapping[str, Sequence[str]]


@frozen
class Page:
    """A template and what it is filled with."""

    template: str
    values: dict[str, Any]


def one(asked: Asked, name: str) -> str:
    """Return the last value of a parameter, or an empty text."""
    found = asked.get(name, ())
    return found[-1] if found else ""


def address(path: str, /, **parameters: Any) -> str:
    """Return an address on this server; lists are repeated, what is empty is left out."""
    kept = {name: value for name, value in parameters.items() if value not in ("", None, [], ())}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


class Reader:
    """Makes the pages of one database. ``files`` is where files lie, if not where indexed."""

    def __init__(self, db: Path, files: Path | None = None, encoder: str | None = None) -> None:
        self._files = files
        self._encoder = encoder
        self._memory = FileMemory(db)

    def prepare(self) -> None:
        """Make ahead what first questions would wait for, from now on, while nobody asks."""
        prepare(self._memory)

    def search(self, asked: Asked) -> Page:
        """Return the answer to a question: its models, or the table, comparison, pictures it asks
        for.
        """
        question = one(asked, "q").strip()[:_LONGEST]
        number_of_page = min(_page_number(asked), _DEEPEST)
        start = (number_of_page - 1) * MODELS
        sort = one(asked, "sort")
        with self._memory.open() as catalogue:
            found = catalogue.query(
                question,
                limit=start + MODELS,
                facets=bool(question),
                sort=sort,
                offset=start,
                encoder=self._encoder,
            )
            if not question:
                found.facets = catalogue.facets_of_all()
            results = found.results[:MODELS]  # a comparison of groups has all of theirs
            columns = _chosen_columns(catalogue, asked)
            table = catalogue.columns(columns, results, found.parsed)
        here = {"q": question, "sort": sort, "column": _named_columns(asked)}
        return Page(
            "search.html",
            {
                "question": question,
                "answer": found,
                "parse": explain(found.parsed).splitlines(),
                "rows": [
                    (row.model_id, [one.cells[at] for one in table])
                    for at, row in enumerate(results)
                ],
                "heads": [_head(one.field, one.title, sort, here) for one in table],
                "columns": [(name, title, name in columns) for name, title in columns_to_choose()],
                "sort": sort,
                "facets": _facets(found, question, here),
                "grids": [_linked(grid) for grid in grids(found.answer)],
                "nearest": found.nearest,
                "pictures": [_picture(row) for row in found.images[:PICTURES]],
                "comparison": _sections(found.comparison),
                "turn": _turn(
                    "/", here, number_of_page, MODELS, min(found.total, _DEEPEST * MODELS)
                ),
            },
        )

    def model(self, asked: Asked) -> Page:
        """Everything known of a model, each value with a link to the line where it was read."""
        with self._memory.open() as catalogue:
            detail = catalogue.show(one(asked, "id"))
            remarks = catalogue.remarks(detail.row.model_id)
            shown = load_images(catalogue.connection, "i.model = ?", (detail.row.rowid,), 12)
        name = detail.row.model_id
        return Page("model.html", {
            "detail": detail,
            "sections": [
                (title, [(label, value, _place(entry, detail)) for label, value, entry in lines])
                for title, lines in [*facts(detail), *panels(detail)]
            ],
            "file": address("/file", model=name, path=detail.row.path),
            "contradictions": [(contradiction(entry, detail), _place(entry, detail))
                               for entry in detail.disagreements],
            "runs": [_run(run) for run in detail.recorded.runs],
            "curves": [sparkline(curve) for curve in detail.recorded.curves
                       if len(curve.steps) > 1],
            "checkpoints": [
                (one.path, one.format, human_size(one.size_bytes), plain(one.epoch),
                 plain(one.step)) for one in detail.recorded.checkpoints
            ],
            "pictures": [_picture(row) for row in shown],
            "remarks": remarks,
        })  # fmt: skip

    def file(self, asked: Asked) -> Page:
        """Return the lines around a value in the file where it was read."""
        path, line = one(asked, "path"), _whole(one(asked, "line"))
        with self._memory.open() as catalogue:
            detail = catalogue.show(one(asked, "model"))
            found = excerpt(catalogue, detail, path, line, self._files)
        here = {"model": detail.row.model_id, "path": path}
        return Page(
            "file.html",
            {
                "model_id": detail.row.model_id,
                "path": path,
                "line": line,
                "excerpt": found,
                "before": address("/file", **here, line=max(1, found.first - 200))
                if found.first > 1
                else "",
                "after": address("/file", **here, line=found.more) if found.more else "",
            },
        )

    def compare(self, asked: Asked) -> Page:
        """Models side by side."""
        names = list(dict.fromkeys(asked.get("id", ())))
        if not 2 <= len(names) <= _MOST_COMPARED:
            raise UsageError(f"tick two to {_MOST_COMPARED} models to compare them")
        with self._memory.open() as catalogue:
            title, sections = comparison_sections(catalogue.compare(*names), draw=False)
        return Page("compare.html", {"title": title, "sections": sections, "names": names})

    def runs(self, asked: Asked) -> Page:
        """Return the recorded runs of a model, or all."""
        name, page = one(asked, "id"), _page_number(asked)
        with self._memory.open() as catalogue:
            total, found = catalogue.page_of_runs(name or None, (page - 1) * RUNS, RUNS)
        told = [as_written(one) for one in found]
        known = [
            column
            for column in found.columns
            if column != "model_id" and any(one.get(column) is not None for one in told)
        ]
        shown = [(one["model_id"], [plain(one.get(column)) for column in known]) for one in told]
        return Page(
            "runs.html",
            {
                "name": name,
                "total": total,
                "rows": shown,
                "heads": [column.removesuffix("_s").replace("_", " ") for column in known],
                "turn": _turn("/runs", {"id": name}, page, RUNS, total),
            },
        )

    def pictures(self, asked: Asked) -> Page:
        """Return the pictures of a model, or all, a page of them."""
        name, page = one(asked, "id"), _page_number(asked)
        with self._memory.open() as catalogue:
            total, rows = catalogue.page_of_images(name or None, (page - 1) * PICTURES, PICTURES)
        return Page(
            "pictures.html",
            {
                "name": name,
                "total": total,
                "groups": _by_model([_picture(row) for row in rows]),
                "turn": _turn("/pictures", {"id": name}, page, PICTURES, total),
            },
        )

    def remarks(self, _asked: Asked) -> Page:
        """Return what people said of models."""
        with self._memory.open() as catalogue:
            return Page("remarks.html", {"remarks": catalogue.remarks()})

    def picture(self, asked: Asked) -> tuple[str, bytes]:
        """Return the media type and the bytes of a picture, made anew from what was read."""
        side = _SIDES.get(one(asked, "size"), _SIDES["small"])
        with self._memory.open() as catalogue:
            rows = load_images(catalogue.connection, "i.image_id = ?", (one(asked, "id"),), 1)
            if not rows:
                raise ModelsearchError("there is no such picture")
            drawn = PictureLoader(catalogue.connection, self._files).load(rows[0], side)
        if drawn is None:
            raise ModelsearchError("the picture is not here and has no copy in the database")
        return packed(drawn)


def _named_columns(asked: Asked) -> list[str]:
    """Return the columns that an address names, each once: every link of the page repeats them."""
    return list(dict.fromkeys(asked.get("column", ())))[:_MOST_COLUMNS]


def _chosen_columns(catalogue: PagedCatalogue, asked: Asked) -> list[str]:
    names = named_fields(",".join(_named_columns(asked)))
    known_fields(catalogue.connection, names)
    return names or list(_COLUMNS)


def _head(field: str, title: str, sort: str, here: Mapping[str, Any]) -> dict[str, str]:
    now = {f"{field}:asc": "ascending", f"{field}:desc": "descending"}.get(sort, "none")
    turned = f"{field}:asc" if now == "descending" else f"{field}:desc"
    return {"title": title, "now": now, "address": address("/", **{**here, "sort": turned})}


def _facets(
    found: Answer, question: str, here: Mapping[str, Any]
) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Return the values that narrow an answer, each with the address of the narrower question."""
    if found.parsed.intent != "search":
        return []
    told = []
    for name, values in (found.facets or {}).items():
        entries = []
        for value, count in values[:_VALUES]:
            narrower = f"{question} {_qualifier(name, value)}".strip()
            entries.append((plain(value), count, address("/", **{**here, "q": narrower})))
        if entries:
            told.append((name, entries))
    return told


def _qualifier(name: str, value: Any) -> str:
    text = str(value).replace('"', " ")
    return f"{name}:{text}" if text.replace("-", "").isalnum() else f'{name}:"{text}"'


def _place(entry: EvidenceRow | None, detail: Detail) -> tuple[str, str] | None:
    """A place as text, and the address of its line: "" for what a person corrected."""
    if entry is None:
        return None
    if not entry.path:
        return place(entry, detail.row.path), ""
    link = address("/file", model=detail.row.model_id, path=entry.path, line=entry.line)
    return place(entry, detail.row.path), f"{link}#L{entry.line}" if entry.line else link


def _linked(grid: Grid) -> Grid:
    """Return a table whose models lead to their pages."""
    at = [place for place, title in enumerate(grid.head) if title == "model"]
    rows = [
        [_link(cell) if place in at and cell else cell for place, cell in enumerate(row)]
        for row in grid.rows
    ]
    return Grid(grid.head, rows)


def _link(name: str) -> Markup:
    goal = address("/model", id=name)
    return Markup('<a href="{}">{}</a>').format(goal, breakable(name))


def _run(run: RunRow) -> dict[str, Any]:
    best = "" if run.best is None else f"{run.metric} {number(run.best)}"
    settings = [
        f"lr {rate(run.learning_rate)}" if run.learning_rate is not None else "",
        f"batch {run.batch_size}" if run.batch_size is not None else "",
        f"{run.epochs} epochs" if run.epochs is not None else "",
    ]
    return {
        "name": run.run_id,
        "stands": bool(run.stands),
        "best": best,
        "settings": ", ".join(filter(None, settings)),
        "status": plain(run.status),
        "started": plain(as_written({"started_at": run.started_at})["started_at"]),
        "duration": "" if run.duration_s is None else duration(run.duration_s),
        "tool": run.tool,
        "path": run.path,
    }


def _picture(row: ImageRow) -> dict[str, Any]:
    return {
        "id": row.image_id,
        "small": address("/picture", id=row.image_id),
        "large": address("/picture", id=row.image_id, size="large"),
        "said": caption(row),
        "name": row.path.rpartition("/")[2],
        "path": row.path,
        "model_name": row.model_id or "",
        "alt": f"{row.kind or 'picture'} {caption(row)}",
    }


def _by_model(pictures: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return pictures by their model's name, in their order; those of no model come last."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in pictures:
        groups.setdefault(one["model_name"], []).append(one)
    return sorted(groups.items(), key=lambda group: not group[0])


def _sections(report: Any) -> list[Any]:
    return [] if report is None else comparison_sections(report, draw=False, most=MODELS)[1]


def _turn(path: str, here: Mapping[str, Any], page: int, size: int, total: int) -> dict[str, Any]:
    pages = max(1, -(-total // size))
    return {
        "page": page,
        "pages": pages,
        "before": address(path, **here, page=page - 1) if page > 1 else "",
        "after": address(path, **here, page=page + 1) if page < pages else "",
    }


def _page_number(asked: Asked) -> int:
    return max(1, _whole(one(asked, "page")))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 1
