"""The dashboard shows signed-in people their pages, drawn with Streamlit."""
