"""Repositories made to run something: whatever they say, a marker file must never appear.

Each set-up says which ordinary git command it is armed for, where there is one; that command must
make the marker, so that no set-up is harmless by mistake.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, run
from tests.test_dates import git

TRAIN = "import torch\nnet = torch.nn.Linear(2, 2)\n"
TRAIN += "opt = torch.optim.Adam(net.parameters(), lr={})\nnet(torch.zeros(2)).sum().backward()\n"
TRAIN += "opt.step()\n"


@dataclass(frozen=True)
class Trap:
    """A repository that is being armed: ``payload`` is a command that makes the marker."""

    top: Path
    marker: Path

    @property
    def payload(self) -> str:
        return f"sh -c {shlex.quote(f'touch {self.marker}; cat')}"

    def program(self) -> Path:
        """Return an executable that makes the marker."""
        script = self.marker.parent / "program.sh"
        script.write_text(f"#!/bin/sh\ntouch {self.marker}\nexit 1\n")
        script.chmod(0o755)
        return script

    def config(self, *pairs: str) -> None:
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            git(self.top, "config", name, value)

    def attributes(self, text: str, place: str = ".gitattributes") -> None:
        (self.top / place).write_text(text)


def repository(top: Path) -> Path:
    top.mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / "train.py").write_text(TRAIN.format(0.1))
    (top / "sub").mkdir()
    (top / "sub" / "train_more.py").write_text(TRAIN.format(0.2))
    git(top, "add", ".")
    git(top, "commit", "-qm", "first", date="2024-05-05T05:05:05+00:00")
    return top


def disturb(top: Path) -> None:
    """Let every file seem changed, so that git must look at its content."""
    for file in top.rglob("*.py"):
        os.utime(file, (978_307_200, 978_307_200))


# ---- the set-ups -------------------------------------------------------------------------------


def clean_filter(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n")
    trap.config("filter.x.clean", trap.payload)


def process_filter(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n")
    trap.config("filter.x.process", str(trap.program()), "filter.x.required", "true")


def attributes_in_a_folder(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n", "sub/.gitattributes")
    trap.config("filter.x.clean", trap.payload)


def attributes_in_info(trap: Trap) -> None:
    (trap.top / ".git" / "info").mkdir(exist_ok=True)
    trap.attributes("*.py filter=x\n", ".git/info/attributes")
    trap.config("filter.x.clean", trap.payload)


def attributes_by_setting(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n", "named")
    trap.config("core.attributesFile", str(trap.top / "named"), "filter.x.clean", trap.payload)


def included_settings(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n")
    (trap.top / "more").write_text(f'[filter "x"]\n\tclean = "{trap.program()}"\n')
    trap.config("include.path", "../more")


def settings_included_on_condition(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n")
    (trap.top / "more").write_text(f'[filter "x"]\n\tclean = "{trap.program()}"\n')
    trap.config("includeIf.gitdir:/.path", str(trap.top / "more"))


def settings_of_a_working_tree(trap: Trap) -> None:
    trap.attributes("*.py filter=x\n")
    trap.config("extensions.worktreeConfig", "true")
    git(trap.top, "config", "--worktree", "filter.x.clean", trap.payload)


def git_file_to_a_folder_inside(trap: Trap) -> None:
    clean_filter(trap)
    (trap.top / ".git").rename(trap.top / "data")
    (trap.top / ".git").write_text("gitdir: data\n")


def submodule(trap: Trap) -> None:
    other = repository(trap.marker.parent / "other")
    git(trap.top, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "part")
    git(trap.top, "commit", "-qam", "submodule")
    (trap.top / "part" / ".gitattributes").write_text("*.py filter=x\n")
    git(trap.top / "part", "config", "filter.x.clean", trap.payload)


def submodule_settings(trap: Trap) -> None:
    submodule(trap)
    (trap.top / ".gitmodules").write_text(
        f'[submodule "part"]\n\tpath = part\n\turl = ext::{trap.program()}\n'
        f"\tupdate = !touch {trap.marker}\n"
    )


def linked_working_tree(trap: Trap) -> None:
    git(trap.top, "worktree", "add", "-q", "tree", "-b", "second")
    (trap.top / "tree" / ".gitattributes").write_text("*.py filter=x\n")
    trap.config("filter.x.clean", trap.payload)


def bare_look_alike_from_a_clone(trap: Trap) -> None:
    """What looks like a repository, but is not named ``.git``, travels in a plain clone."""
    source = repository(trap.marker.parent / "source")
    shutil.copytree(source / ".git", source / "payload")
    with (source / "payload" / "config").open("a") as file:
        file.write(
            "[core]\n\tbare = false\n\tworktree = work\n"
            f'[filter "x"]\n\tclean = "{trap.program()}"\n'
        )
    shutil.rmtree(source / "payload" / "hooks", ignore_errors=True)
    (source / "payload" / "refs" / "keep").write_text("")
    (source / "payload" / "work").mkdir()
    (source / "payload" / "work" / "train.py").write_text(TRAIN.format(0.3))
    (source / "payload" / "work" / ".gitattributes").write_text("*.py filter=x\n")
    git(source, "add", "-f", ".")
    git(source, "commit", "-qm", "payload")
    git(trap.marker.parent, "clone", "-q", str(source), str(trap.top / "clone"))
    assert (trap.top / "clone" / "payload" / "HEAD").is_file()


def working_tree_elsewhere(trap: Trap) -> None:
    clean_filter(trap)
    trap.config("core.worktree", "../sub")
    (trap.top / "sub" / "train.py").write_text(TRAIN.format(0.4))
    (trap.top / "sub" / ".gitattributes").write_text("*.py filter=x\n")


def file_system_monitor(trap: Trap) -> None:
    trap.config("core.fsmonitor", str(trap.program()))


def hooks(trap: Trap) -> None:
    folder = trap.top / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for name in (
        "post-index-change",
        "post-checkout",
        "pre-auto-gc",
        "reference-transaction",
        "fsmonitor-watchman",
        "query-watchman",
        "post-commit",
    ):
        shutil.copy(trap.program(), folder / name)


def hooks_elsewhere(trap: Trap) -> None:
    (trap.top / "scripts").mkdir()
    shutil.copy(trap.program(), trap.top / "scripts" / "post-index-change")
    trap.config("core.hooksPath", "scripts")


def external_diff(trap: Trap) -> None:
    trap.config("diff.external", str(trap.program()))


def text_conversion(trap: Trap) -> None:
    trap.attributes("*.py diff=x\n")
    trap.config("diff.x.textconv", str(trap.program()), "diff.x.cachetextconv", "true")


def driver_of_a_diff(trap: Trap) -> None:
    trap.attributes("*.py diff=x\n")
    trap.config("diff.x.command", str(trap.program()))


def signature_program(trap: Trap) -> None:
    body = subprocess.run(
        ["git", "-C", trap.top, "cat-file", "commit", "HEAD"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    head, _, message = body.partition("\n\n")
    signature = " \n x\n -----END PGP SIGNATURE-----"
    signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n{signature}\n\n{message}"
    made = subprocess.run(
        ["git", "-C", trap.top, "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed,
        capture_output=True,
        check=True,
        text=True,
    )
    git(trap.top, "update-ref", "HEAD", made.stdout.strip())
    trap.config("gpg.program", str(trap.program()), "log.showSignature", "true")


def pager(trap: Trap) -> None:
    for name in ("core.pager", "pager.log", "pager.ls-tree"):
        trap.config(name, trap.payload)


def aliases(trap: Trap) -> None:
    shell = f"!touch {trap.marker}"
    trap.config("alias.log", shell, "alias.ls-tree", shell, "alias.status", shell, "alias.x", shell)


def lazy_fetch(trap: Trap) -> None:
    trap.config(
        "core.repositoryformatversion",
        "1",
        "extensions.partialClone",
        "origin",
        "remote.origin.promisor",
        "true",
        "remote.origin.url",
        f"ext::{trap.program()}",
        "protocol.ext.allow",
        "always",
    )
    blob = subprocess.run(
        ["git", "-C", trap.top, "rev-parse", "HEAD:train.py"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    (trap.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()


def ssh_command(trap: Trap) -> None:
    lazy_fetch(trap)
    trap.config("remote.origin.url", "ssh://nowhere.invalid/x")
    trap.config("core.sshCommand", str(trap.program()))


def credential_helper(trap: Trap) -> None:
    lazy_fetch(trap)
    trap.config("remote.origin.url", "https://localhost:1/x")
    trap.config("credential.helper", f"!touch {trap.marker};", "core.askPass", str(trap.program()))


def alternates_with_a_command(trap: Trap) -> None:
    (trap.top / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (trap.top / ".git" / "objects" / "info" / "alternates").write_text("/nowhere\n../../data\n")
    trap.config("core.alternateRefsCommand", str(trap.program()))


def shallow(trap: Trap) -> None:
    clean_filter(trap)
    head = (trap.top / ".git" / "refs" / "heads" / "main").read_text()
    (trap.top / ".git" / "shallow").write_text(head)


def replaced_and_grafted(trap: Trap) -> None:
    clean_filter(trap)
    (trap.top / ".git" / "info").mkdir(exist_ok=True)
    (trap.top / ".git" / "info" / "grafts").write_text("0" * 40 + "\n")
    head = (trap.top / ".git" / "refs" / "heads" / "main").read_text().strip()
    place = trap.top / ".git" / "refs" / "replace"
    place.mkdir()
    (place / head).write_text("1" * 40 + "\n")


def sparse_checkout(trap: Trap) -> None:
    git(trap.top, "sparse-checkout", "init", "--cone")
    clean_filter(trap)
    trap.config("index.sparse", "true")


def index_of_another(trap: Trap) -> None:
    clean_filter(trap)
    head = b"DIRC" + (4).to_bytes(4, "big") + (2**32 - 1).to_bytes(4, "big")
    (trap.top / ".git" / "index").write_bytes(head + b"\xff" * 4000)


def corrupt_objects(trap: Trap) -> None:
    clean_filter(trap)
    for file in (trap.top / ".git" / "objects").rglob("*"):
        if file.is_file():
            file.chmod(0o644)
            file.write_bytes(file.read_bytes()[:-9] + b"\0" * 9)


def packed_references(trap: Trap) -> None:
    clean_filter(trap)
    git(trap.top, "pack-refs", "--all")
    with (trap.top / ".git" / "packed-refs").open("a") as file:
        file.writelines(f"{'1' * 40} refs/heads/b{number}\n" for number in range(200_000))


def head_that_leads_out(trap: Trap) -> None:
    clean_filter(trap)
    (trap.top / ".git" / "HEAD").write_text(f"ref: refs/../../../{trap.marker.name}\n")


def head_that_is_a_pipe(trap: Trap) -> None:
    (trap.top / ".git" / "HEAD").unlink()
    os.mkfifo(trap.top / ".git" / "HEAD")


def objects_that_are_pipes(trap: Trap) -> None:
    place = trap.top / ".git" / "objects"
    (place / "pack").mkdir(exist_ok=True)
    for name in (f"pack-{'1' * 40}.idx", f"pack-{'1' * 40}.pack"):
        os.mkfifo(place / "pack" / name)
    blob = next(file for file in place.rglob("*") if file.is_file())
    blob.unlink()
    os.mkfifo(blob)


def references_in_a_table(trap: Trap) -> None:
    clean_filter(trap)
    (trap.top / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    (trap.top / ".git" / "reftable").mkdir()
    trap.config("extensions.refStorage", "reftable")


#: Set-ups with the git command that they are armed for; None where only damage is tried.
TRAPS: dict[Callable[[Trap], None], str | None] = {
    clean_filter: "diff HEAD",
    process_filter: "diff HEAD",
    attributes_in_a_folder: "diff HEAD",
    attributes_in_info: "diff HEAD",
    attributes_by_setting: "diff HEAD",
    included_settings: "diff HEAD",
    settings_included_on_condition: "diff HEAD",
    settings_of_a_working_tree: "diff HEAD",
    git_file_to_a_folder_inside: "diff HEAD",
    submodule: "-C part diff HEAD",
    submodule_settings: "-C part diff HEAD",
    linked_working_tree: "-C tree diff HEAD",
    bare_look_alike_from_a_clone: "-C clone/payload/work diff HEAD",
    working_tree_elsewhere: "diff HEAD",
    file_system_monitor: "status",
    hooks: "status",
    hooks_elsewhere: "status",
    external_diff: "log -p --ext-diff",
    text_conversion: "log -p",
    driver_of_a_diff: "log -p --ext-diff",
    signature_program: "log",
    pager: None,
    aliases: "x",
    lazy_fetch: "log -p",
    ssh_command: "log -p",
    credential_helper: None,
    alternates_with_a_command: None,
    shallow: "diff HEAD",
    replaced_and_grafted: None,
    sparse_checkout: "diff HEAD",
    index_of_another: None,
    corrupt_objects: None,
    packed_references: None,
    head_that_leads_out: None,
    head_that_is_a_pipe: None,
    objects_that_are_pipes: None,
    references_in_a_table: None,
}


@pytest.mark.parametrize("set_up", TRAPS, ids=lambda one: one.__name__)
def test_nothing_in_an_indexed_repository_runs(
    tmp_path: Path, set_up: Callable[[Trap], None]
) -> None:
    trap = Trap(repository(tmp_path / "stranger"), tmp_path / "MARKER")
    set_up(trap)
    disturb(trap.top)
    armed = TRAPS[set_up]
    if armed is not None:
        shutil.copytree(trap.top, tmp_path / "spare", symlinks=True)
        subprocess.run(
            ["git", *armed.split()],
            cwd=trap.top,
            capture_output=True,
            check=False,
            timeout=20,
            env={**os.environ, "TERM": "dumb"},
            stdin=subprocess.DEVNULL,
        )
        assert trap.marker.exists(), "this set-up is not armed"
        trap.marker.unlink()
        shutil.rmtree(trap.top)
        (tmp_path / "spare").rename(trap.top)
    for folder in (trap.top, *(one for one in trap.top.rglob("*") if one.is_dir())):
        if ".git" in folder.relative_to(trap.top).parts or _is_store(folder, trap.top):
            continue
        done = run("index", str(folder), "--db", str(tmp_path / "models.db"), "--encoder", "none")
        assert done.exit_code == 0, done.output
        assert not trap.marker.exists(), folder
        (tmp_path / "models.db").unlink()


def _is_store(folder: Path, top: Path) -> bool:
    """Whether a folder is one of the many that hold a look-alike's objects."""
    return any(part in ("objects", "hooks", "logs") for part in folder.relative_to(top).parts)


def test_a_module_in_the_working_folder_does_not_run(tmp_path: Path) -> None:
    """New reader processes start in the working folder; ``socket.py`` there is not Python's."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    for number in range(30):
        (folder / f"train_{number}.py").write_text(TRAIN.format(number))
    for name in ("socket", "signal", "multiprocessing", "json", "selectors", "struct", "pathlib"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'MARKER')!r}, 'w')\n")
    command = [
        sys.executable,
        "-m",
        "modelsearch",
        "index",
        ".",
        "--db",
        str(tmp_path / "m.db"),
        "--encoder",
        "none",
        "--jobs",
        "2",
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert "30 models" in done.stderr
    assert not (tmp_path / "MARKER").exists()
