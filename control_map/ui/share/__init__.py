"""What one takes away of a view: its link, pictures, files, the map within another page, and the card of a link."""

EMBED, CARD, OEMBED = "embed", "card.png", "oembed"
"""The paths of the map for frames, of cards, and of what oEmbed asks, below that of the page."""
CARD_SIZE = (1200, 630)
"""The size of a card in pixels."""
