"""The pages of tariffs, by subject."""
