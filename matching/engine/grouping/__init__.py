"""Who sits with whom where pairs are not enough: groups of three, volunteers, people left over."""
