"""Nothing to show: a page with a map that has no tiles and no layer."""

import streamlit as st
from streamlit_folium import st_folium

from tests.bench.peers.shared import HEIGHT, LocalMap

st.set_page_config(layout="wide")
st_folium(LocalMap(), key="map", height=HEIGHT, use_container_width=True, returned_objects=["last_active_drawing"])
