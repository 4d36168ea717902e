"""What the congress service does, a sentence each: plans, congresses, roll-ups, and the projector's work."""

from congress.operations.outside import Outside
from congress.operations.verifying import verify_copy, verify_rollups

__all__ = ["Outside", "verify_copy", "verify_rollups"]
