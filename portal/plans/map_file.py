"""The file of the map: GeoJSON as real tools write it. What cannot be drawn is left out and named.

A map is decoration: whatever is in its file, the portal starts. Heights (a third number of a point) are not drawn.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.plans.outlines import Ring
from servicekit.words.text import shown

MOST_BYTES = 50_000_000
FEWEST_POINTS = 3  # of a ring, without the first again at its end
NAMED_MOST = 20
LONGEST_NUMBER = 100  # digits
SMALLEST = 1e-12  # degrees: what is lower or narrower is a line, and no scale fits it


class NotDrawable(ValueError):
    """Why a feature, or the whole file, cannot be drawn, in a few words for the operator."""


@dataclass(frozen=True, slots=True)
class MapFile:
    """`left_out`: what was left out and why, each in words for the operator."""

    shapes: dict[str, list[Ring]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    def told(self) -> str:
        """All that was left out, in one line of bounded length."""
        more = len(self.left_out) - NAMED_MOST
        return "; ".join(self.left_out[:NAMED_MOST]) + (f"; and {more} more" if more > 0 else "")


def read_map_file(file: Path | None) -> MapFile:
    """The outlines by unit code; none without a file."""
    if file is None:
        return MapFile()
    try:
        features = _features(file)
    except NotDrawable as fault:
        return MapFile({}, (f"{file.name}: {fault}",))
    return read_features(features)


def read_features(features: list[Any]) -> MapFile:
    shapes: dict[str, list[Ring]] = {}
    left_out: list[str] = []
    for number, feature in enumerate(features, 1):
        code = ""
        try:
            code = _code(feature)
            if code in shapes:
                raise NotDrawable("its code is there twice")
            shapes[code] = _rings(feature.get("geometry"))
        except NotDrawable as fault:
            left_out.append(f"{code or f'feature {number}'}: {fault}")
    return MapFile(shapes, tuple(left_out))


def _features(file: Path) -> list[Any]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise NotDrawable("larger than 50 MB")
        document = json.loads(file.read_text(encoding="utf-8-sig"), parse_int=_whole)
    except OSError as error:
        raise NotDrawable(f"cannot be read ({type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise NotDrawable("is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise NotDrawable("is not JSON") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise NotDrawable("holds no list of features")
    return features


def _whole(digits: str) -> int | float:
    """One number that is none must not take the whole map along: longer ones Python refuses to read."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def _code(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    found = shown(str(code))[:64] if isinstance(code, str | int) and not isinstance(code, bool) else ""
    if not found:
        raise NotDrawable("it has no code")
    return found


def _rings(geometry: Any) -> list[Ring]:
    if not isinstance(geometry, dict):
        raise NotDrawable("it has no geometry")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise NotDrawable(f"a {shown(str(kind))[:40]} has no outline")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [ring for ring in _read_rings(polygons) if _has_area(ring)]
    if not rings:
        raise NotDrawable("it encloses nothing")
    return rings


def _read_rings(polygons: Any) -> Iterator[Ring]:
    for polygon in _listed(polygons):
        for ring in _listed(polygon):
            yield [_point(point) for point in _listed(ring)]


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NotDrawable("its coordinates are not nested as they should be")
    return value


def _point(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise NotDrawable("one of its points is none")
    x, y = point[0], point[1]
    for number, most in ((x, 180), (y, 90)):
        if isinstance(number, bool) or not isinstance(number, int | float) or _endless(number):
            raise NotDrawable("one of its points is none")
        # Compared as it is: a large whole number is no float.
        if abs(number) > most:
            raise NotDrawable("its points are not degrees of longitude and latitude")
    return x, y


def _endless(number: int | float) -> bool:
    return isinstance(number, float) and not math.isfinite(number)


def _has_area(ring: Ring) -> bool:
    points = dict.fromkeys(ring)
    if len(points) < FEWEST_POINTS:
        return False
    longitudes, latitudes = zip(*ring, strict=True)
    if min(max(longitudes) - min(longitudes), max(latitudes) - min(latitudes)) < SMALLEST:
        return False
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) > 0
