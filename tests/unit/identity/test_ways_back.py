"""Where somebody comes back to after signing in: a place on this site, whatever the address asked for."""

import pytest

from identity.routes.sign_in import local_path


@pytest.mark.parametrize(
    "path", ["/", "/units/abc?after=x", "/a?b=https://evil.example", "/কমিটি", "/a:b", "/[x"]
)
def test_a_place_of_ours_is_gone_back_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example",
        "javascript:alert(1)", "/a\nb", "/\t/e", "/\u202ee", "//[", "http://[", "https://a]b", "http://\u2100", "a",
        "/" + "a" * 500,
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_start(path: str) -> None:
    assert local_path(path) == "/"
