"""What is wrong with a table that was given."""

from servicekit.words import N_

NO_ROWS = N_("There is no row in it.")
NO_TABLE = N_("It cannot be read as a table. Copy the cells in your spreadsheet and paste them here.")
NO_FILE = N_("Choose a file first.")
NOT_TEXT = N_(
    "This file is neither a workbook (.xlsx) nor text. "
    "Save the table as one of them, or copy its cells and paste them here."
)
TOO_MANY_ROWS = N_("At most {most} rows are taken at a time. Give the rest afterwards.")
