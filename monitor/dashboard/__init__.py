"""The dashboard: the Streamlit pages of people who sign in, grouped by subject."""
