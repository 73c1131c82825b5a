"""The checks as their users know them: code, sentence, advice, page. Data alone, a module a theme."""
