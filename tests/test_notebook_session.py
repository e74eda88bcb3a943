"""The notebook of docs/: every cell runs, and its tables draw themselves."""

import ast
import json
import shutil

import modelsearch
from modelsearch.api.rows import Rows
from tests.conftest import ROOT, Indexed


def test_the_notebook_does_what_the_readmes_session_does(
    indexed: Indexed, tmp_path, monkeypatch, capsys
):
    shutil.copy(indexed.db, tmp_path / "models.db")
    monkeypatch.chdir(tmp_path)
    notebook = json.loads((ROOT / "docs" / "session.ipynb").read_text(encoding="utf-8"))
    codes = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert sum(len(code.strip().splitlines()) for code in codes) <= 20
    names: dict[str, object] = {}
    shown = []
    for code in codes:
        *before, last = ast.parse(code).body
        if not isinstance(last, ast.Expr):
            before.append(last)
        exec(compile(ast.Module(before, []), "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    assert shown[0] == 75
    tables = [one for one in shown if isinstance(one, Rows)]
    assert len(tables) == 3
    assert all("<table" in table._repr_html_() for table in tables)
    printed = capsys.readouterr().out
    told = modelsearch.open(indexed.db).query("what learning rate does flower_v2 use?").summary
    for line in ("4 models", told, "Generative-Oxford-102-Flower_v1 uses"):
        assert line in printed
