"""The pages of settlement and invoices, by subject."""
