"""What a file of end-to-end tests has to say at the end of a whole run: numbers, in one line.

    closing.line("console: routes 10 js_gzip_kb 161.5")

The lines of every file stand before the totals of ./dev test, ordered by file. They are told by a
passing test and by a failing one alike; a line that names the same thing again takes its place.
"""
_lines = {}  # what stands before the first colon -> the line


def line(text):
    what, colon, _ = text.partition(": ")
    if not colon or "\n" in text:
        raise ValueError(f"a closing line is 'what: numbers', not {text!r}")
    _lines[what] = text


def lines():
    return list(_lines.values())
