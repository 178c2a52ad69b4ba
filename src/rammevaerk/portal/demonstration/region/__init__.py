"""The invented region: facilities, places, prices and models, the same on every load.

Nothing here looks at the clock: days are those of 2022 to 2027, and what looks like chance is
drawn from a fixed seed and the key of what it is about.
"""
