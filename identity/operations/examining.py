"""A provider looked at before anybody signs in with it: what it publishes, its keys, and whether it knows us."""

from collections.abc import Iterator

from identity.eid.client import EidClient
from identity.eid.examination import (
    Finding,
    examine,
    how_it_takes_a_request,
    what_we_need,
    whether_it_knows_us,
    whether_we_have,
)
from identity.eid.refused import EidUnavailable, SignInRefused
from identity.eid.wire import Deadline


def examine_provider(client: EidClient) -> Iterator[Finding]:
    """Finding by finding; the first that says that nothing can be read is the last."""
    profile = client.profile
    try:
        document = client.metadata.document(Deadline(profile.start_seconds))
    except EidUnavailable as error:
        yield Finding("discovery", False, error.reason)
        return
    yield Finding("discovery", True, profile.discovery)
    try:
        has_key = client.metadata.has_key_for(profile.id_token_alg, Deadline(profile.start_seconds))
    except EidUnavailable as error:
        yield Finding("its keys", False, error.reason)
        return
    yield from examine(profile, document, has_key)
    for what, use, alg in what_we_need(profile):
        yield whether_we_have(what, use, alg, client.has_own_key(use, alg))
    try:
        tried = client.try_a_request()
        yield how_it_takes_a_request(tried.status, tried.error)
    except SignInRefused as error:
        yield Finding("whether it takes our request", False, error.reason)
    try:
        yield whether_it_knows_us(client.try_a_code())
    except EidUnavailable as error:
        yield Finding("whether it knows us", False, error.reason)
