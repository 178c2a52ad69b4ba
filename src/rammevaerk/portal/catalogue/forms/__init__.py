"""The forms of the catalogue, by subject."""
