"""Pictures are painted anew: only pixels get through, and never more than there is room for."""

import io
import json

import pytest
from PIL import Image, PngImagePlugin

from servicekit.files.checking.examiner import examine
from servicekit.files.checking.pictures import paint
from servicekit.files.kinds import JPEG, KINDS, PNG, WEBP
from servicekit.files.refusals import ContentRefused, PictureTooLarge, PictureUnreadable
from tests.papers import a_bomb, a_picture


@pytest.mark.parametrize("kind", [JPEG, PNG, WEBP])
def test_what_rides_along_with_a_picture_stays_behind(kind: object) -> None:
    known = next(one for one in KINDS.values() if one is kind)
    sent = a_picture(known.key.upper(), orientation=1) + b"<script>behind</script>" + b"PK\x03\x04"
    painted = paint(io.BytesIO(sent), known)
    for made in (painted.content, painted.preview):
        assert b"script" not in made
        assert b"member" not in made
        with Image.open(io.BytesIO(made)) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "background",
                "loop",
            }
    with Image.open(io.BytesIO(painted.content)) as image:
        assert image.format == known.key.upper()
        assert image.convert("RGB").getpixel((10, 10))[0] > 200  # type: ignore[index]


def test_text_in_a_png_stays_behind() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "the house of a member")
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PNG", pnginfo=told)
    painted = paint(io.BytesIO(out.getvalue()), PNG)
    assert b"member" not in painted.content


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (80, 40), (5, 20)), (3, (80, 40), (75, 20)), (6, (40, 80), (20, 5)), (8, (40, 80), (20, 75))],
)
def test_a_picture_stands_as_it_was_taken(
    orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    painted = paint(io.BytesIO(a_picture(size=(80, 40), orientation=orientation)), JPEG)
    assert (painted.width, painted.height) == size
    with Image.open(io.BytesIO(painted.content)) as image:
        red, _, blue = image.getpixel(red_at)  # type: ignore[misc]
        assert red > 150 > blue


def test_the_small_one_is_small_and_keeps_the_shape() -> None:
    painted = paint(io.BytesIO(a_picture(size=(2000, 1000))), JPEG)
    with Image.open(io.BytesIO(painted.preview)) as image:
        assert image.size == (640, 320)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK"])
def test_every_way_of_keeping_colours_is_read(mode: str) -> None:
    out = io.BytesIO()
    kind = JPEG if mode == "CMYK" else PNG
    Image.new("RGBA", (30, 20), (255, 0, 0, 128)).convert(mode).save(out, kind.key.upper())
    painted = paint(io.BytesIO(out.getvalue()), kind)
    with Image.open(io.BytesIO(painted.content)) as image:
        assert image.mode in ("RGB", "RGBA")


def test_of_one_that_moves_the_first_picture_stays() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    painted = paint(io.BytesIO(out.getvalue()), WEBP)
    with Image.open(io.BytesIO(painted.content)) as image:
        assert getattr(image, "n_frames", 1) == 1


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(PictureTooLarge):
        paint(io.BytesIO(a_bomb()), PNG)
    with pytest.raises(PictureTooLarge):
        paint(io.BytesIO(a_bomb(21_000, 10)), PNG)


@pytest.mark.parametrize("cut", [20, 100, 500])
def test_half_a_picture_is_none(cut: int) -> None:
    with pytest.raises(PictureUnreadable):
        paint(io.BytesIO(a_picture()[:cut]), JPEG)


def test_one_kind_is_not_read_as_another() -> None:
    with pytest.raises(PictureUnreadable):
        paint(io.BytesIO(a_picture("PNG")), JPEG)


def test_every_byte_changed_is_a_picture_or_a_refusal() -> None:
    """No other error leaves: it would count as the examiner's own."""
    sent = a_picture("PNG", size=(40, 30))
    for index in range(8, len(sent), 3):
        changed = bytearray(sent)
        changed[index] ^= 0xFF
        try:
            told, _ = examine(io.BytesIO(bytes(changed)), "png")
            assert json.dumps(told)
        except ContentRefused:
            continue
