"""Gaps: what is here, what is needed, and where they do not meet."""
