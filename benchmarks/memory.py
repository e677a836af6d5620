"""Peak memory of a call, beyond its input and its result.

A child process makes a column of distinct texts, notes its own peak, tags the column and notes the
peak again. What the second has more than the first, less the result, is what the call itself took.

    python benchmarks/memory.py [--megabytes 1000]
"""

import argparse
import json
import subprocess
import sys

LIMIT_MB = 64
KINDS = ("ascii str", "cyrillic str", "arrow")

CHILD = """
import ctypes, json, sys
import slugline as sl

kind, megabytes = sys.argv[1], int(sys.argv[2])
words = {
    "ascii str": "the delegation met officials of the ministry in Geneva on Tuesday morning ",
    "cyrillic str": "делегация встретилась с представителями министерства в Женеве утром ",
    "arrow": "the delegation met officials of the ministry in Geneva on Tuesday morning ",
}[kind]
body = words * (3000 // len(words.encode()))
count = megabytes * 1_000_000 // len(body.encode())
texts = [f"{number} {body}" for number in range(count)]
if kind == "arrow":
    import pyarrow as pa
    texts = pa.array(texts, pa.large_string())
    # What the list took would else be there to be used again, and hide what the call takes.
    ctypes.CDLL(None).malloc_trim(0)
matcher = sl.PhraseMatcher(["Geneva", "Женеве", "ministry", "no such phrase"])
matcher.tag(texts[:10])  # Starts the threads and makes the tables.

def peak():
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields["VmHWM"].split()[0]) * 1024

def resident():
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields["VmRSS"].split()[0]) * 1024

with open("/proc/self/clear_refs", "w") as clear:
    clear.write("5")  # The peak starts anew from what is resident now.
before = resident()
sizes = [sys.getsizeof(text) for text in texts[:1000]] if kind != "arrow" else []
matches = matcher.tag(texts)
result = len(matches) * 16
print(json.dumps({
    "call": peak() - before - result,
    "result": result,
    "matches": len(matches),
    "grown": sizes != ([sys.getsizeof(text) for text in texts[:1000]] if sizes else []),
}))
"""


def call_memory(kind: str, megabytes: int) -> dict[str, int]:
    """Return what a call on a column of a kind took, in bytes, and whether its strings grew."""
    command = [sys.executable, "-c", CHILD, kind, str(megabytes)]
    found: dict[str, int] = json.loads(
        subprocess.run(command, check=True, capture_output=True).stdout
    )
    return found


def main() -> None:
    """Print a line for each kind of column; fail if one takes too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000, help="of text, as UTF-8")
    megabytes = parser.parse_args().megabytes
    failed = False
    for kind in KINDS:
        found = call_memory(kind, megabytes)
        call = found["call"] / 1e6
        failed |= call > LIMIT_MB or found["grown"]
        print(
            f"{megabytes:,} MB of {kind:<13} {found['matches']:>12,} matches, "
            f"result {found['result'] / 1e6:7.1f} MB, call {call:6.1f} MB beyond"
            f"{', strings have GROWN' if found['grown'] else ''}",
            flush=True,
        )
    sys.exit(f"more than {LIMIT_MB} MB, or strings grew" if failed else 0)


if __name__ == "__main__":
    main()
