"""Tilbudsviften: operators' facilities, services and places, and what follows what."""
