"""How people are spoken to."""

from __future__ import annotations

import pytest

from backend.words.names import called


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("陈秀英", "秀英老师"),
        ("陈菊", "陈菊老师"),
        ("欧阳菊", "欧阳菊老师"),
        ("欧阳雪梅", "雪梅老师"),
        ("司徒美玉", "美玉老师"),
        ("陈林雪梅", "雪梅老师"),
        ("阿依古丽·买买提", "阿依古丽·买买提老师"),
        ("Anna", "Anna老师"),
        ("菊", "菊老师"),
    ],
)
def test_a_given_name_is_not_cut_out_of_a_surname(name: str, said: str) -> None:
    assert called(name) == said
