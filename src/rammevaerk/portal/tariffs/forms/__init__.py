"""The forms of tariffs, by subject."""
