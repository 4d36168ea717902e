"""The pages, and the forms that are sent to them."""

from portal.plans.routes import plan_form, plan_life, plans, progress, rule_sets
from portal.plans.words import DONE, LABELS

__all__ = ("BLUEPRINTS", "DONE", "LABELS")

BLUEPRINTS = (
    progress.pages,
    plans.pages,
    plan_form.pages,
    plan_life.pages,
    rule_sets.pages,
)
