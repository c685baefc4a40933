"""Look through a proposal."""
