"""Organisations, people and their roles; who may do what; and the record of what was done.

Everything in the portal belongs to an organisation or to a cooperation of organisations, and what
a person may see and do follows from the role he or she holds there. This app knows no other app.
"""
