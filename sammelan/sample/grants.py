"""Who holds what in the sample: given down the tree by the very rules and operations that people use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flask import Flask, g

from congress.sample import ToDo, said_there
from identity import operations
from identity.app import create_app
from identity.context import Context
from identity.domain.grant_refusals import GivenAlready
from identity.domain.grants import Grant, Status
from identity.eid.id_token import Person
from identity.eid.refused import SignInRefused
from identity.operations import Giving, offers
from identity.settings import Settings
from practice_eid.citizens import Citizen, subject_of
from servicekit.access.decision import Caller
from servicekit.ids import new_id
from servicekit.words import N_

HQ, DIVISION, DISTRICT, UPAZILA = "BD", "BD-V01", "BD-D01", "BD-U011"
OTHER_UPAZILA = "BD-U001"
# Two, neither by the other's grace: the first one asks, and the second one confirms what takes two hands.
AT_THE_TOP = ("hq-organiser", "hq-second")
# A level 1 eID never gets in, so this invitation stays open and can be looked at.
NEVER_COMES = "low-level"
REASON = N_("Sample data")


# What is left for the sample's people: the union clerk closes, the one with two posts corrects a report, and the
# upazila's approver decides on one.
TO_DO = {
    "BD-N0129": ToDo.CLOSE,
    "BD-N0130": ToDo.CORRECT,
    "BD-N0131": ToDo.DECIDE,
}


@dataclass(frozen=True)
class Post:
    giver: str
    holder: str
    role: str
    unit: str
    years: int


POSTS = (
    Post("hq-organiser", "hq-approver", "approver", HQ, 4),
    Post("hq-organiser", "auditor", "auditor", HQ, 4),
    Post("hq-organiser", "division-supervisor", "reader", DIVISION, 4),
    Post("hq-organiser", "division-supervisor", "approver", DIVISION, 4),
    Post("hq-organiser", "district-secretary", "administrator", DISTRICT, 4),
    Post("hq-organiser", "district-secretary", "clerk", DISTRICT, 4),
    Post("hq-organiser", "district-secretary", "approver", DISTRICT, 4),
    Post("district-secretary", "upazila-clerk", "administrator", UPAZILA, 3),
    Post("district-secretary", "upazila-clerk", "clerk", UPAZILA, 3),
    Post("district-secretary", "upazila-clerk", "approver", UPAZILA, 3),
    Post("district-secretary", "two-posts", "approver", OTHER_UPAZILA, 3),
    Post("upazila-clerk", "union-clerk", "clerk", "BD-N0129", 2),
    Post("upazila-clerk", "two-posts", "clerk", "BD-N0130", 2),
    Post("upazila-clerk", NEVER_COMES, "clerk", "BD-N0132", 2),
)
ENDED = Post("upazila-clerk", "ended-grant", "clerk", "BD-N0131", 0)


def make_sample_grants(settings: Settings, citizens: Mapping[str, Citizen]) -> None:
    """What is there already stays; the units must have reached identity."""
    app = create_app(settings)
    context: Context = app.extensions["context"]
    context.store.prepare()
    sample = _Sample(app, context, settings, citizens)
    for first in AT_THE_TOP:
        sample.begin_with(first)
    for post in POSTS:
        sample.give(post)
    sample.give_for_last_month(ENDED)


@dataclass(frozen=True)
class _Sample:
    app: Flask
    context: Context
    settings: Settings
    citizens: Mapping[str, Citizen]

    def begin_with(self, key: str) -> None:
        citizen, today = self.citizens[key], self.context.clock.today()
        try:
            operations.first_administrator(
                self.context, HQ, citizen.national_number, citizen.name_en, today, _years_after(today, 5)
            )
        except GivenAlready:
            return
        self._sign_in(key)

    def give(self, post: Post) -> None:
        holder, unit = self.citizens[post.holder], self.context.store.units.by_code(post.unit)
        if unit is None:
            raise LookupError(post.unit)
        today = self.context.clock.today()
        wanted = Giving(
            unit_id=unit.id,
            role=post.role,
            valid_from=today,
            valid_to=_years_after(today, post.years),
            national_number=holder.national_number,
            account_id=None,
            label=holder.name_en,
            reason=said_there(REASON, unit),
        )
        giver = self._sign_in(post.giver)
        with self._acting(giver):
            try:
                given = operations.grant_access(self.context, giver, wanted)
            except GivenAlready:
                return
        if given.status == Status.PROPOSED:
            self._confirm(given.id, given.version)
        if post.holder != NEVER_COMES:
            self._sign_in(post.holder)

    def _confirm(self, grant_id: str, version: int) -> None:
        second = self._sign_in(AT_THE_TOP[1])
        with self._acting(second):
            operations.confirm_grant(self.context, second, grant_id, version)

    def give_for_last_month(self, post: Post) -> None:
        """Past the rule that refuses periods which are over, as if it had been given in time."""
        holder, unit = self.citizens[post.holder], self.context.store.units.by_code(post.unit)
        if unit is None:
            raise LookupError(post.unit)
        giver = self._sign_in(post.giver)
        above = [
            grant for grant in self.context.store.grants_of(giver.account_id) if grant.role == "administrator"
        ]
        number = self.context.invited_number(holder.national_number).digests
        over = self.context.clock.today().replace(day=1) - timedelta(days=1)
        began = over - timedelta(days=365)
        if self.context.store.grants_in(unit.id):
            return
        with self._acting(giver):
            self.context.store.add_grant(
                Grant(
                    id=new_id(),
                    unit_id=unit.id,
                    unit_path=unit.path,
                    role=post.role,
                    valid_from=began,
                    valid_to=over,
                    status=Status.INVITED,
                    national_index=number.index,
                    national_core=number.core,
                    national_namespace=number.namespace,
                    label=holder.name_en,
                    chain=(*above[0].chain, above[0].id),
                    given_by=giver.account_id,
                    given_by_name=giver.name,
                    given_at=datetime(began.year, began.month, began.day, 9, tzinfo=UTC),
                    reason=said_there(REASON, unit),
                ),
                (),
                (),
            )
        self._sign_in(post.holder)
        # In time it was accepted, too: now it has ended.
        (bound,) = self.context.store.grants_in(unit.id)
        taken_up = replace(bound, status=Status.ACTIVE, accepted_at=bound.given_at)
        self.context.store.save_grant(taken_up, bound.version)

    def _sign_in(self, key: str) -> Caller:
        """As if the person had come from the practice eID: the account is made, and what they are offered accepted."""
        citizen, now = self.citizens[key], self.context.clock.now()
        profile = next(p for p in self.settings.profiles if p.key == "practice")
        person = Person(
            issuer=profile.issuer,
            subject=subject_of(citizen, profile.client_id),
            level=citizen.level,
            auth_time=now,
            national_number=citizen.national_number,
            name=citizen.name_en,
            email=citizen.email,
        )
        try:
            account_id = operations.account_of(self.context, person, "en").id
        except SignInRefused:
            return Caller(account_id="")  # the one whose grant has ended
        self._accept_all(account_id, citizen)
        rights = operations.rights_of(self.context, account_id)
        return Caller(account_id, "", rights, citizen.level, now, "en", citizen.name_en, "")

    def _accept_all(self, account_id: str, citizen: Citizen) -> None:
        """As on the first page after signing in."""
        person = Caller(account_id, name=citizen.name_en)
        with self._acting(person):
            for offer in offers.open_offers(self.context, [account_id]):
                offers.accept_offer(self.context, person, offer.id, offer.version)

    @contextmanager
    def _acting(self, caller: Caller) -> Iterator[None]:
        """What is written in here is written down as done by this person."""
        with self.app.test_request_context():
            g.caller = caller
            yield


def _years_after(day: date, years: int) -> date:
    """The last day of that many years."""
    last_february = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if last_february else day.day) - timedelta(days=1)
