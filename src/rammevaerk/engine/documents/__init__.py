"""Documents: what stands in plans, agendas and minutes, and whether it agrees with itself."""
