"""Rammeværk: open-source software that runs a Danish rammeaftale."""

__version__ = "0.1.0"
