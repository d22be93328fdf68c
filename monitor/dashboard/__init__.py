"""The dashboard door: Streamlit pages for people who have signed in."""
