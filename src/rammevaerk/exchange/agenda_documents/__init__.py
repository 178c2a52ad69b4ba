"""Agendas and minutes as the files people are sent: Word, accessible PDF, and a zip of it all."""
