"""The portal: Django, and the people who use it. One app per chapter of the subject."""
