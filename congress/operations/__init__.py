"""What the congress service does, a sentence each: plans, congresses, roll-ups, and the projector's work."""

from congress.operations.outside import Outside
from congress.operations.rollups import verify_rollups

__all__ = ["Outside", "verify_rollups"]
