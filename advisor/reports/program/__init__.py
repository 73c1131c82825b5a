"""A whole program's report -> text: a terminal, a page, Markdown, SARIF, CSV, JSON. Reads records, opens no file."""
