"""How well two people fit: wishes, rules, hours and levels become one integer a pair."""
