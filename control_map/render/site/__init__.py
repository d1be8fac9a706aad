"""The map without a server: one HTML file that contains everything, or a folder of files for any web host."""
