"""The report as a workbook: sheets, columns, colours, charts, and what each cell says."""
