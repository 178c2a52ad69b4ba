"""Agreements and their editions: chapters, annexes, and the action plan with its history.

Agreement → Edition → DevelopmentArea → Goal → Initiative (→ sub-initiative). What is said of an
initiative over time (status, dates, counts of participants) is appended, never overwritten.
"""
