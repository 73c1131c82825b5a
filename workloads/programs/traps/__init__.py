"""Programs whose slow loop must stay as it is."""
