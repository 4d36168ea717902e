"""The access decision against pycasbin, for the same policy: 60,000 units on 5 levels.

Both answer the same questions from the same grants, and must agree on every one before they are timed. Prints
decisions per second of each and their ratio; fails below the limit.
"""

import random
import statistics
import sys
import time
from datetime import UTC, datetime

import casbin
from casbin.model.model_fast import FastModel

from servicekit.access.decision import Caller, Reach, Right, decide

LIMIT = 20.0
FANOUT = (8, 12, 25, 25)  # 1 + 8 + 96 + 2,400 + 60,000 units on 5 levels
QUESTIONS = 2_000
ROUNDS = 11
# A round of ours is so much shorter that one alone would hardly be measured.
OWN_TIMES = 10
PEOPLE = 200
SEED = 7
PERMISSIONS = ("unit:read", "congress:read", "congress:report", "congress:approve", "members:read")
NOW = datetime(2026, 3, 1, tzinfo=UTC)

# The same policy in casbin's words: who, reach, where, what; the path is matched by prefix.
MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act, reach
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && within(r.obj, p.obj, p.reach)
"""


def tree() -> list[tuple[str, ...]]:
    level: list[tuple[str, ...]] = [("r",)]
    units = list(level)
    for width in FANOUT:
        level = [(*path, f"{path[-1]}.{child}") for path in level for child in range(width)]
        units += level
    return units


def within(path: str, root: str, reach: str) -> bool:
    if reach == "own":
        return path == root
    inside = path.startswith(root + "/")
    return inside if reach == "under" else inside or path == root


def people(units: list[tuple[str, ...]], random_: random.Random) -> list[Caller]:
    made = []
    for number in range(PEOPLE):
        rights = []
        for grant in range(random_.randint(1, 3)):
            path = random_.choice(units)
            for permission in random_.sample(PERMISSIONS, 3):
                reach = random_.choice(list(Reach))
                rights.append(Right(permission, path[-1], path, reach, f"g{grant}"))
        made.append(Caller(f"p{number}", rights=tuple(rights), assurance=2))
    return made


def casbin_of(callers: list[Caller]) -> casbin.FastEnforcer:
    model = FastModel([0, 2])
    model.load_model_from_text(MODEL)
    # The fast enforcer looks only at the policies of the person and the act: casbin's best foot.
    enforcer = casbin.FastEnforcer(model, cache_key_order=[0, 2])
    enforcer.add_function("within", within)
    for caller in callers:
        for right in caller.rights:
            enforcer.add_policy(
                caller.account_id, "/".join(right.unit_path), right.permission, str(right.reach)
            )
    return enforcer


def main() -> int:
    random_ = random.Random(SEED)
    units = tree()
    callers = people(units, random_)
    enforcer = casbin_of(callers)
    questions = []
    for _ in range(QUESTIONS):
        caller = random_.choice(callers)
        near = random_.choice(caller.rights).unit_path
        path = random_.choice([random_.choice(units), near])
        questions.append((caller, random_.choice(PERMISSIONS), path))
    told = [(c.account_id, "/".join(path), permission) for c, permission, path in questions]
    ours = [decide(c, permission, path, NOW).allowed for c, permission, path in questions]
    theirs = [enforcer.enforce(*one) for one in told]
    if ours != theirs:
        print("the two do not agree: nothing is measured")
        return 1

    # In turns, so that a busy moment falls on both; the medians count.
    own_rates, other_rates = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(OWN_TIMES):
            for caller, permission, path in questions:
                decide(caller, permission, path, NOW)
        own_rates.append(OWN_TIMES * QUESTIONS / (time.perf_counter() - start))
        start = time.perf_counter()
        for one in told:
            enforcer.enforce(*one)
        other_rates.append(QUESTIONS / (time.perf_counter() - start))
    own, other = statistics.median(own_rates), statistics.median(other_rates)
    ratio = own / other
    print(
        f"{len(units):,} units on {len(FANOUT) + 1} levels, {PEOPLE} people, {sum(ours)} of {QUESTIONS} allowed"
    )
    print(f"decide    {own:12,.0f} a second")
    print(f"pycasbin  {other:12,.0f} a second")
    print(f"ratio     {ratio:12.1f}   (limit {LIMIT:.0f})")
    return 0 if ratio >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
