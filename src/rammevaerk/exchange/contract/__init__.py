"""A contract on paper, as Word and as PDF, from one content."""
