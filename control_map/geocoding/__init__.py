"""Place names as sources spell them are matched to the places of the theatre."""
