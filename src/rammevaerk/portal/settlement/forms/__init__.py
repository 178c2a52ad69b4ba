"""The forms of settlement and invoices, by subject."""
