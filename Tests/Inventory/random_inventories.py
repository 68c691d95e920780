"""Random inventories, the same for the same seed: half of them sensible, half of them odd in every way that a reader sees."""

import random

HOSTS = [
    "h1", "h2", "h3", "web", "db.example.com", "10.0.0.1", "2001:db8::1", "w[1:3]", "w[01:12:4]", "x[a:c]y", "r[1:2]-[a:b]",
    "h4:2222", "w[1:2]:2200", "[2001:db8::2]:2222", "UPPER", "under_score", "dash-", "w[3:1]", "w[:2]", "under_:22",
    "[h9:22]:33", "g1", "w[5:1:-2]", "10.0.0.[1:3]:22", "[2001:db8::[1:3]]:22", "a:b:22",
]
BAD_HOSTS = ["w[1:]", "w[01:100]", "w[c:a]", "w[1:3:0]", "w[1]", "a|b[1:2]", "h:", "---", "[x", "w[a:2]", "w[1:2", "''"]
# None that Muster gives a type: which values of those make sense is not Ansible's business.
KEYS = ["a", "b", "c", "d_e", "f2", "group", "UPPER", "ansible_x", "x-y", "", "ansible_group_priority"]
VALUES = [
    "1", "-2", "1.5", "1e3", "0x1f", "0b101", "0o17", "1_000", "+5", "007", "00", "0_0", "1__0", "true", "True", "yes", "no",
    "None", "null", "'1'", '"two words"', "'it''s'", "[1,2]", "[1, 'a', None]", "{'k': 'v', 'n': [1]}", "(1,2)", "1,2", "80,443,",
    "v", "v # e", "v;e", "1 # e", "'a' # e", "a#b", "~/.ssh/id", "$HOME", "{{ x }}", "a=b", "==", "",
    "+-1", "--1", "-True", "-(1)", "(1)", "((2,))", "()", "{}", "[]", "[1,,2]", "'a' 'b'",
    "r'\\n'", "'\\n'", "'\\x41'", "'\\101'", "'\\u00e9'", "'''x'''", "f'x'", "u'x'", "'a' b'b'", "1.", ".5", "5.e1", "1e", "1e+2",
    "0777", "09.5", "08", "1if", "1 2", "a b", "\\t", "a\\tb", "x'y'z", "12345678901234567890", "0xffffffffffffffffff",
    "1.0", "100000000000000000.0", "1e-7", "0.1", "é", "日本", "10.0.0.1", "2026-01-02", "[1", "{1:2}", "{None: 1, True: 2}",
    "(1", "1)", "'a'+'b'", "not 1", "[*a]", "{**a}", "[[1]]", "None,", "'\\N'", "'\\d'", "\"q\"x", "1_0.0_1", "-0.0", "-0",
]
GROUPS = ["g1", "g2", "g3", "my-group", "all", "ungrouped", "web", "deep", "a#b"]


def quoted(value):
    """A value as a word of a host's line."""
    if any(mark in value for mark in " \t") and not value.startswith(("'", '"')):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


def ini(seed):
    """An INI inventory."""
    chance = random.Random(seed)
    wild = chance.random() < 0.5

    lines = []

    def host():
        return chance.choice(HOSTS if not wild or chance.random() < 0.98 else BAD_HOSTS)

    def key():
        return chance.choice(KEYS if wild else KEYS[:8])

    def value():
        return chance.choice(VALUES)

    def host_line():
        words = [host()]
        for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
            word = value()
            words.append(key() + "=" + (word if wild and chance.random() < 0.1 else quoted(word)))
        if chance.random() < 0.1:
            words.append("# a comment")
        return chance.choice(["", "", "  "]) + " ".join(words)

    for _ in range(chance.randint(0, 3)):
        lines.append(host_line())
    for _ in range(chance.randint(1, 6)):
        group = chance.choice(GROUPS if wild else GROUPS[:4])
        kind = chance.choice(["", "", ":vars", ":children"])
        lines.append("[" + group + kind + "]" + chance.choice(["", "", " # comment", "  "]))
        for _ in range(chance.randint(0, 4)):
            if chance.random() < 0.08:
                lines.append(chance.choice(["", "# comment", "; comment", "   "]))
            if kind == "":
                lines.append(host_line())
            elif kind == ":vars":
                name = key()
                word = chance.choice(["1", "5", "-1", "'3'"]) if name == "ansible_group_priority" else value()
                lines.append(name + chance.choice(["=", " = ", "= "]) + word)
            else:
                # Mostly names that come later, so that few are children of each other in a circle.
                others = [name for name in GROUPS if name != "ungrouped"]
                later = [name for name in others if name > group and name != "all"]
                anyone = wild and chance.random() < 0.1
                lines.append(chance.choice(others if anyone or not later else later) + chance.choice(["", " # c"]))
    if not wild or chance.random() < 0.8:
        # What is spoken of is defined, so that most of them can be read.
        for group in GROUPS:
            lines.append("[" + group + "]")
    return chance.choice(["\n", "\n", "\r\n"]).join(lines) + "\n"


YAML_VALUES = [
    "1", "0644", "0x1f", "1_000", "1:30", "1.5", "1e3", "1.0e+3", "yes", "No", "on", "true", "~", "null", "", "text", "'1'",
    '"a\\tb"', "[1, two]", "{k: v}", "2026-01-02", "08", "0b11", "+5", "-7", "a b", "!!str 5", "x#y", "é", "12345678901234567890",
    "1.", ".5", "-.5", "190:20:30.15", "0o17", "|\n        block\n        of lines", "'{{ x }}'", "y", "n", "OFF", "True", "tRue",
]


def yaml(seed):
    """A YAML inventory."""
    chance = random.Random(seed)
    lines = []

    def variables(indent):
        for key in chance.sample(KEYS[:8], chance.randint(0, 3)):
            lines.append(" " * indent + key + ": " + chance.choice(YAML_VALUES))

    def group(name, indent, depth):
        lines.append(" " * indent + name + ":")
        inner = indent + 2
        if chance.random() < 0.7:
            lines.append(" " * inner + "hosts:")
            for host in chance.sample(["h1", "h2", "web", "'w[1:3]'", "'h4:22'", "10.0.0.1", "db.example.com"], chance.randint(0, 3)):
                lines.append(" " * (inner + 2) + host + ":")
                variables(inner + 4)
        if chance.random() < 0.6:
            lines.append(" " * inner + "vars:")
            variables(inner + 2)
            if chance.random() < 0.2:
                lines.append(" " * (inner + 2) + "ansible_group_priority: " + chance.choice(["1", "7", "-2"]))
        if depth < 3 and chance.random() < 0.6:
            lines.append(" " * inner + "children:")
            for child in chance.sample(["g%d" % (10 * depth + n) for n in range(4)] + ["shared%d" % depth], chance.randint(0, 3)):
                group(child, inner + 2, depth + 1)
        if chance.random() < 0.05:
            lines.append(" " * inner + chance.choice(["other: {}", "hosts2: 5", "vars2:"]))

    for name in chance.sample(["all", "g1", "top", "other"], chance.randint(1, 3)):
        group(name, 0, 0)
    return "\n".join(lines) + "\n"
