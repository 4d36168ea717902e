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
