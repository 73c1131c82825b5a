"""What was asked, from whatever door, made into a frozen ``Job`` and ``Options``; every check of it is here."""
