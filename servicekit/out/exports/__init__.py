"""Tables taken along as files: a table is declared once, and written as CSV, XLSX or JSON; papers are set as PDF."""
