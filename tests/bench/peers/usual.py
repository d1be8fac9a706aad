"""The usual way: a `folium.GeoJson`, built again on a new map at each rerun."""

import streamlit as st
from streamlit_folium import st_folium

from tests.bench.peers.shared import HEIGHT, LocalMap, chosen_date, layer


@st.fragment
def show() -> None:
    date = chosen_date()
    base = LocalMap()
    layer(date).add_to(base)
    st_folium(base, key="map", height=HEIGHT, use_container_width=True, returned_objects=["last_active_drawing"])


st.set_page_config(layout="wide")
show()
