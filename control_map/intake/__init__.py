"""Tables, exports of other projects, articles and the boundaries of a new theatre are read as users supply them."""
