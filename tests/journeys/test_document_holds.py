"""The published document against the running house: generated calls, good and bad, answered as the document says."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.journeys.whole_house import STORES, Json, WholeHouse

# Pieces of an upload are bytes like any others.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

# Of each operation; enough for every parameter to be left out, empty, of another type and too long once.
EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
# They end the very session that asks.
ENDS_THE_SESSION = ("DELETE /api/identity/sessions",)
CALLER = "district-secretary"


@pytest.mark.parametrize("service", STORES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_document_holds(
    document: Json, whole_house: WholeHouse, service: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(document).include(tag=service)
    faults: list[str] = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.label not in ENDS_THE_SESSION:
            faults += faults_of(operation, mode, whole_house)
    assert faults == []


def faults_of(
    operation: schemathesis.APIOperation[Any, Any, Any, Any], mode: GenerationMode, whole: WholeHouse
) -> list[str]:
    """What the answers to generated calls of one operation break of the document, one line each.

    Whether it serves a stranger too is asked at its first success, by a call without a sign-in and one with a false one
    of each kind: that is a property of the operation, and asking again after each success tells nothing new.
    """
    found: dict[str, None] = {}
    checks = list(CHECKS)

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def call(case: schemathesis.Case[Any]) -> None:
        person = whole.person(CALLER)
        answer = case.call(
            base_url=person.base,
            headers={"Origin": person.base},
            cookies=person.http.cookies.get_dict(),
            timeout=20,
        )
        if answer.status_code in (413, 414):
            return  # an address or a body that is too long is refused at the door, whatever it asks for
        try:
            case.validate_response(answer, checks=checks)
            if ignored_auth in checks and answer.status_code < 300 and met(case):
                checks.remove(ignored_auth)
        except FailureGroup as faults:
            for fault in faults.exceptions:
                found[
                    f"{operation.label}: {type(fault).__name__}: {fault} {answer.status_code} {answer.text[:300]}"
                ] = None

    try:
        call()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # nothing about it can be wrong
    return list(found)


def met(case: schemathesis.Case[Any]) -> bool:
    """Whether the answer is the operation's: an address that was made wrong may be another's."""
    return case.meta is None or not case.meta.is_negative_at(ParameterLocation.PATH)
