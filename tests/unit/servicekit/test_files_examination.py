"""What strangers made is read by a process of its own; when that breaks, only the file is lost."""

import io
import os
import sys
import time
from pathlib import Path

import pytest

from servicekit.files.checking.examination import examined
from servicekit.files.kinds import JPEG, PDF, PNG
from servicekit.files.refusals import DocumentUnreadable, NotExaminable, PictureTooLarge
from tests.papers import a_bomb, a_pdf, a_picture


def test_a_document_and_a_picture_pass() -> None:
    with examined(io.BytesIO(a_pdf(4)), PDF) as found:
        assert (found.shape, found.contents) == ({"pages": 4}, ())
    with examined(io.BytesIO(a_picture(size=(900, 300))), JPEG) as found:
        assert found.shape == {"width": 900, "height": 300}
        made = [b"".join(found.read(length)) for length in found.contents]
    assert all(one.startswith(b"\xff\xd8\xff") for one in made)


def test_what_it_finds_comes_back_as_the_refusal_that_it_is() -> None:
    with pytest.raises(DocumentUnreadable), examined(io.BytesIO(b"%PDF-1.7 no"), PDF):
        pass
    with pytest.raises(PictureTooLarge), examined(io.BytesIO(a_bomb()), PNG):
        pass


def a_program(folder: Path, text: str) -> list[str]:
    file = folder / "examiner.py"
    file.write_text(text)
    return [sys.executable, str(file)]


@pytest.mark.parametrize(
    "text",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "raise SystemExit(1)",
        "import sys; sys.stdin.read(1); print('no json')",
        'import sys; sys.stdin.buffer.read(); print(\'{"refused": "unheard-of"}\')',
        "import sys; sys.stdin.buffer.read(); print('[]')",
        "import sys; sys.stdin.buffer.read(); print('x' * 100000)",
    ],
)
def test_one_that_breaks_has_examined_nothing(tmp_path: Path, text: str) -> None:
    with (
        pytest.raises(NotExaminable),
        examined(io.BytesIO(b"x" * 3_000_000), PDF, a_program(tmp_path, text)),
    ):
        pass


def test_one_that_ends_in_the_middle_of_what_it_made_is_noticed(tmp_path: Path) -> None:
    text = 'import sys; sys.stdin.buffer.read(); print(\'{"shape": {}, "contents": [1000]}\\nabc\')'
    with examined(io.BytesIO(b"x"), PDF, a_program(tmp_path, text)) as found, pytest.raises(NotExaminable):
        list(found.read(found.contents[0]))


def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        pytest.raises(NotExaminable),
        examined(io.BytesIO(b"x"), PDF, a_program(tmp_path, "import time; time.sleep(60)"), seconds=0.5),
    ):
        pass
    assert time.monotonic() - began < 20


def test_it_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILE_KEY", "secret")
    told = tmp_path / "told"
    text = f"import os, sys; sys.stdin.buffer.read(); open({str(told)!r}, 'w').write(repr(dict(os.environ)))"
    with pytest.raises(NotExaminable), examined(io.BytesIO(b"x"), PDF, a_program(tmp_path, text)):
        pass
    assert "secret" not in told.read_text()
    assert "PYTHONPATH" in told.read_text()
    assert os.environ["FILE_KEY"] == "secret"
