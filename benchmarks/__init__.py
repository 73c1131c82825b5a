"""How good the advice is, against exhaustive sweeps, peers and simulated machines; apart from the tests."""
