"""Compare proposals; pairs from paper."""
