"""What starting workers and passing data costs in this interpreter."""
