"""Tables in the usual file formats are read as text: CSV in any encoding, Excel, Parquet, JSON, GeoJSON."""
