"""Invented people, to try the programme out with: nobody in here exists.

They are as mixed as a real round is: many countries and a few large ones, people
who write no English, a name in its own script, a wish that nobody can meet. The
same number and seed give the same people on any machine.
"""
