"""The language of expression files, from TeX to a `Problem`: what `derivtex.parse` is made of.

characters, lexicon, tokens, tex      text to tokens, places kept
cursor, tree, syntax, atoms, …        tokens to untyped syntax trees
declarations, asks, statements        what a line says
infer, terms, products, powers, …     kinds and sizes, by unification
build, reading                        the typed terms to expressions, the problem
names                                 TeX names and plain names
"""
