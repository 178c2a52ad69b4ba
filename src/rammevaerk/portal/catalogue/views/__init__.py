"""The pages of the catalogue, by subject."""
