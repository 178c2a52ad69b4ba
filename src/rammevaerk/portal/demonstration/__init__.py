"""The demonstration: real facts of Midtjylland in our own words, and people who do not exist."""
