"""The public internet is asked, and only it: for tables, and by webhooks."""
