"""A password for a command: asked for at a terminal, or read from stdin."""

import getpass
import sys


def ask_password() -> str:
    """The password as typed or piped, without its line end."""
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\n")
