"""What is timed in the user's interpreter: serial calls, and plans."""
