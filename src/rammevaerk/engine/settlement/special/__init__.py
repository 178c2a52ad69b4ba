"""Payments with rules of their own, beside the settlement of placements."""
