"""Tariffs: worked out, reported, decided, exchanged as takstfil, held to the cap, compared."""
