"""Milestones and kinds of congress of a plan over the versions of its rules."""

from portal.shared.units import Document


def steps_ever(plan: Document) -> list[Document]:
    """Those that only earlier versions of its rules have stand behind its own."""
    return [*plan["milestones"], *plan.get("earlier_steps", ())]


def kinds_ever(plan: Document) -> list[Document]:
    """In the same way, the kinds of congress."""
    return [*plan["content_types"], *plan.get("earlier_types", ())]
