"""Walks in a browser. A package, so that one browser serves them all and is closed before other tests."""
