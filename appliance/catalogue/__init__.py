"""The shop's items: kept, found, brought in from a spreadsheet and given back as one."""
