"""A round after its publication."""
