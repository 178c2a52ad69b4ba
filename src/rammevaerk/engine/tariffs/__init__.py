"""Tariffs: what a day costs, how models compare, what a change does to each."""
