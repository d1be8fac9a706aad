"""What one takes away of a view: its link, pictures, files, the map within another page, and the card of a link."""
