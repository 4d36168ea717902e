"""How long a body may be stands in the services' documents alone: the gateway's table and nginx take it from there."""

from gateway.domain import routes_of
from gateway.nginx import render
from sammelan.route_table import documents
from servicekit.files.kinds import MB, MOST_BYTES

PIECE = "/api/congress/{owner}/{{record_id}}/files/{{file_id}}/arriving"
FORM = "/files/congress/{owner}/{{record_id}}/files/form"


def test_the_bound_of_each_operation_is_in_the_table() -> None:
    routes = routes_of("congress", documents()["congress"])
    found = {(route.method, route.template): route.max_body for route in routes if route.max_body is not None}
    assert found == {
        (method, path.format(owner=owner)): bound
        for owner in ("congresses", "comments", "difficulties")
        for method, path, bound in (("PATCH", PIECE, MOST_BYTES), ("POST", FORM, MOST_BYTES + 64 * 1024))
    }
    assert MOST_BYTES == 100 * MB


def test_nginx_bounds_no_body_itself_and_keeps_none_in_either_direction() -> None:
    """Bodies go through the gateway, which has the table."""
    routes = routes_of("congress", documents()["congress"])
    site = render(routes, {"congress": "http://c:1"}, gateway="http://g:1", decision="http://d:1")
    assert site.count("proxy_max_temp_file_size 0;") == 1
    assert {line.strip() for line in site.splitlines() if "client_max_body_size" in line} == {
        "client_max_body_size 0;"
    }
    for place in ("@gateway", "/"):
        there = site.split(f"    location {place} {{")[1].split("    }")[0]
        assert "proxy_request_buffering off;" in there
