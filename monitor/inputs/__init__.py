"""One door for what comes from outside: text files, tables, workbooks, words of clients."""
