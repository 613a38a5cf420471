#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

"""Writes packages.txt, the sample that the catalog shows where there is no package index.

All of it is invented. The same records come out on every run:

    ./generate.py > packages.txt
"""

import random

RECORDS = 2000

# Field of work: section, team, what its programs do.
FIELDS = [
    ("net", "Network Tools", ["packet recorder", "proxy with access rules", "bandwidth meter",
                              "name lookup client", "tunnel over web sockets"]),
    ("graphics", "Imaging", ["raw photo developer", "vector drawing program", "image viewer",
                             "colour profile editor", "panorama stitcher"]),
    ("sound", "Audio", ["multitrack recorder", "drum sequencer", "loudness meter",
                        "modular synthesizer", "tag editor for music"]),
    ("science", "Science", ["molecule viewer", "finite element solver", "telescope controller",
                            "plotter for large tables", "genome aligner"]),
    ("editors", "Editors", ["text editor with several cursors", "hex editor", "outline editor",
                            "editor for tables", "note keeper"]),
    ("games", "Games", ["puzzle of falling tiles", "railway simulation", "card game for four",
                        "dungeon crawler", "space trading game"]),
    ("database", "Databases", ["embedded key-value store", "query planner", "schema migrator",
                               "time series database", "replication daemon"]),
    ("admin", "Administration", ["log rotator", "backup scheduler", "disk usage explorer",
                                 "service supervisor", "configuration auditor"]),
    ("utils", "Utilities", ["archive inspector", "file renamer", "checksum calculator",
                            "clipboard history", "terminal calendar"]),
    ("video", "Video", ["subtitle editor", "screen recorder", "stream cutter",
                        "frame interpolator", "player for old formats"]),
    ("web", "Web", ["static site generator", "feed reader", "link checker",
                    "small web server", "page archiver"]),
    ("mail", "Mail", ["mail sorter", "mailing list manager", "spam filter",
                      "calendar server", "address book converter"]),
    ("electronics", "Electronics", ["circuit simulator", "board layout editor",
                                    "logic analyser front end", "firmware flasher",
                                    "serial port monitor"]),
    ("math", "Mathematics", ["computer algebra system", "theorem checker",
                             "interval arithmetic kit", "graph drawing tool",
                             "linear programming solver"]),
    ("text", "Text", ["document converter", "spell checker", "concordance builder",
                      "diff viewer for prose", "bibliography manager"]),
]

BEGINNINGS = ["al", "bri", "cor", "dra", "el", "fen", "gli", "har", "iv", "jun", "kel", "lum",
              "mar", "nim", "or", "pel", "quin", "ros", "sil", "tam", "ur", "vel", "wil", "yar",
              "zin"]
MIDDLES = ["", "a", "be", "do", "li", "mo", "no", "ra", "ti", "vu"]
ENDINGS = ["bit", "card", "dex", "fold", "grid", "kit", "lane", "mark", "nest", "path", "quill",
           "rope", "scope", "tern", "view", "wick"]

ADJECTIVES = ["Fast", "Small", "Portable", "Scriptable", "Modern", "Lightweight", "Versatile",
              "Simple", "Precise", "Keyboard-driven"]

# Form of a package: name, its section (none: the project's), architecture, what it adds to the
# description, how large it is compared with the program itself, and how often it exists.
FORMS = [
    ("{name}", None, "any", "", 1.0, 1.0),
    ("{name}-common", None, "all", " - shared files", 0.7, 0.5),
    ("{name}-data", None, "all", " - artwork and data", 6.0, 0.35),
    ("{name}-doc", "doc", "all", " - documentation", 2.5, 0.6),
    ("{name}-tools", "utils", "any", " - command line tools", 0.5, 0.4),
    ("{name}-plugins", None, "any", " - additional plugins", 1.6, 0.35),
    ("{name}-server", "net", "any", " - server", 1.2, 0.2),
    ("lib{name}{abi}", "libs", "any", " - shared library", 0.8, 0.9),
    ("lib{name}-dev", "libdevel", "any", " - development files", 1.4, 0.85),
    ("python3-{name}", "python", "all", " - Python 3 bindings", 0.3, 0.7),
    ("lib{name}-perl", "perl", "all", " - Perl interface", 0.2, 0.35),
    ("ruby-{name}", "ruby", "all", " - Ruby interface", 0.2, 0.25),
    ("node-{name}", "javascript", "all", " - module for Node.js", 0.15, 0.25),
    ("golang-{name}-dev", "golang", "all", " - Go sources", 0.4, 0.2),
    ("librust-{name}-dev", "rust", "any", " - Rust sources", 0.4, 0.2),
    ("r-cran-{name}", "gnu-r", "any", " - package for GNU R", 0.6, 0.15),
    ("fonts-{name}", "fonts", "all", " - matching fonts", 1.1, 0.1),
    ("task-{name}", "metapackages", "all", " - everything of it", 0.01, 0.1),
]

BASE = ["libc6 (>= 2.34)", "libgcc-s1 (>= 3.0)", "libstdc++6 (>= 12)", "zlib1g (>= 1:1.2.0)"]


def projects(rng):
    names = [a + b + c for a in BEGINNINGS for b in MIDDLES for c in ENDINGS]
    rng.shuffle(names)
    for name in names:
        section, team, programs = rng.choice(FIELDS)
        yield name, section, team, rng.choice(programs)


def version(rng):
    upstream = ".".join(str(rng.randint(0, top)) for top in (9, 24, 12)[:rng.choice((2, 3, 3))])
    text = f"{upstream}-{rng.randint(1, 6)}"
    if rng.random() < 0.08:
        text = f"{rng.randint(1, 2)}:{text}"
    if rng.random() < 0.2:
        text += f"+b{rng.randint(1, 7)}"
    return text


def record(fields):
    return "".join(f"{name}: {value}\n" for name, value in fields if value)


def packages_of(rng, project):
    name, section, team, program = project
    abi = rng.randint(0, 9)
    number = version(rng)
    size = int(rng.lognormvariate(7.2, 1.5)) + 20
    adjective = rng.choice(ADJECTIVES)
    description = f"{adjective} {program}"
    library = f"lib{name}{abi}"
    chosen = [form for form in FORMS if rng.random() < form[5]]
    binaries = {form[0].format(name=name, abi=abi) for form in chosen}

    for pattern, own_section, architecture, addition, factor, _ in chosen:
        package = pattern.format(name=name, abi=abi)
        installed = max(8, int(size * factor * rng.uniform(0.8, 1.25)))
        depends = []
        if architecture == "any":
            depends += rng.sample(BASE, rng.randint(1, len(BASE)))
            if library in binaries and package != library:
                depends.append(f"{library} (= {number})")
        if pattern.startswith("python3-"):
            depends.append("python3:any (>= 3.9~)")
        if pattern == "{name}" and f"{name}-common" in binaries:
            depends.append(f"{name}-common (= {number})")
        yield package, record([
            ("Package", package),
            ("Source", name if package != name else ""),
            ("Version", number),
            ("Installed-Size", installed),
            ("Maintainer", f"{team} Team <{team.lower().replace(' ', '-')}@lists.example.org>"),
            ("Architecture", "all" if architecture == "all" else "amd64"),
            ("Depends", ", ".join(depends)),
            ("Description", description + addition),
            ("Homepage", f"https://{name}.example.org/"),
            ("Tag", "role::program,\n interface::commandline, use::viewing"
             if pattern == "{name}" and rng.random() < 0.3 else ""),
            ("Section", own_section or section),
            ("Priority", rng.choices(("optional", "extra", "standard"), (96, 3, 1))[0]),
            ("Filename", f"pool/{name[0]}/{name}/{package}_{number.split(':')[-1]}.deb"),
            ("Size", int(installed * 1024 * rng.uniform(0.18, 0.42))),
        ])


def main():
    rng = random.Random(63440)
    records = {}
    for project in projects(rng):
        records.update(packages_of(rng, project))
        if len(records) >= RECORDS:
            break
    print("\n".join(text for _, text in sorted(records.items())[:RECORDS]))


if __name__ == "__main__":
    main()
