"""The process that sets one paper: a template of ours, and a reader's values, which it gets as values.

python -m servicekit.out.exports.typesetting TEMPLATE < values.json > paper.pdf
python -m servicekit.out.exports.typesetting TEMPLATE png < values.json > first-page.png

It holds no key and no database: what people have written is set by a large library. Nothing of it becomes markup.
"""

import sys
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
# Of a picture: sharp on a phone, and small enough for its network.
DOTS_PER_INCH = 110.0


def compiler_of(template: Path, values: str) -> typst.Compiler:
    """`values`: JSON. The template may read what stands beside it, and nothing else."""
    return typst.Compiler(
        template,
        root=template.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"values": values},
    )


def main() -> int:
    values = sys.stdin.buffer.read().decode()
    made: object
    compiler = compiler_of(Path(sys.argv[1]), values)
    if sys.argv[2:] == ["png"]:
        pages = compiler.compile(format="png", ppi=DOTS_PER_INCH)
        made = pages[0] if isinstance(pages, list) else pages
    else:
        # What the standard asks for makes the text of a paper found, copied and read aloud in its order.
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    if not isinstance(made, bytes):
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
