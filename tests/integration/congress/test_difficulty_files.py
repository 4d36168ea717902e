"""Files on a difficulty: sent by its unit, checked like all others, and read by its chain alone, joined or not."""

import base64

import requests

from congress.context import Context
from servicekit.files.store import FileStore
from servicekit.ids import new_id
from tests.integration.congress.scene import APPROVER, CLERK, READER, Desk, Json
from tests.integration.congress.test_attachments import (
    TUS,
    check_all,
    go_on,
    send,
    store,  # noqa: F401
)
from tests.integration.congress.test_difficulties import (
    _none_before,  # noqa: F401
    act,
    done,
    raised,
    type_of,
)
from tests.papers import a_pdf
from tests.processes import House


def begin(desk: Desk, one: Json, length: int) -> requests.Response:
    name = f"filename {base64.b64encode(b'hall.pdf').decode()}"
    place = f"/difficulties/{one['id']}/files"
    return send(desk, "POST", place, Upload_Length=str(length), Upload_Metadata=name, **TUS)


def uploaded(desk: Desk, one: Json) -> str:
    data = a_pdf()
    begun = begin(desk, one, len(data))
    assert begun.status_code == 201, begun.text
    assert go_on(desk, begun.headers["Location"], 0, data).status_code == 204
    return begun.headers["Location"].split("/")[-2]


def content(desk: Desk, one: Json, file_id: str) -> int:
    return send(desk, "GET", f"/difficulties/{one['id']}/files/{file_id}/content").status_code


def remove(desk: Desk, one: Json, file_id: str) -> requests.Response:
    version = desk.get(f"/difficulties/{one['id']}")["version"]
    return send(desk, "DELETE", f"/difficulties/{one['id']}/files/{file_id}", If_Match=f'"{version}"')


def test_its_unit_adds_them_and_its_chain_alone_reads_them(
    congress_house: House,
    context: Context,
    store: FileStore,  # noqa: F811
) -> None:
    clerk, other = Desk(congress_house, "n1", CLERK), Desk(congress_house, "n2", CLERK)
    north, south = Desk(congress_house, "north", APPROVER), Desk(congress_house, "south", APPROVER)
    root, above = Desk(congress_house, "root", APPROVER), Desk(congress_house, "root", READER)
    one = raised(clerk)
    file_id = uploaded(clerk, one)
    assert content(north, one, file_id) == 503
    check_all(store, context)
    assert [content(desk, one, file_id) for desk in (clerk, north, other, south, above)] == [
        *(200, 200),
        *(404, 404, 404),
    ]
    # The superior reads them, and neither adds nor removes any.
    found = north.get(f"/difficulties/{one['id']}/files")
    assert ([file["name"] for file in found["items"]], found["form_token"], found["may_remove"]) == (
        ["hall.pdf"],
        "",
        False,
    )
    assert clerk.get(f"/difficulties/{one['id']}/files")["may_remove"]
    assert begin(Desk(congress_house, "south", CLERK), one, 5).status_code == 404
    assert begin(north, one, 5).status_code == 403
    # Joined at the top with another unit's, each has its own readers still.
    seen = clerk.get(f"/difficulties/{one['id']}")
    mine = done(north, seen, "forward", text="Look.")
    theirs = done(north, raised(other), "forward", text="Look.")
    body = {"unit_id": "root", "ids": [mine["id"], theirs["id"]]}
    assert root.send("POST", "/difficulties/join", body, Idempotency_Key=new_id()).status_code == 200
    assert [content(desk, one, file_id) for desk in (root, clerk, other, south)] == [200, 200, 404, 404]
    assert content(root, theirs, file_id) == 404
    # What was answered with it in hand stays; what was added since is taken off by its unit.
    done(root, root.get(f"/difficulties/{one['id']}"), "answer", text="So.", alone=True)
    refused = remove(clerk, one, file_id)
    assert (refused.status_code, type_of(refused)) == (409, "file-answered")
    later = uploaded(clerk, one)
    check_all(store, context)
    assert remove(clerk, one, later).status_code == 204
    assert content(root, one, later) == 404


def test_whoever_decides_sees_first_that_a_file_was_added(congress_house: House) -> None:
    clerk, north = Desk(congress_house, "n1", CLERK), Desk(congress_house, "north", APPROVER)
    one = raised(clerk)
    uploaded(clerk, one)
    assert act(north, one, "answer", {"text": "So."}).status_code == 412
    over = done(clerk, clerk.get(f"/difficulties/{one['id']}"), "withdraw", text="")
    assert type_of(begin(clerk, over, 5)) == "difficulty-over"
