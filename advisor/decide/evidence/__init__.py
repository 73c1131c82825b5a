"""What the trials say: figures with their uncertainty, and the model corrected by them; pure."""
