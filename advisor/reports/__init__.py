"""Report to text, a module a format: each has ``render``, and none reads, writes or computes."""
