"""Random values for the shapes of botocore's models, and what remains of them as plain JSON.

Hypothesis makes the values and, when a test fails, takes away what the failure does not need. They honour what the models
say: what is required, lengths, ranges, patterns, enumerations, unions.
"""

import base64
import datetime
import math
import re
import struct

from hypothesis import strategies as st

# What XML 1.0 can say. What services cannot say in a reply is refused in a request as well.
CONTROLS = "".join(map(chr, set(range(0x20)) - {0x09, 0x0A, 0x0D})) + "\ufffe\uffff"
CHARACTERS = st.characters(codec="utf-8", exclude_characters=CONTROLS)
# In a pattern, a dot is none of Java's line ends; Python would take some of them.
CHARACTERS_OF_A_LINE = st.characters(codec="utf-8", exclude_characters=CONTROLS + "\n\r\x85\u2028\u2029")
# What forms and XML escape, and what readers like to change.
AWKWARD = st.one_of(CHARACTERS, st.sampled_from("&<>\"'%+=;]\t\n\r ~é日\u00a0\u2028\U0001f600"))

# How much longer than it must be a text or a collection becomes.
MORE_TEXT = 20
MORE_ITEMS = 2

# Patterns that repeat a set of characters, which most are: their texts can be made as long as wanted.
REPEATED = re.compile(r"\^?\(?(\[(?:[^]\\]|\\.)+\]|\\[dwsS])([+*])\)?\$?")
# Python's expressions have no Unicode categories; some characters stand for each.
CATEGORIES = {r"\p{L}": "a-zA-Zßé日", r"\p{N}": "0-9²٣", r"\p{Z}": " \u00a0\u2028\u3000"}


class Values:
    """Strategies for the values of a service's shapes: in requests, or in replies."""

    def __init__(self, is_request):
        self.is_request = is_request
        self.made = {}

    def of(self, shape):
        """A strategy for `shape`; for an operation's that has none, `{}`."""
        if shape is None:
            return st.just({})
        if shape.name not in self.made:
            self.made[shape.name] = getattr(self, shape.type_name)(shape)
        return self.made[shape.name]

    def member(self, shape):
        """The same for what is inside of something: requests have no form for an empty structure."""
        if self.is_request and shape.type_name == "structure" and not shape.required_members:
            return st.sampled_from(list(shape.members)).flatmap(lambda name: self.structure(shape, [name]))
        return self.of(shape)

    def structure(self, shape, required=()):
        # Where a structure holds itself, it does so in a member that may be absent, and there is an end.
        members = {name: self.deferred(member) for name, member in shape.members.items()}
        if shape.is_tagged_union:
            return st.one_of([st.fixed_dictionaries({name: value}) for name, value in members.items()])
        present = {name: members.pop(name) for name in shape.required_members or required}
        return st.fixed_dictionaries(present, optional=members)

    def deferred(self, shape):
        """The same, made when it is needed."""
        return st.deferred(lambda: self.member(shape))

    def list(self, shape):
        least, most = bounds(shape, MORE_ITEMS)
        return st.lists(self.member(shape.member), min_size=least, max_size=most)

    def map(self, shape):
        least, most = bounds(shape, MORE_ITEMS)
        # Requests have no form for an empty map.
        return st.dictionaries(
            self.of(shape.key), self.member(shape.value), min_size=max(least, self.is_request), max_size=most
        )

    def string(self, shape):
        if shape.enum:
            return st.sampled_from(shape.enum)
        least, most = bounds(shape, MORE_TEXT)
        if "pattern" not in shape.metadata:
            return st.text(AWKWARD, min_size=least, max_size=most)
        pattern = translated(shape.metadata["pattern"])
        repeated = REPEATED.fullmatch(pattern)
        if repeated:
            one = st.from_regex(re.compile(repeated[1], re.ASCII), fullmatch=True, alphabet=CHARACTERS)
            return st.text(one, min_size=max(least, repeated[2] == "+"), max_size=most)
        most = shape.metadata.get("max", math.inf)
        text = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True, alphabet=CHARACTERS_OF_A_LINE)
        return text.filter(lambda text: least <= len(text) <= most)

    def blob(self, shape):
        least, most = bounds(shape, MORE_TEXT)
        return st.binary(min_size=least, max_size=most)

    def integer(self, shape):
        return st.integers(shape.metadata.get("min", -(2**31)), shape.metadata.get("max", 2**31 - 1))

    def long(self, shape):
        return st.integers(shape.metadata.get("min", -(2**63)), shape.metadata.get("max", 2**63 - 1))

    def double(self, shape, width=64):
        return st.floats(shape.metadata.get("min"), shape.metadata.get("max"), width=width)

    def float(self, shape):
        return self.double(shape, width=32)

    def boolean(self, _):
        return st.booleans()

    def timestamp(self, _):
        # Python writes earlier years with fewer than four digits.
        return st.datetimes(min_value=datetime.datetime(1000, 1, 1), timezones=st.just(datetime.timezone.utc))


def bounds(shape, more):
    """The least length that a shape allows, and the greatest to be made."""
    least = shape.metadata.get("min", 0)
    return least, min(shape.metadata.get("max", least + more), least + more)


def translated(pattern):
    """A model's pattern as Python's `re` reads it."""

    def character(pair):
        high, low = int(pair[1], 16), int(pair[2], 16)
        return rf"\U{0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00):08x}"

    pattern = re.sub(r"\\u(D[89AB]..)\\u(D[C-F]..)", character, pattern)
    for category, characters in CATEGORIES.items():
        pattern = pattern.replace(category, characters)
    return pattern


def plain(value, shape):
    """A value of botocore's as JSON spells it, or such JSON as it is."""
    match shape.type_name:
        case "structure":
            return {name: plain(value, shape.members[name]) for name, value in value.items()}
        case "list":
            return [plain(item, shape.member) for item in value]
        case "map":
            return {key: plain(item, shape.value) for key, item in value.items()}
        case "blob" if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        case "timestamp" if isinstance(value, datetime.datetime):
            utc = value.astimezone(datetime.timezone.utc)
            return f"{utc:%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".") + "Z"
        case "float" | "double" if not isinstance(value, str):
            # The JSON of a 32-bit number has no more digits than tell it from the next one.
            number = struct.unpack("f", struct.pack("f", value))[0] if shape.type_name == "float" else float(value)
            return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(number), number)
    return value


def without_empty(json):
    """Without empty lists and maps: in a reply they are as good as absent ones."""
    match json:
        case dict():
            kept = {name: without_empty(value) for name, value in json.items()}
            return {name: value for name, value in kept.items() if value not in ([], {})}
        case list():
            return [without_empty(item) for item in json]
    return json
