"""A machine of any size in software, which answers the probe's protocol, to prove decisions past two cores."""
