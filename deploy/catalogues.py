"""Whether every message of the code is in every catalogue, translated; names what is not and exits 1.

With --update the catalogues are first written anew: what the code says now, sorted, with the translations known.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LANGUAGES = {"bn": "Bangla", "vi": "Vietnamese"}
# A catalogue without it counts as uncertain as a whole, and is not compiled.
HEAD = """\
# Texts of the whole house in {name}.
#
msgid ""
msgstr ""
"Project-Id-Version: sammelan 1\\n"
"Report-Msgid-Bugs-To: EMAIL@ADDRESS\\n"
"Last-Translator: the Sammelan authors\\n"
"Language: {language}\\n"
"Language-Team: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Generated-By: Babel 2.18.0\\n"

"""
KEYWORDS = ("_", "N_", "NN_:1,2", "gettext", "ngettext:1,2")


def main() -> int:
    wanted = _extracted()
    if "--update" in sys.argv[1:]:
        for language in LANGUAGES:
            _update(language, wanted)
    faults = [fault for language in LANGUAGES for fault in _faults(language, wanted)]
    print(*faults, sep="\n", file=sys.stderr)
    print(f"{len(wanted)} messages in {len(LANGUAGES)} languages, {len(faults)} faults")
    return 1 if faults else 0


def _extracted() -> Catalog:
    """What pybabel finds in the code now."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "messages.pot"
        keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)]
        subprocess.run(  # noqa: S603  # Our own arguments.
            [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg", *keywords,
             "-o", str(file), "."],
            check=True,
        )  # fmt: skip
        with file.open("rb") as text:
            return read_po(text)


def _path(language: str) -> Path:
    return Path("translations") / language / "LC_MESSAGES" / "sammelan.po"


def _update(language: str, wanted: Catalog) -> None:
    """Keeps the known translations; guesses none, and drops what the code no longer says."""
    path = _path(language)
    with path.open("rb") as text:
        known = read_po(text, locale=language)
    # Locations are left out: they change with every move and help no translator.
    written = Catalog(locale=language, fuzzy=False)
    for message in wanted:
        if message.id:
            found = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            written.add(
                message.id, found.string if found else None, flags=message.flags, context=message.context
            )
    with path.open("wb") as out:
        head = HEAD.format(name=LANGUAGES[language], language=language, plurals=written.plural_forms)
        out.write(head.encode())
        write_po(out, written, width=0, omit_header=True, no_location=True, sort_output=True)


def _faults(language: str, wanted: Catalog) -> Iterator[str]:
    path = _path(language)
    with path.open("rb") as text:
        known = read_po(text, locale=language)
    if known.fuzzy:
        yield f"{path}: without its header"
    for message in wanted:
        if not message.id:
            continue
        found = known.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        said = (found.string if isinstance(found.string, tuple | list) else (found.string,)) if found else ()
        if found is None or not said or not all(said):
            yield f"{path}: not translated: {message.id!r}"
        elif found.fuzzy:
            yield f"{path}: uncertain (fuzzy): {message.id!r}"
    for message, errors in known.check():
        yield from (f"{path}:{message.lineno}: {error}" for error in errors)


if __name__ == "__main__":
    sys.exit(main())
