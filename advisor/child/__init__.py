"""The interpreters that run the user's code: started, asked, limited and ended."""
