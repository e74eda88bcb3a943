"""HTML from templates in which every text is escaped unless it is marked as markup.

Jinja2 is imported when a page is made, so that a question that prints a table never waits for it.
"""

from __future__ import annotations

from modelsearch.records.datafiles import read_text
from modelsearch.records.patterns import lazy
from modelsearch.records.text import escape, one_line
from modelsearch.records.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_SEPARATOR = lazy(r"(?<=[_/-])")


def environment(*modules: str) -> Environment:
    """Return an environment for the folders ``templates`` beside some modules (``__file__``).

    Texts are escaped, put on one line, and their control characters made visible; numbers and
    ready markup pass. A name that a template misspells is an error, never an empty text.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def source(name: str) -> str | None:
        for module in modules:
            try:
                return read_text(module, f"templates/{name}")
            except FileNotFoundError:
                continue
        return None

    made = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_said,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"breakable": breakable, "kept": kept}
    return made


def breakable(text: str) -> Markup:
    """Return a name that may be broken after its separators, so that columns stay narrow."""
    from markupsafe import Markup

    return Markup("<wbr>").join(_SEPARATOR.split(one_line(text)))


def kept(text: str) -> Markup:
    """Return a line whose spaces are kept, escaped."""
    from markupsafe import escape as as_markup

    return as_markup(escape(text))


def _said(value: Any) -> Any:
    return one_line(value) if type(value) is str else value
