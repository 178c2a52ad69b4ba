"""What can be done to settlement and invoices, by subject."""
