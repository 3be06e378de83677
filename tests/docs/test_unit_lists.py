"""The program that makes the shipped lists of units, on two invented provinces with every oddity of the real list."""

import pytest

from docs.unit_lists import alone, before_rows, read_changes, today_rows

WEST, EAST = "Tỉnh Một (20)", "Tỉnh Đồng Nai (75)"
TODAY = [
    {"Code": "20", "FullName": "Tỉnh Một", "Wards": [{"Code": "00001", "FullName": "xã Hoà Bình"}]},
    {
        "Code": "75",
        "FullName": "Thành phố Đồng Nai",
        "Wards": [{"Code": "00005", "FullName": "Phường Ba"}, {"Code": "00006", "FullName": "Đặc khu Đảo"}],
    },
]
CHANGES = [
    ["TỈNH MỘT", "", "", "", "", "", "", "", ""],
    [WEST, "Xã Hòa Bình", "00001", "Xã Hòa ", "00001", "Nhập toàn bộ", "Huyện Một (184)", "Tỉnh Một (20)"],
    [WEST, "Xã Hòa Bình", "00001", "Thị Trấn Bình", "00002", "Nhập một phần", "Huyện Một (184)", "Tỉnh Một (20)"],
    [EAST, "Xã Ba", "00004", "Thị Trấn Bình", "00002", "Nhập một phần", "Huyện Một (184)", "Tỉnh Hai (21)"],
    [EAST, "Xã Ba", "00004", "Xuân Phước", "00003", "Nhập toàn bộ", "Thị Xã Hai (185)", "Tỉnh Hai (21)"],
    [EAST, "Xã Ba", "00004", "Xã Đặng Xá", "00553", "Nhập toàn bộ", "Thị xã Hai (185)", "Tỉnh Hai (21)"],
    [EAST, "Đặc khu Đảo", "00006", "", "", "Sắp xếp toàn bộ", "Huyện Đảo (186)", "Đồng Nai (75)"],
    [EAST, "Đặc khu Đảo", "00006", "", "", "Sắp xếp toàn bộ", "Huyện Đảo (186)", "Tỉnh Đồng Nai (75)"],
    [EAST, "Đặc khu Đảo", "00006", "", "", "Sắp xếp toàn bộ", "Huyện Đảo (186)", "Tỉnh Đồng Nai (75)"],
]  # fmt: skip


def test_both_lists_come_out_with_what_is_mistyped_mended() -> None:
    # «Xã Ba» has another code in the list of today, and is found there by its name.
    changes = [[cell.replace("Xã Ba", "Phường Ba") for cell in row] for row in CHANGES]
    rows = read_changes(changes)
    assert alone(rows) == {"20"}
    assert list(today_rows(TODAY, rows)) == [
        ("20", "Tỉnh Một", "", "", "", "19/2025/QĐ-TTg"),
        ("75", "Tỉnh Đồng Nai", "", "2025-07-01", "2026-04-29", "19/2025/QĐ-TTg"),
        ("75", "Thành phố Đồng Nai", "", "2026-04-30", "", "30/2026/QH16"),
        ("00001", "Xã Hòa Bình", "20", "2025-07-01", "", "19/2025/QĐ-TTg"),
        ("00005", "Phường Ba", "75", "2025-07-01", "", "19/2025/QĐ-TTg"),
        ("00006", "Đặc khu Đảo", "75", "2025-07-01", "", "19/2025/QĐ-TTg"),
    ]
    assert list(before_rows(TODAY, rows)) == [
        ("21", "Tỉnh Hai", "", "75"),
        ("75", "Tỉnh Đồng Nai", "", "75"),
        ("184", "Huyện Một", "20", ""),
        ("185", "Thị xã Hai", "21", ""),
        ("186", "Huyện Đảo", "75", "00006"),
        ("00001", "Xã Hòa", "184", "00001"),
        ("00002", "Thị trấn Bình", "184", "00001 00005"),
        ("00003", "Xã Xuân Phước", "185", "00005"),
        ("00556", "Xã Đặng Xá", "185", "00005"),
    ]


def test_a_commune_that_became_a_ward_has_two_versions() -> None:
    changes = [[cell.replace("00004", "00005") for cell in row] for row in CHANGES]
    found = [row for row in today_rows(TODAY, read_changes(changes)) if row[0] == "00005"]
    assert found == [
        ("00005", "Xã Ba", "75", "2025-07-01", "2026-04-29", "19/2025/QĐ-TTg"),
        ("00005", "Phường Ba", "75", "2026-04-30", "", "237/NQ-UBTVQH16"),
    ]


def test_a_row_without_a_code_stops_the_program() -> None:
    with pytest.raises(SystemExit, match="no code"):
        read_changes([["Tỉnh Một", "Xã A", "00001", "Xã A", "00001", "", "Huyện Một (184)", "Tỉnh Một (20)"]])
