"""All the thinking. Pure: records in, records out; no process, file, clock or renderer."""
