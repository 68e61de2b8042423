"""JavaScript, read by its tokens: comments, strings and regular expressions are told apart from code, but no syntax tree is made.

What is found this way is what people and compilers write plainly. Code that is assembled at run time is not seen, and what
a bundler merged into the function's file counts as the function's own.
"""
