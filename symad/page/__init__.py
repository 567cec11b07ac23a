"""Pages: a formula and its derivative in one file that any browser opens, computed there by symad's own C core.

The scripts and the looks lie beside this file; `symad.page.assemble` puts them into one, `symad.page.making` makes the
core for browsers and `symad.page.core` finds it.
"""
