"""Kinds of congress and majorities over the versions of a plan's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from congress.domain.history import Congress
from congress.domain.plan import ContentType, Plan
from congress.domain.plan_refusals import KeyRepeated, NoContentTypes
from congress.domain.progress_refusals import UnknownContentType
from congress.domain.tally_refusals import UnknownMajority
from congress.domain.voting import DENOMINATOR_MOST, Base, Majority
from servicekit.refusals import Invalid
from servicekit.tree.units import Names
from servicekit.words import N_

KINDS_EVER = 20  # over all versions of the rules


class KindMeansElse(Invalid):
    title = N_("An earlier version has this kind of congress, with other elections: {content_type}.")


class TooManyKinds(Invalid):
    title = N_("A plan has at most {most} kinds of congress.")


class NoFraction(Invalid):
    title = N_("A fraction from 1/{most} to 1 is needed.")


class MoreThanAll(Invalid):
    title = N_("Nobody has more than all votes.")


@dataclass(frozen=True, slots=True)
class KindRules:
    """Of one kind of congress, what is to be otherwise. `removed`: nobody chooses it any more."""

    names: Names | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class MajorityRules:
    """Of one kind of decision, what is to be otherwise."""

    numerator: int | None = None
    denominator: int | None = None
    more: bool | None = None
    base: Base | None = None


def edited_kinds(
    plan: Plan, edits: Mapping[str, KindRules], added: Sequence[ContentType]
) -> tuple[ContentType, ...]:
    """A kind keeps what it elects: what was reported was asked for by that."""
    for key in edits:
        if plan.content_type(key) is None:
            raise UnknownContentType(field=f"content_types/{key}", content_type=key)
    ever = {one.key: one for one in kinds_ever(plan)}
    there = [one.key for one in plan.content_types]
    for place, one in enumerate(added):
        if one.key in there:
            raise KeyRepeated(field=f"added_types/{place}/key", key=one.key)
        if one.key in ever and _elections(ever[one.key]) != _elections(one):
            raise KindMeansElse(field=f"added_types/{place}/key", content_type=one.key)
        there.append(one.key)
        ever.setdefault(one.key, one)
    if len(ever) > KINDS_EVER:
        raise TooManyKinds(field="added_types", most=KINDS_EVER)
    kept = [one for one in plan.content_types if one.key not in edits or not edits[one.key].removed]
    if not kept and not added:
        gone = next(key for key, one in edits.items() if one.removed)
        raise NoContentTypes(field=f"content_types/{gone}/removed")
    return (*(_kind(one, edits.get(one.key)) for one in kept), *added)


def _elections(one: ContentType) -> tuple[bool, bool]:
    return one.elects_committee, one.elects_delegates


def _kind(one: ContentType, wanted: KindRules | None) -> ContentType:
    return one if wanted is None or wanted.names is None else replace(one, names=wanted.names)


def kinds_ever(plan: Plan) -> tuple[ContentType, ...]:
    """The plan's own, and behind them those that only earlier versions have, each as it was last."""
    there = {one.key for one in plan.content_types}
    last = {one.key: one for rules in plan.rule_sets[:-1] for one in rules.content_types}
    return (*plan.content_types, *(one for key, one in last.items() if key not in there))


def kinds_of(plan: Plan, congress: Congress) -> tuple[ContentType, ...]:
    """Of a congress: those of its version, and the one that it is of."""
    own = plan.rule_sets[congress.rules - 1].content_types if plan.rule_sets else ()
    own = own or plan.content_types
    if any(one.key == congress.content_type for one in own):
        return own
    return (*own, *(one for one in kinds_ever(plan) if one.key == congress.content_type))


def edited_majorities(
    majorities: Sequence[Majority], edits: Mapping[str, MajorityRules]
) -> tuple[Majority, ...]:
    """`majorities`: those of before. Which kinds of decision there are is the organisation's own."""
    known = {one.key for one in majorities}
    for key in edits:
        if key not in known:
            raise UnknownMajority(field=f"majorities/{key}")
    return tuple(_majority(one, edits[one.key]) if one.key in edits else one for one in majorities)


def _majority(one: Majority, wanted: MajorityRules) -> Majority:
    changed = replace(
        one,
        numerator=one.numerator if wanted.numerator is None else wanted.numerator,
        denominator=one.denominator if wanted.denominator is None else wanted.denominator,
        more=one.more if wanted.more is None else wanted.more,
        base=one.base if wanted.base is None else wanted.base,
    )
    place = f"majorities/{one.key}"
    if not 1 <= changed.numerator <= changed.denominator <= DENOMINATOR_MOST:
        raise NoFraction(field=f"{place}/numerator", most=DENOMINATOR_MOST)
    if changed.more and changed.numerator == changed.denominator:
        raise MoreThanAll(field=f"{place}/more")
    return changed
