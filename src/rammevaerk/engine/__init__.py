"""The engine calculates and checks: values in, values, findings and traces out; no framework."""
