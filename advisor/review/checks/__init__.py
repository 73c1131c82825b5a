"""The checks, a module a theme: each asks the model of a source file and yields sightings. Pure."""
