"""Sign-in with OpenID Connect, and who may see the page."""
