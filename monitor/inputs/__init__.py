"""Reading what comes from outside: text files, tables, workbooks, typed lines, client data."""
