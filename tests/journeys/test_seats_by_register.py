"""Seats divided through the gateway by what the register of members knows, and read by the units below."""

from servicekit.ids import new_id
from tests.journeys.whole_house import Json, WholeHouse, eventually


def registered(whole: WholeHouse, key: str, code: str, number: int) -> None:
    unit = whole.unit(code).id
    for place in range(number):
        member: Json = {
            "unit_id": unit,
            "name": f"Seat {code} {place}",
            "birth_date": "1980-01-01",
            "sex": "other",
        }
        answer = whole.person(key).post("/api/membership/members", member, Idempotency_Key=new_id())
        assert answer.status_code == 201, answer.text


def test_a_superior_divides_by_the_register_and_those_below_read_it(whole_house: WholeHouse) -> None:
    whole = whole_house
    plan = whole.cascaded(whole.a_plan("upazila", "union"))
    registered(whole, "union-clerk", "BD-N0129", 3)
    chief = whole.person("upazila-clerk")
    congress = whole.congress_of("upazila-clerk", plan, "BD-U011")
    path = f"/api/congress/congresses/{congress['id']}/seats"
    asked = {"basis": "members", "method": "sainte_lague", "seats": 3}

    def calculated() -> tuple[Json, dict[str, Json]] | None:
        """As soon as the register has counted those three, whatever others it has; it counts them one by one."""
        made = chief.post(path, asked, Idempotency_Key=new_id())
        assert made.status_code in (201, 422), made.text
        if made.status_code == 422:
            return None
        items = chief.get(f"/api/congress/seats/{made.json()['id']}/lines").json()["items"]
        found = {one["unit"]["code"]: one for one in items}
        return (dict(made.json()), found) if found["BD-N0129"]["number"] >= 3 else None

    draft, by_code = eventually(calculated, "the register knows the members of the unions")
    assert len(by_code) == 3
    assert sum(one["seats"] for one in by_code.values()) == 3
    clerk = whole.person("union-clerk")
    assert clerk.get(f"/api/congress/seats/{draft['id']}").status_code == 404
    decide = f"/api/congress/seats/{draft['id']}/decide"
    assert clerk.post(decide, {}, If_Match='"1"').status_code in (403, 404)
    made = chief.post(decide, {}, If_Match='"1"')
    assert (made.status_code, made.json()["state"]) == (200, "decided")
    own = whole.congress_of("union-clerk", plan, "BD-N0129")
    given = clerk.get(f"/api/congress/congresses/{own['id']}/seats").json()["given"]
    assert (given["id"], given["own"]["seats"]) == (draft["id"], by_code["BD-N0129"]["seats"])
    assert clerk.get(f"/api/congress/seats/{draft['id']}/lines").json()["total"] == 3
