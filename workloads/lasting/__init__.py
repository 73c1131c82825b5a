"""Jobs that last: 2 to 10 s one call after another, half of them calls of packages; nothing is tuned on them."""
