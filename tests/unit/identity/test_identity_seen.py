"""What operations tell is what the service publishes of it."""

from dataclasses import fields

import pytest
from flask import Flask
from marshmallow import Schema

from identity.domain.batches import Why
from identity.domain.grants import Removal
from identity.domain.roles import Allowed
from identity.domain.two_hands import SecondBy
from identity.operations import (
    account,
    asking,
    batches,
    fallback,
    giving,
    grants,
    machines,
    moving,
    offers,
    offices,
    officials,
    periods,
    questions,
    rollout,
    saved_lists,
    sessions,
    showing,
    succession,
    together,
)
from identity.operations.showing import Giver, Holder, HolderByNumber
from identity.schemas import asking as asking_schemas
from identity.schemas import batches as batch_schemas
from identity.schemas import grants as grant_schemas
from identity.schemas import offices as office_schemas
from identity.schemas import outages, people
from identity.schemas import questions as question_schemas
from identity.schemas import rollout as rollout_schemas


@pytest.mark.parametrize(
    ("view", "value"),
    [
        (people.Me, account.Me),
        (people.DraftView, account.DraftSeen),
        (people.ProviderView, account.ProviderSeen),
        (people.SavedListView, saved_lists.SavedList),
        (people.SessionView, sessions.SessionSeen),
        (people.MachineView, machines.MachineSeen),
        (people.TokenView, machines.MachineToken),
        (outages.OfficialView, officials.OfficialSeen),
        (outages.DrawnCodes, officials.CodesDrawn),
        (outages.OwnOffice, officials.OwnOffice),
        (outages.OwnSignInByCode, fallback.OwnSignIn),
        (outages.SignInByCodeView, fallback.SignInSeen),
        (outages.WindowView, fallback.WindowSeen),
        (outages.JointActView, together.JointActSeen),
        (office_schemas.HolderView, offices.HolderSeen),
        (office_schemas.OfficeView, offices.OfficeSeen),
        (question_schemas.RoleView, account.RoleSeen),
        (question_schemas.Explanation, questions.Explanation),
        (question_schemas.WhatIf, questions.WouldAllow),
        (grant_schemas.RolePermission, Allowed),
        (grant_schemas.GrantView, giving.GrantByCode),
        (grant_schemas.Holder, HolderByNumber),
        (grant_schemas.GivenBy, Giver),
        (grant_schemas.RemovalView, Removal),
        (grant_schemas.NumberKind, showing.NumberKind),
        (grant_schemas.MoveLosses, moving.LossesForeseen),
        (grant_schemas.LeftBehind, succession.LeftBehind),
        (grant_schemas.SuccessionPreview, succession.SuccessionForeseen),
        (grant_schemas.HandedOver, succession.HandedOver),
        (grant_schemas.PeriodPreview, periods.PeriodForeseen),
        (grant_schemas.Displaced, offers.Displaced),
        (grant_schemas.RevocationPreview, grants.RevocationForeseen),
        (grant_schemas.ResumptionPreview, grants.ResumptionForeseen),
        (asking_schemas.AccessRequestView, asking.RequestSeen),
        (rollout_schemas.RolloutView, rollout.RolloutSeen),
        (rollout_schemas.RolloutUnit, rollout.RolloutUnit),
        (rollout_schemas.RolloutUnitPage, rollout.RolloutUnits),
        (batch_schemas.BatchHead, batches.BatchHead),
        (batch_schemas.BatchView, batches.BatchSeen),
    ],
)
def test_each_part_of_the_answer_is_told_and_nothing_else(view: type[Schema], value: type) -> None:
    assert {one.name for one in fields(value)} == set(view().fields)


def test_what_only_some_answers_have_is_left_out_of_the_others() -> None:
    """Never null: a grant that was not given just now, an offer, and a holder whose number is nobody's to see."""
    given = {one.name for one in fields(giving.GrantByCode)} - {one.name for one in fields(showing.GrantSeen)}
    assert given == {"cautions", "code"}
    own = {"role_names", "takes_place_of", "for_machine", "permissions"}
    assert set(grant_schemas.OfferView().fields) - own == set(grant_schemas.GrantView().fields)
    assert {one.name for one in fields(offers.OfferSeen)} == set(grant_schemas.OfferView().fields) - given
    holder = grant_schemas.Holder().dump(Holder(account_id=None, name="Sample", invited=True))
    assert holder == {"account_id": None, "name": "Sample", "invited": True}


def test_a_row_says_what_it_would_come_to_or_why_not() -> None:
    view = batch_schemas.Foreseen()
    refused = view.dump(batches.RowForeseen(line=3))
    assert refused == {"line": 3, "why": None}
    why = Why("row-twice", "The same stands in line {line}.", {"line": "1"})
    with Flask("x").test_request_context():
        told = view.dump(batches.RowForeseen(line=3, why=why))["why"]
    assert (told["type"], told["params"]) == ("/problems/row-twice", {"line": "1"})
    come_to = giving.GivingForeseen({"en": "North"}, "1234", SecondBy.NOBODY, 2)
    fits = view.dump(batches.RowForeseen(line=3, giving=come_to))
    assert fits == {
        **refused,
        "unit_names": {"en": "North"},
        "number_end": "1234",
        "second_by": "nobody",
        "open_beside": 2,
    }


def test_a_caution_about_another_invitation_says_whose_it_is() -> None:
    view, holder = grant_schemas.GrantCaution(), Holder(account_id=None, name="Sample", invited=True)
    assert view.dump(giving.Caution(kind="congress-not-approved")) == {"kind": "congress-not-approved"}
    assert view.dump(giving.OpenInvitation(grant_id="g", holder=holder)) == {
        "kind": "open-invitation",
        "grant_id": "g",
        "account_id": None,
        "name": "Sample",
        "invited": True,
    }


def test_figures_are_told_by_their_sums_as_well() -> None:
    reached = rollout.LevelReached(signed_in=1, held=2, offered=3, nobody=4, level="district")
    told = {
        "level": "district",
        "units": 10,
        "signed_in": 1,
        "held": 2,
        "offered": 3,
        "nobody": 4,
        "without": 7,
    }
    assert rollout_schemas.LevelReached().dump(reached) == told
