"""The session over HTTP: routes, who may use them and how often, and the pages with their templates and pictures."""
