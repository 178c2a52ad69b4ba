"""Where things stand in the workbook: what the writer and the reader must agree on."""

PLAN_SHEET = "Handlingsplan"
GUIDE_SHEET = "Vejledning"
# Hidden; says which export the file is, and holds the choices of the drop-down lists.
EXPORT_SHEET = "Udtræk"
# Hidden; a fingerprint of every cell as exported, so that the reader can tell what a person
# changed in the file from what has changed in the system since. Holds no text of the plan.
PRINTS_SHEET = "Aftryk"

FORMAT = "rammevaerk-handlingsplan-1"
EXPORT_KEYS = ("format", "agreement", "edition", "as_of", "exported_at", "fingerprint")
FIRST_ROW = 2
ROW_LIMIT = 5_000
ROW_LIMIT_DA = "5.000"
