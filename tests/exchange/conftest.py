"""Puts this folder's own modules within reach of the tests in the folders below it."""
