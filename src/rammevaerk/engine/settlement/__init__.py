"""Settlement: who pays what to whom, each figure with its rule."""
