"""Any usual table, read as text: CSV in any encoding, Excel, Parquet, GeoJSON."""
