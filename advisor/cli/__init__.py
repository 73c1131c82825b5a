"""The command line: options in, exit status out; a module a command. May import everything below, computes nothing."""
