"""What source says: syntax, scopes, names, values, and which functions run where. Pure, and knows no check."""
