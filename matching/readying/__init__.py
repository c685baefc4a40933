"""Is a round ready to be matched, and what can be done about it?"""
