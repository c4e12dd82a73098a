"""A site with one page that reads the session, which is its one call, and shows nothing: `python empty_site.py --port N`.

The same server, launcher's lifespan and frozen memory as the site's own; streamlit runs this file as its page as well.
"""

import argparse

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx() is not None:
    from components.ui import session

    session.begin()
elif __name__ == "__main__":
    import app

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    st.App(__file__, lifespan=app.lifespan).run(config={"server.port": parser.parse_args().port})
