"""`advisor review`: source is read and never run; concurrency mistakes come out as findings. May import `reports`.

files -> modules -> names resolved -> checks -> findings, with what was measured beside what is read.
"""
