"""Documents with derivations in them: LaTeX and Markdown, read and written byte for byte."""
