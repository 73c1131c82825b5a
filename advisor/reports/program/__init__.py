"""A whole program's report -> text: the terminal, a page, Markdown, SARIF, CSV, JSON. No file, no arithmetic beyond shares."""
