"""Volunteer matching: problems, plans, rules, search. Pure Python; knows no web framework."""
