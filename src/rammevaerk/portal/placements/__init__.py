"""Placements: citizens by pseudonym at services, who pays, under which contract, day by day."""
