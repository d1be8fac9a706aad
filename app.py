"""The dashboard: `streamlit run app.py`. The file is the server's application, and the script run for each visitor."""

import streamlit as st

if __name__ == "__main__":
    from control_map.ui.page import show_page

    show_page()
else:
    from control_map.api import routes
    from control_map.ui import failures, server

    app = st.App(
        __file__,
        routes=[*server.make_routes(), *routes.make_routes()],
        middleware=server.make_middleware(),
        lifespan=server.keep_house,
        on_script_error=failures.show_script_failure,
    )
