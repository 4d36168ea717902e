"""The steps of CONTRIBUTING.md, "Adding a service", taken in a copy of the checkout."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.processes import ROOT

NAME = "parades"
PORT = 12
CONTAINER = """
  parades:
    <<: *program
    command: gunicorn parades.wsgi:app --bind 0.0.0.0:8812
    environment:
      <<: *common
      KEYS_DIR: /secrets/parades
      MONGO_USER: ${DATABASE_PREFIX:-sammelan}_parades
      MONGO_PASSWORD_FILE: /secrets/parades/mongo_password
    volumes: ["secrets-parades:/secrets/parades:ro"]
    networks: [data, inside]
    healthcheck:
      <<: *ready
      test: [CMD, python, -m, sammelan.healthy, "http://127.0.0.1:8812/readyz"]
"""


def put(root: Path, file: str, after: str, text: str) -> None:
    """Puts a text behind the first place where a pattern fits."""
    path = root / file
    whole = path.read_text(encoding="utf-8")
    found = re.search(after, whole, re.MULTILINE)
    assert found is not None, (file, after)
    path.write_text(whole[: found.end()] + text + whole[found.end() :], encoding="utf-8")


def the_package(root: Path) -> None:
    for path in (ROOT / "tests/throwaway" / NAME).glob("*.py"):
        text = path.read_text(encoding="utf-8").replace("tests.throwaway.parades", NAME)
        (root / NAME).mkdir(exist_ok=True)
        (root / NAME / path.name).write_text(text, encoding="utf-8")


def the_name(root: Path) -> None:
    put(root, "servicekit/settings.py", r'^SERVICES = \(.*"notifications", ', f'"{NAME}", ')


def the_port(root: Path) -> None:
    put(root, "servicekit/settings.py", r"^OFFSETS = \{\n", f'    "{NAME}": {PORT},\n')


def the_audience(root: Path) -> None:
    put(root, "identity/context.py", r'^AUDIENCES = \(.*"notifications", ', f'"{NAME}", ')


def the_program(root: Path) -> None:
    put(root, "sammelan/programs.py", r'^    "notifications",\n', f'    "{NAME}",\n')


def the_container(root: Path) -> None:
    put(root, "docker-compose.yml", r"^services:\n", CONTAINER)
    put(root, "docker-compose.yml", r"^  PORTAL_URL: .*\n", f"  {NAME.upper()}_URL: http://{NAME}:8812\n")
    put(root, "docker-compose.yml", r"^ +- secrets-portal:.*\n", f"      - secrets-{NAME}:/secrets/{NAME}\n")
    put(root, "docker-compose.yml", r"^  secrets-portal: \{\}\n", f"  secrets-{NAME}: {{}}\n")
    put(root, "docker-compose.yml", r"PORTAL_PORT", f", {NAME.upper()}_PORT")
    put(root, "Dockerfile", r"for program in ", f"{NAME} ")
    put(root, "Dockerfile", r"PORTAL_URL=http://portal:8806", f" {NAME.upper()}_URL=http://{NAME}:8812")


def the_borders(root: Path) -> None:
    path = root / ".importlinter"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^    notifications\n", f"    notifications\n    {NAME}\n", text, flags=re.MULTILINE)
    text = re.sub(
        r"^    notifications\.(\w+)\n", rf"    notifications.\1\n    {NAME}.\1\n", text, flags=re.MULTILINE
    )
    path.write_text(text, encoding="utf-8")
    put(root, "pyproject.toml", r'^source = \[.*"notifications", ', f'"{NAME}", ')
    put(root, "deploy/check.sh", r"^code=\(.*notifications ", f"{NAME} ")


def the_words(root: Path) -> None:
    put(root, "identity/roles.toml", r"^\[permissions\]\n", f'"{NAME}:write" = {{ assurance = 2 }}\n')
    put(
        root,
        "identity/roles.toml",
        r'key = "administrator"\n(.*\n)+?use = \{ ',
        f'"{NAME}:write" = "below", ',
    )
    upper = NAME.upper()
    put(root, "docs/operations.md", r"^\| `NOTIFICATIONS_PORT` .*\n", f"| `{upper}_PORT` | + {PORT} | |\n")
    put(root, "docs/operations.md", r"^\| `NOTIFICATIONS_URL` .*\n", f"| `{upper}_URL` | its own port | |\n")
    put(root, "docs/operations.md", r"^\| identity, membership, congress, notifications, ", f"{NAME}, ")


# CONTRIBUTING.md says it in five sentences; each of these is one place to go to.
STEPS: tuple[Callable[[Path], None], ...] = (
    the_package,
    the_name,
    the_port,
    the_audience,
    the_program,
    the_container,
    the_borders,
    the_words,
)


def copy_of_the_checkout(files: list[str], to: Path) -> Path:
    for name in files:
        source = ROOT / name
        if source.is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to / name)
    return to
