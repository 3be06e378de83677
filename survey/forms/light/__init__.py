"""The light form: the questionnaire as plain HTML from the server. No script, no cookie, no Streamlit is needed."""
