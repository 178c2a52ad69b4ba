"""Bodies and their meetings: cases, agendas, minutes, decisions and the obligations they leave.

Body → Seat → Mandate; Case → Consultation (one per body) → AgendaItem at one meeting → Decision.
What has been dispatched, decided, excerpted or approved is followed by something newer, never
changed.
"""
