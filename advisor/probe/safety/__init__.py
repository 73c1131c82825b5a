"""What calls share, leave behind and send, as far as a watched run shows it."""
