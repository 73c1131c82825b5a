"""A plan and a site to an edit of the source: a diff that a reviewer would merge, or one sentence why not."""
