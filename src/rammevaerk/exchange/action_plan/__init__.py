"""The action plan as the files people work in: an Excel workbook out and in, a Word form out."""
