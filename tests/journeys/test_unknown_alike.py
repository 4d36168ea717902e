"""What is not there and what is somebody else's answer alike, byte for byte: nobody learns which ids there are."""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from servicekit.ids import new_id
from tests.journeys.addresses import UNKNOWN, Call, Scene, expected, operations, somebody
from tests.journeys.test_matrix import ask, calls_of
from tests.journeys.whole_house import Json

OPAQUE = re.compile(r"[a-z0-9]{20}")


def of_nothing(template: str, call: Call) -> Call | None:
    """The same call with ids that are nobody's; None where no id stands in its address."""
    parts = urlsplit(call.path)
    said, shape = parts.path.split("/"), template.split("/")
    path = "/".join(
        new_id() if there.startswith("{") else one for one, there in zip(said, shape, strict=True)
    )
    query = [(name, new_id() if OPAQUE.fullmatch(value) else value) for name, value in parse_qsl(parts.query)]
    if path == parts.path and query == parse_qsl(parts.query):
        return None
    return Call(path + (f"?{urlencode(query)}" if query else ""), call.body, if_match=call.if_match)


@pytest.mark.parametrize("key", ["district-secretary", "upazila-clerk", "union-clerk"])
def test_a_foreign_id_answers_as_one_that_is_not_there(scene: Scene, document: Json, key: str) -> None:
    person, published = somebody(key, scene.paths), operations(document)
    wrong, seen = [], Counter[str]()
    for name, address, code in calls_of(person, scene, published):
        if expected(person, published[name]["x-permission"], address, scene, code) != UNKNOWN:
            continue
        method, template = name.split(" ", 1)
        call = address.call(person, scene, code)
        nothing = of_nothing(template, call)
        if nothing is None:
            continue
        foreign, missing = ask(scene, key, method, call), ask(scene, key, method, nothing)
        told = []
        for answer in (foreign, missing):
            body = answer.json() if answer.content else {}
            body.pop("request_id", None)
            told.append((answer.status_code, answer.headers["Content-Type"], body))
        seen[name] += 1
        if told[0] != told[1] or foreign.status_code != 404:
            wrong.append(f"{name} at {code}: {told[0]} but {told[1]}")
    scene.whole.sign_in_again(key)
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 20, "the comparison means something only where there is much to compare"
