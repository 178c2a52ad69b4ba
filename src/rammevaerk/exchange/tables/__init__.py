"""Tables as files: the five a settlement is made from, and the three it makes."""
