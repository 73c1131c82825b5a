"""Pages that are made from the program when the documentation is built, so that they cannot differ from it."""
