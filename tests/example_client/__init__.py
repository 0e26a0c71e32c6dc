"""A small but complete front end that uses only the API of this site and the standard library of Python.

`python -m tests.example_client http://127.0.0.1:8000 FOLDER` writes the whole site as files;
`python -m tests.example_client http://127.0.0.1:8000 --port 9000` serves it, with search, sign-up, previews, webhooks.
"""
