"""Dates that follow from one another."""
