"""What people and attackers type into a field."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["", "1", "5", "0", "-1", "9" * 30, "\0", "a\0b", "'", '"><', "{t}", "%s"]),
    st.sampled_from(
        ["../..", "//x.example", "é" * 300, "x" * 2_100, "2026-11", "\u202e", "☃" * 70]
    ),
    st.sampled_from(["n@x.example", "wmo-oost", "nl", "xx", "=1+1", "on", "respect", "2026-02-30"]),
    st.sampled_from(
        ["unit,parent\nstad,\nwmo,stad\n", "email;unit\nn@x.example;stad\n", "a,b\n\0,"]
    ),
)
