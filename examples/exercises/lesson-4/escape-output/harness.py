"""Calls `escape` of the exercise, whose file is the first argument. Reads lines with bytes in hexadecimal, and prints
the text for each, also in hexadecimal.
"""

import runpy
import sys

escape = runpy.run_path(sys.argv[1])["escape"]
for line in sys.stdin:
    print(escape(bytes.fromhex(line.strip())).encode(errors="surrogatepass").hex())
