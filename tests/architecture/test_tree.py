"""The shape of the tree: borders of imports, nothing done at import, no drawers, no traces of a workplace."""

import ast
import re
import subprocess
import sys

from tests.architecture.the_code import PACKAGES, module_names, sources, syntax
from tests.processes import ROOT

DRAWERS = {"utils", "util", "helpers", "common", "base", "manager", "misc", "core", "lib"}

# Run apart, so that nothing that this process has imported hides anything.
IMPORTING = """
import importlib, os, sys

OWN = {packages!r}
acts = []

def own_frame():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.split(".")[0] in OWN:
            return f"{{name}}:{{frame.f_lineno}}"
        frame = frame.f_back
    return None

def watch(event, arguments):
    written = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if written and "__pycache__" in str(arguments[0]):
        return
    if written or event in ("socket.connect", "socket.bind", "subprocess.Popen", "_thread.start_new_thread",
                            "os.mkdir", "os.remove", "os.rename"):
        # What the import system itself writes has no frame of ours nearest.
        frame = sys._getframe(1)
        while frame is not None and "importlib" not in frame.f_code.co_filename:
            if frame.f_globals.get("__name__", "").split(".")[0] in OWN:
                acts.append(f"{{event}} {{arguments[:1]}} in {{frame.f_globals['__name__']}}:{{frame.f_lineno}}")
                return
            frame = frame.f_back

class Environment(dict):
    def __init__(self, real):
        super().__init__(real)
    def _note(self, name):
        frame = sys._getframe(2)
        if frame.f_globals.get("__name__", "").split(".")[0] in OWN:
            acts.append(f"reads {{name}} in {{frame.f_globals['__name__']}}:{{frame.f_lineno}}")
    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)
    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

os.environ = Environment(os.environ)
sys.addaudithook(watch)
sys.dont_write_bytecode = True
for name in {modules!r}:
    importlib.import_module(name)
print("\\n".join(acts))
"""


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def texts() -> list[tuple[str, str]]:
    """Every file of the tree that is text."""
    found = []
    for name in tracked():
        path = ROOT / name
        if not path.is_file():
            continue  # removed a moment ago
        data = path.read_bytes()
        if b"\x00" not in data:
            found.append((name, data.decode(errors="replace")))
    return found


def test_the_borders_hold() -> None:
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-4000:] + checked.stderr[-1000:]
    assert "0 broken" in checked.stdout


def test_the_borders_name_every_package() -> None:
    contracts = (ROOT / ".importlinter").read_text(encoding="utf-8")
    named = set(
        re.findall(r"^    (\w+)$", contracts.partition("[importlinter:contract:services]")[0], re.MULTILINE)
    )
    assert named == set(PACKAGES)
    with_init = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert with_init == set(PACKAGES)


def test_nothing_happens_at_import() -> None:
    script = IMPORTING.format(packages=set(PACKAGES), modules=module_names())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == ""


def test_no_import_is_hidden_in_a_function() -> None:
    """Which would be a cycle that no contract sees."""
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for function in ast.walk(syntax(path))
        if isinstance(function, ast.FunctionDef | ast.ClassDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_package_says_in_a_sentence_what_it_owns() -> None:
    for path in sources():
        if path.name == "__init__.py":
            assert ast.get_docstring(syntax(path)), path


def test_there_is_no_drawer_for_leftovers() -> None:
    assert [str(path) for path in sources() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_nothing_of_a_workplace_is_in_the_tree() -> None:
    paths = re.compile(r"(?<![\w.:/}-])/(?:home|root|Users|work)/")
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    wrong = [
        f"{name}: {found.group()}"
        for name, text in texts()
        if not name.endswith((".lock", ".csv", ".geojson")) and name != "tests/architecture/test_tree.py"
        for pattern in (paths, marks)
        if (found := pattern.search(text))
    ]
    assert wrong == []


def test_the_locks_name_no_registry() -> None:
    for lock in ROOT.glob("*.lock"):
        assert not re.search(r"index-url|https?://", lock.read_text(encoding="utf-8")), lock.name


def test_no_test_is_skipped_or_mocked() -> None:
    wrong = re.compile(
        r"pytest\.(?:skip|xfail|importorskip)\(|mark\.(?:skip|skipif|xfail)|unittest\.mock|from unittest import mock"
    )
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path.name != "test_tree.py":
            assert not wrong.search(path.read_text(encoding="utf-8")), path


def test_no_secret_is_in_the_tree() -> None:
    private = re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"|-----BEGIN [A-Z ]*PRIVATE KEY')
    assert [
        name for name, text in texts() if private.search(text) and name != "tests/architecture/test_tree.py"
    ] == []


def test_no_room_of_servicekit_holds_more_than_ten_files() -> None:
    rooms = [
        path for path in (ROOT / "servicekit").rglob("*") if path.is_dir() and path.name != "__pycache__"
    ]
    assert rooms
    for room in (ROOT / "servicekit", *rooms):
        files = [path.name for path in room.glob("*.py") if path.name != "__init__.py"]
        assert len(files) <= 10, (room.name, files)
