"""The dynamic way: a map that stays, and the same `folium.GeoJson` in the feature group that is added to it."""

import folium
import streamlit as st
from streamlit_folium import st_folium

from tests.bench.peers.shared import HEIGHT, LocalMap, chosen_date, layer


@st.fragment
def show() -> None:
    date = chosen_date()
    group = folium.FeatureGroup()
    layer(date).add_to(group)
    st_folium(
        LocalMap(),
        key="map",
        height=HEIGHT,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=group,
    )


st.set_page_config(layout="wide")
show()
