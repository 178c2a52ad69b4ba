"""The forms of placements and contracts, by subject."""
