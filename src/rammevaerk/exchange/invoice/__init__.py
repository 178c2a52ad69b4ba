"""Invoices and credit notes: one object, written as OIOUBL, Peppol, PDF and workbook, read back."""
