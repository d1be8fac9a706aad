"""The live map: a Folium layer that is drawn once, and then follows short commands that say what to show."""
