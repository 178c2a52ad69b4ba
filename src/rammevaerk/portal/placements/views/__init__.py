"""The pages of placements and contracts, by subject."""
