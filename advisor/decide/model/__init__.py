"""What the physics allows: profile and machine to the seconds that any plan would take; pure."""
