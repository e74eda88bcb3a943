"""The local page: search, models, runs, pictures, comparisons and corrections in a browser.

It needs the extra ``[page]``. What may come in is decided in ``guard``; ``reading`` puts together
what a page shows, ``changing`` carries out what a form asks for, ``application`` joins them.
"""
