"""The Word templates that ship, one a language; `build` makes them anew."""
