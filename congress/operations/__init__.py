"""What the congress service does, a sentence each: plans, congresses, roll-ups, and the projector's work."""

from congress.operations.mending import mend_copy, mend_rollups
from congress.operations.verifying import verify_copy, verify_rollups

__all__ = ["mend_copy", "mend_rollups", "verify_copy", "verify_rollups"]
