"""The takstfil: one row for each price of a year, as Excel and CSV, out and in again."""
