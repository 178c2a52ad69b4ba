"""The report on the cap for Takstgruppen: the same content as a Word document and a workbook."""
