"""Forms of the meetings, by subject."""
