"""Pictures are not kept: what is kept is painted anew from their pixels, so nothing else can ride in them.

Runs in the examiner's process only, which holds no secret and has a bound on its memory.
"""

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from servicekit.files.kinds import JPEG, PNG, WEBP, Kind
from servicekit.files.refusals import PictureTooLarge, PictureUnreadable

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
PREVIEW_SIDE = 640
QUALITY = 90
PREVIEW_QUALITY = 80
ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Painted:
    """Width and height as the picture is looked at."""

    width: int
    height: int
    content: bytes
    preview: bytes


def prepare() -> None:
    """Brings in all that painting needs, by painting: afterwards no file can be opened any more."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in (JPEG, PNG, WEBP):
        made = io.BytesIO()
        Image.new("RGB", (2, 2)).save(made, kind.key.upper(), exif=exif, icc_profile=profile)
        made.seek(0)
        paint(made, kind)


def paint(source: BinaryIO, kind: Kind) -> Painted:
    """The first frame, upright, in sRGB, in its own format; and a small JPEG of it. Raises ContentRefused."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(source, formats=[kind.key.upper()]) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                raise PictureTooLarge
            opened.seek(0)
            upright = ImageOps.exif_transpose(opened)
            upright.load()
        painted = _in_srgb(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PictureTooLarge from error
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError) as error:
        raise PictureUnreadable from error
    return Painted(painted.width, painted.height, _content(painted, kind), _preview(painted))


def _in_srgb(image: Image.Image) -> Image.Image:
    """Only pixels: RGB, or RGBA where something shows through."""
    see_through = "A" in image.getbands() or "transparency" in image.info
    profile = image.info.get("icc_profile")
    plain = image.convert("RGBA" if see_through else "RGB")
    if profile and image.mode in ("RGB", "RGBA"):
        plain = _by_profile(plain, profile)
    pixels = Image.new(plain.mode, plain.size)
    pixels.paste(plain)
    return pixels


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as they were meant; a profile that cannot be read changes none."""
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        there = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image, own, there, outputMode=image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def _content(image: Image.Image, kind: Kind) -> bytes:
    out = io.BytesIO()
    if kind is PNG:
        image.save(out, "PNG", optimize=False)
    else:
        image.save(out, kind.key.upper(), quality=QUALITY)
    return out.getvalue()


def _preview(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        small = white
    out = io.BytesIO()
    small.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return out.getvalue()
