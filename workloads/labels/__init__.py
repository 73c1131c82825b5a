"""What is known of each workload: how to run it, and what decides how it should be run."""
