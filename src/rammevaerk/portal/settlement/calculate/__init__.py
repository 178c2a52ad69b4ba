"""Where figures arise: rows → the engine's values → one engine function → what a page shows."""
