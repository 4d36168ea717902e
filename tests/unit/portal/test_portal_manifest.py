"""The portal can be put on a phone's first screen: what its manifest names is there, in the size that it says."""

import json
from io import BytesIO

import pytest
from PIL import Image

from portal.frame.assets import assets

MANIFEST = json.loads(assets()["manifest.json"].body)


@pytest.mark.parametrize(
    "icon", MANIFEST["icons"], ids=lambda icon: f"{icon['src']} {icon.get('purpose', '')}"
)
def test_each_icon_is_there_in_its_size(icon: dict[str, str]) -> None:
    asset = assets()[icon["src"].removeprefix("/static/")]
    assert asset.kind == icon["type"]
    if icon["sizes"] != "any":
        with Image.open(BytesIO(asset.body)) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]


def test_it_opens_where_people_begin_and_looks_like_a_program_of_its_own() -> None:
    assert (MANIFEST["start_url"], MANIFEST["scope"], MANIFEST["display"]) == ("/", "/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in MANIFEST["icons"]}
