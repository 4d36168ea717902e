import requests

from tests.processes import House, a_right


def test_identity_answers_health_roles_and_its_document(house: House) -> None:
    address = house.start_service("identity")
    assert requests.get(address + "/readyz", timeout=5).status_code == 200
    document = requests.get(address + "/openapi.json", timeout=5).json()
    assert document["paths"]["/api/identity/grants"]["post"]["x-permission"] == "access:grant"
    token = house.token("identity", a_right("access:read", ("root",)))
    answer = requests.get(
        address + "/api/identity/roles", headers={"Authorization": f"Bearer {token}"}, timeout=5
    )
    assert answer.status_code == 200
    assert {role["key"] for role in answer.json()["items"]} >= {"administrator", "clerk", "approver"}
    assert requests.get(address + "/api/identity/roles", timeout=5).status_code == 401

    titles_told(address + "/titles")


def titles_told(address: str) -> None:
    """In the reader's language, and only when they have changed."""
    english = requests.get(address, timeout=5)
    assert english.json()["of"]["permissions"]["access:grant"] == "Give and take access"
    bangla = requests.get(address, headers={"Accept-Language": "bn"}, timeout=5)
    assert not bangla.json()["of"]["permissions"]["access:grant"].isascii()
    again = {"Accept-Language": "bn", "If-None-Match": bangla.headers["ETag"]}
    assert requests.get(address, headers=again, timeout=5).status_code == 304
    mixed = {"Accept-Language": "en", "If-None-Match": bangla.headers["ETag"]}
    assert requests.get(address, headers=mixed, timeout=5).json() == english.json()
