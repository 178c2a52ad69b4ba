"""Exit codes of the commands, the same for all."""

DONE = 0
FOUND = 1  # the work is done, and something was found that a person must look at
UNUSABLE = 2  # the input cannot be used, and nothing was done
