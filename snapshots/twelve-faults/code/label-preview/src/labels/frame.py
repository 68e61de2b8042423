"""A box around rows of text."""


def frame(rows):
    width = max(map(len, rows))
    edge = f"+{'-' * (width + 2)}+"
    return "\n".join([edge, *(f"| {row:<{width}} |" for row in rows), edge])
