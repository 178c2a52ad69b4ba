"""Small named modules that every app may use. No models."""
