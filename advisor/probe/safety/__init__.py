"""What calls share, leave behind and send, as far as an inspected run shows it."""
