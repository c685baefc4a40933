"""What one does with a draft without changing it: prove, review, compare, bring from paper."""
