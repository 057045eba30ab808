"""The fleet's console: pages for a manager's browser, drawn on the server."""
