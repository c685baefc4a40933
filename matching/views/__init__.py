"""What participants, and everybody, see of the matching."""
