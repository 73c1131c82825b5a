"""A corpus of functions that are safe, or unsafe in one way each, with what the certificate has to say of them."""
