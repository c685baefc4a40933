"""Change a draft; decisions made before."""
