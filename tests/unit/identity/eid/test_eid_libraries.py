"""The versions of the two libraries that the relying party was checked with. A change of them makes this fail."""

from importlib.metadata import version

import pytest

AUTHLIB = """
We use generate_token, add_params_to_uri and create_s256_code_challenge only, because of what Authlib's client does by
itself. Read its changelog for these three; run tests/integration/eid and the practice eID's tests, whose provider is
Authlib's authorization server; see that authlib.jose is still not imported anywhere.
"""
JOSERFC = """
Read its changelog, then in its source: the limits max_header_length, max_payload_length (JWSRegistry),
max_protected_header_length, max_ciphertext_length (JWERegistry) that identity/eid/proof.py sets; strict_check_header;
that JWSRegistry(algorithms=[..]) still refuses every other algorithm; what import_key_set raises (UNREADABLE in
proof.py, UNREADABLE_KEY in metadata.py). Run tests/integration/eid and its mutations.py.
"""
READ_AGAIN = {"authlib": ("1.9.6", AUTHLIB), "joserfc": ("1.8.0", JOSERFC)}


@pytest.mark.parametrize("name", READ_AGAIN)
def test_the_library_is_the_one_that_was_read(name: str) -> None:
    pinned, what = READ_AGAIN[name]
    assert version(name) == pinned, (
        f"{name} is now {version(name)}. Before you change the number here: {what}"
    )


def test_the_limits_that_are_set_exist() -> None:
    from joserfc.jwe import JWERegistry
    from joserfc.jws import JWSRegistry

    assert {"max_header_length", "max_payload_length"} <= set(dir(JWSRegistry))
    assert {"max_protected_header_length", "max_ciphertext_length"} <= set(dir(JWERegistry))
